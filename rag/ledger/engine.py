"""Opens the ledger's database and speaks of its failures in our own errors. Knows nothing of what the rows mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from rag.errors import StoreError, StoreMismatchError
from rag.ledger.folder import folder_errors, make_folder
from rag.ledger.schema import SCHEMA_VERSION, schema_version, tables
from rag.ledger.upgrade import check_known, upgrade
from rag.protocols import Signer

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: a commit that was acknowledged also survives a power cut, not only a killed process.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def store_errors(place: str) -> Iterator[None]:
    """Turn the database's errors into ours.

    Raises:
        StoreError: names the ledger and what the database said.
    """
    try:
        yield
    except OperationalError as error:
        told = str(error).splitlines()[0]
        remedy = "see that it can be reached and written and the disk is not full, or set GAZETTE_STORE__PATH"
        raise StoreError(f"ledger {place}: {told}; {remedy}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"ledger {place}: {str(error).splitlines()[0]}") from error


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether an older ledger is brought up to this version, and who then signs what was not signed in it."""

    may_upgrade: bool
    signer: Signer | None = None


def open_engine(url: str, signer: Signer | None = None) -> Engine:
    """Connect, create the tables of an empty database, and bring an older one up to this version.

    Args:
        url: SQLAlchemy URL. A SQLite file's folder is made; other databases must exist.
        signer: signs articles that an older version did not.

    Raises:
        StoreError: the URL, the folder or the database cannot be used.
        StoreMismatchError: the ledger was written by a newer program, or by one too old.
    """
    parsed = _parsed(url)
    file = _sqlite_file(parsed)
    if file is not None:
        make_folder(file.parent)
    return _connected(parsed, Opening(True, signer))


def find_engine(url: str, opening: Opening | None = None) -> Engine | None:
    """Connect to a ledger that is there; nothing is made where there is none.

    Returns:
        None when the SQLite file does not exist, or the database holds no ledger.

    Raises:
        StoreError: as ``open_engine``.
        StoreMismatchError: also where it is older, unless it may be brought up: who only looks changes nothing.
    """
    parsed = _parsed(url)
    file = _sqlite_file(parsed)
    if file is not None:
        with folder_errors(file.parent):
            # Not is_file(): it takes a folder that may not be looked into for one that holds nothing.
            try:
                file.stat()
            except FileNotFoundError:
                return None
    return _connected(parsed, opening or Opening(False)) if _holds_ledger(parsed) else None


def _holds_ledger(url: URL) -> bool:
    engine = _new_engine(url)
    with store_errors(_place(url)):
        try:
            return inspect(engine).has_table(schema_version.name)
        finally:
            engine.dispose()


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(f"ledger {url!r} is not a database URL such as sqlite:////path/ledger.sqlite") from error


def _place(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite ledger; None for one in memory and for other databases."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _new_engine(url: URL) -> Engine:
    with store_errors(_place(url)):
        try:
            engine = create_engine(url, json_serializer=_compact)
        except ModuleNotFoundError as error:
            raise StoreError(
                f"ledger {_place(url)}: the package {error.name} is not installed; for PostgreSQL pip install "
                "'gazette[postgres]' and write postgresql+psycopg://…"
            ) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_pragmas)
    return engine


def _connected(url: URL, opening: Opening) -> Engine:
    engine = _new_engine(url)
    with store_errors(_place(url)):
        try:
            _check_schema(engine, _place(url), opening)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _check_schema(engine: Engine, place: str, opening: Opening) -> None:
    with engine.begin() as connection:
        there = inspect(connection).has_table(schema_version.name)
        found = connection.execute(select(schema_version.c.version)).scalar_one_or_none() if there else None
        if found is None:
            # Without a version the tables may be there in part: SQLite commits each one as it is made.
            tables.create_all(connection)
            connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
            return
    if found == SCHEMA_VERSION:
        return
    check_known(found, place)
    if not opening.may_upgrade:
        raise StoreMismatchError(
            f"ledger {place} has schema version {found}, this program needs {SCHEMA_VERSION}; stop the "
            "service and run `gazette doctor`: it brings the ledger up and keeps everything"
        )
    with engine.begin() as connection:
        upgrade(connection, place, opening.signer)
