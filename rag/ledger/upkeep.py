"""Looks after the ledger itself: is the database sound, does every row belong to something, are erased bytes gone?

Knows nothing of vectors or terms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Table, delete, exists, select, tuple_, update

from rag.errors import NotFoundError, StoreError
from rag.ledger.holdings import holdings
from rag.ledger.lookup import batches
from rag.ledger.rows import CutDocument
from rag.ledger.schema import (
    DELETED,
    PENDING,
    READY,
    answers,
    article_bands,
    articles,
    corrections,
    documents,
    index_settings,
    passages,
    replies,
    sources,
    tables,
    told_articles,
)
from rag.ledger.selection import ready_in
from rag.ledger.told import LedgerTold
from rag.models import Holdings

_CORPUS = frozenset(
    {
        "schema_version",
        "documents",
        "articles",
        "article_bands",
        "passages",
        "corrections",
        "sources",
        "index_settings",
        "access_keys",
    }
)
"""Tables that hold the corpus itself, or nothing made from it. Every other one may quote it."""

MIN_QUOTE_CHARS = 12
"""A run of a document's text this long in a kept row is a quote of it; shorter ones are everybody's phrases."""

_ID = re.compile(r"(?:doc|art)_[0-9a-f]{16}")
_BREAKS = re.compile(r"[\s。！？；!?;]+")


class LedgerUpkeep(LedgerTold):
    """What `gazette doctor`, `gazette recut` and `gazette forget` need of the ledger."""

    def collections(self) -> list[str]:
        """Every collection anything was taken into, sorted."""
        with self._connection() as connection:
            return list(connection.scalars(select(index_settings.c.collection).order_by(index_settings.c.collection)))

    def holdings(self) -> list[Holdings]:
        """How much every collection holds, for figures of operation."""
        with self._connection() as connection:
            return holdings(connection)

    # --- soundness -------------------------------------------------------------------------------------------------

    def damage(self) -> str | None:
        """What SQLite finds wrong with its file; None when it is sound, and for other databases, which see to it."""
        if self._engine.dialect.name != "sqlite":
            return None
        with self._connection() as connection:
            told = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return None if told == "ok" else f"{self._place}: {told}"

    def interrupted(self, collection: str) -> tuple[int, int]:
        """How many documents a stopped run left half taken in, and how many half removed."""
        counted = [0, 0]
        with self._connection() as connection:
            wanted = (documents.c.collection == collection) & documents.c.state.in_((PENDING, DELETED))
            for state in connection.scalars(select(documents.c.state).where(wanted)):
                counted[state == DELETED] += 1
        return counted[0], counted[1]

    def orphans(self) -> int:
        """Rows that belong to nothing: pieces without a document, sources and replies of documents that are gone."""
        with self._connection() as connection:
            return sum(len(connection.execute(select(*_key(table)).where(stray)).all()) for table, stray in _strays())

    def drop_orphans(self) -> int:
        """Remove what ``orphans`` counts; returns how many rows went."""
        with self._writing() as connection:
            return sum(connection.execute(delete(table).where(stray)).rowcount for table, stray in _strays())

    # --- cutting again ---------------------------------------------------------------------------------------------

    def cut_otherwise(self, collection: str, cutter: str) -> list[str]:
        """Visible documents that something else than this cutter cut, in the order in which they were taken in."""
        query = select(documents.c.document_id).where(ready_in(collection), documents.c.cutter != cutter)
        with self._connection() as connection:
            return list(connection.scalars(query.order_by(documents.c.version)))

    def record_cutter(self, cuts: Collection[CutDocument]) -> None:
        """These cuts, which are what is stored, were made by their cutters."""
        with self._recording() as connection:
            for cut in cuts:
                mine = ready_in(cut.document.collection) & (documents.c.document_id == cut.document.document_id)
                connection.execute(update(documents).where(mine).values(cutter=cut.cutter))

    # --- erasing ---------------------------------------------------------------------------------------------------

    def marks_of(self, collection: str, document_ids: Collection[str]) -> frozenset[str]:
        """What a kept row may know documents by: ids of them and their pieces, sources, names no other one has.

        Raises:
            NotFoundError: one of them is not in the collection, deleted or not.
        """
        marks = set(document_ids)
        with self._connection() as connection:
            mine = (documents.c.collection == collection) & documents.c.document_id.in_(document_ids)
            columns = (documents.c.document_id, documents.c.version, documents.c.name)
            found = connection.execute(select(*columns).where(mine)).all()
            if missing := marks - {row.document_id for row in found}:
                raise NotFoundError(
                    f"no document {', '.join(sorted(missing))} in collection {collection!r}; `gazette documents` lists "
                    "them; what was deleted before is erased with `gazette forget --all-deleted`"
                )
            for batch in batches([row.version for row in found]):
                for column in (articles.c.article_id, passages.c.passage_id):
                    marks |= set(connection.scalars(select(column).where(column.table.c.version.in_(batch))))
            where = (sources.c.collection == collection) & sources.c.document_id.in_(document_ids)
            pointers = connection.execute(select(sources.c.source, sources.c.name).where(where)).all()
            others = set(connection.scalars(select(documents.c.name).where(~mine, documents.c.state == READY)))
        marks |= {pointer.source for pointer in pointers}
        return frozenset(marks | ({row.name for row in (*found, *pointers)} - others))

    def quotes_of(self, collection: str, document_ids: Collection[str]) -> frozenset[str]:
        """Runs of at least ``MIN_QUOTE_CHARS`` characters of the documents' texts, one a sentence."""
        query = select(documents.c.text).where(
            documents.c.collection == collection, documents.c.document_id.in_(document_ids)
        )
        with self._connection() as connection:
            texts = list(connection.scalars(query))
        pieces = (piece for text in texts for piece in _BREAKS.split(text))
        return frozenset(piece[:MIN_QUOTE_CHARS] for piece in pieces if len(piece) >= MIN_QUOTE_CHARS)

    def drop_mentions(self, collection: str, marks: Collection[str], quotes: Collection[str]) -> int:
        """Remove every kept row (answer, reply, correction …) that names one of the marks or holds one of the quotes.

        Returns:
            How many rows went.
        """
        kept = [table for table in tables.sorted_tables if table.name not in _CORPUS and "collection" in table.c]
        with self._writing() as connection:
            return sum(
                _drop_rows(
                    connection, table, collection, lambda text: text in marks or any(quote in text for quote in quotes)
                )
                for table in kept
            )

    def drop_mentions_of_the_gone(self, collection: str) -> int:
        """Remove answers, replies and tellings that name an article or document no longer visible; returns how many."""
        with self._connection() as connection:
            visible = documents.c.collection == collection, documents.c.state == READY
            known = set(connection.scalars(select(documents.c.document_id).where(*visible)))
            joined = articles.join(documents, documents.c.version == articles.c.version)
            known |= set(connection.scalars(select(articles.c.article_id).select_from(joined).where(*visible)))
        with self._writing() as connection:
            return sum(
                _drop_rows(connection, table, collection, lambda text: bool(_ID.fullmatch(text)) and text not in known)
                for table in (answers, replies, told_articles)
            )

    def compact(self) -> None:
        """Rewrite the database without what was deleted, so that no file holds those bytes any more.

        Raises:
            StoreError: another process reads the ledger just now, or the disk is full.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with self._write_lock, closing(self._engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            level, connection.isolation_level = connection.isolation_level, None
            try:
                connection.execute("VACUUM")
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except connection.Error as error:
                raise StoreError(f"ledger {self._place}: {error}; free some disk space and run it again") from error
            finally:
                connection.isolation_level = level
        if busy:
            raise StoreError(
                f"ledger {self._place}: another process is reading it, so old bytes stay in its -wal file; end that "
                "process and run `gazette forget --all-deleted`"
            )


def _key(table: Table) -> list[Any]:
    return list(table.primary_key.columns)


def _strays() -> Iterator[tuple[Table, Any]]:
    for table in (passages, articles, article_bands, corrections):
        yield table, ~exists().where(documents.c.version == table.c.version)
    for table in (sources, replies):
        same = (documents.c.collection == table.c.collection) & (documents.c.document_id == table.c.document_id)
        yield table, ~exists().where(same)


def _drop_rows(connection: Connection, table: Table, collection: str, unwanted: Callable[[str], bool]) -> int:
    key = _key(table)
    rows = connection.execute(select(table).where(table.c.collection == collection))
    lost = [
        tuple(row._mapping[column.name] for column in key)
        for row in rows
        if any(unwanted(text) for value in row for text in _strings(value))
    ]
    for batch in batches(lost, 100):
        connection.execute(delete(table).where(tuple_(*key).in_(batch)))
    return len(lost)


def _strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
