"""Brings a ledger of an older schema version up to this one: all steps in one transaction, nothing lost.

To change a table: raise ``SCHEMA_VERSION``, and add a step here from the version before. Steps run one after the other;
a step may use the tables as they are *now* only for what no later step changes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from rag.errors import StoreMismatchError
from rag.ledger.rows import CutDocument, article_of, band_rows, document_of, sourced
from rag.ledger.schema import SCHEMA_VERSION, article_bands, articles, documents, schema_version, tables
from rag.protocols import Signer

Step = Callable[[Connection, Signer | None], None]

_LOG = logging.getLogger(__name__)


def upgrade(connection: Connection, place: str, signer: Signer | None) -> None:
    """Take the steps from the version found to this one; the caller commits, or rolls all of it back.

    Args:
        connection: in a transaction that nothing was written in.
        place: the ledger, for messages.
        signer: signs articles for which an older version did not.

    Raises:
        StoreMismatchError: written by a newer program, or by one so old that no step is known.
    """
    if connection.dialect.name == "sqlite":
        # The driver opens a transaction for rows only, and would commit each change of a table by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    # Another machine of a cluster may be at it: who comes second finds the work done.
    found = connection.scalar(select(schema_version.c.version).with_for_update())
    if found == SCHEMA_VERSION:
        return
    for version in range(check_known(found, place), SCHEMA_VERSION):
        STEPS[version](connection, signer)
    tables.create_all(connection)
    connection.execute(update(schema_version).values(version=SCHEMA_VERSION))
    _LOG.info("ledger %s: schema version %s brought up to %s", place, found, SCHEMA_VERSION)


def check_known(found: int | None, place: str) -> int:
    """The version found, if there are steps from it.

    Raises:
        StoreMismatchError: there are none; says what to do.
    """
    told = f"ledger {place} has schema version {found}, this program needs {SCHEMA_VERSION}"
    if found is None or found > SCHEMA_VERSION:
        raise StoreMismatchError(f"{told}; it was written by a newer program: install that one, or put a backup back")
    if found not in STEPS:
        raise StoreMismatchError(
            f"{told} and can bring up {min(STEPS)} or later; ingest again into a new data folder (GAZETTE_STORE__PATH)"
        )
    return found


def _to_4(connection: Connection, signer: Signer | None) -> None:
    """Issues, cutters and copies: from what was known in version 3; who cut is not, so `gazette recut` cuts again."""
    for table, column in (
        ("documents", "issue_file TEXT"),
        ("documents", "issue_page TEXT"),
        ("documents", "cutter VARCHAR(64) NOT NULL DEFAULT ''"),
        ("articles", "turning BOOLEAN NOT NULL DEFAULT FALSE"),
        ("articles", "issue_told TEXT"),
    ):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
    connection.exec_driver_sql("DROP INDEX documents_by_id")
    for changed in (documents, articles):
        for index in changed.indexes:
            index.create(connection, checkfirst=True)
    tables.create_all(connection)
    for version in list(connection.scalars(select(documents.c.version))):
        row = connection.execute(select(documents).where(documents.c.version == version)).one()
        placed = sourced(row.source, row._mapping["metadata"], row.is_record)
        connection.execute(update(documents).where(documents.c.version == version).values(placed))
        bands = band_rows(version, _cut(connection, row), signer) if signer else []
        if bands:
            connection.execute(insert(article_bands), bands)


def _cut(connection: Connection, row: Any) -> CutDocument:
    document = document_of(row)
    query = select(articles).where(articles.c.version == row.version).order_by(articles.c.ordinal)
    pieces = connection.execute(query).all()
    return CutDocument(
        document,
        tuple(article_of(one.article_id, one.kind, one.content, document.document_id, document.text) for one in pieces),
        (),
    )


def _to_5(connection: Connection, signer: Signer | None) -> None:
    """Keys: tables of their own, made at the end like every one that is new."""


STEPS: Mapping[int, Step] = {3: _to_4, 4: _to_5}
"""By the version they start from."""
