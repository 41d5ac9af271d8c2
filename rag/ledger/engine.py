"""Opens the ledger's database and speaks of its failures in our own errors. Knows nothing of what the rows mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from rag.errors import StoreError, StoreMismatchError
from rag.ledger.schema import SCHEMA_VERSION, schema_version, tables

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
    except SQLAlchemyError as error:
        raise StoreError(f"ledger {place}: {str(error).splitlines()[0]}") from error


def open_engine(url: str) -> Engine:
    """Connect, create the tables of an empty database, and check the schema version of any other.

    Args:
        url: SQLAlchemy URL. A SQLite file's folder is made; other databases must exist.

    Raises:
        StoreError: the URL or the database cannot be used.
        StoreMismatchError: the ledger was written with another schema version.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"ledger {url!r} is not a database URL such as sqlite:////path/ledger.sqlite") from error
    place = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _make_folder(Path(parsed.database).parent)
    with store_errors(place):
        engine = create_engine(parsed, json_serializer=_compact)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_pragmas)
        try:
            _check_schema(engine, place)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"data folder {folder}: {error.strerror}; set GAZETTE_STORE__PATH to a writable folder"
        ) from error


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _check_schema(engine: Engine, place: str) -> None:
    with engine.begin() as connection:
        if not inspect(connection).has_table(schema_version.name):
            tables.create_all(connection)
            connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
            return
        found = connection.execute(select(schema_version.c.version)).scalar_one()
    if found != SCHEMA_VERSION:
        raise StoreMismatchError(
            f"ledger {place} has schema version {found}, this program needs {SCHEMA_VERSION}; use the program version "
            "that wrote it, or ingest again into a new data folder (GAZETTE_STORE__PATH)"
        )
