"""The truth: what was taken in, what is visible, what is being replaced or removed.

A document is written ``pending``, becomes ``ready`` when vectors and terms hold its passages, and is ``deleted`` before
they let go of them; so whatever stops the program, every visible document is whole and no deleted one is visible.
Knows nothing of vectors, terms or models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

from sqlalchemy import delete, insert, select, update

from rag.errors import NotFoundError
from rag.ledger.engine import Opening, find_engine, open_engine
from rag.ledger.lookup import batches
from rag.ledger.records import drop_replies
from rag.ledger.rows import PIECES, CutDocument, article_of, band_rows, document_row, passage_of
from rag.ledger.schema import (
    DELETED,
    PENDING,
    READY,
    article_bands,
    articles,
    documents,
    passages,
    sources,
)
from rag.ledger.standing import drop, drop_stale, mark_deleted, point, pointer
from rag.ledger.upkeep import LedgerUpkeep
from rag.models import Article, Document, Passage
from rag.protocols import Signer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What a source stood for when it was last taken in."""

    document_id: str
    name: str


class Ledger(LedgerUpkeep):
    """All collections of one database. Safe to use from several threads; one write at a time."""

    @classmethod
    def open(cls, url: str, signer: Signer | None = None) -> Self:
        """Open the ledger at a URL, made or brought up to this version; copies are found where a signer signs.

        Raises:
            StoreError: it cannot be opened.
            StoreMismatchError: it was written by a newer program, or by one too old.
        """
        return cls(open_engine(url, signer), signer)

    @classmethod
    def find(cls, url: str, opening: Opening | None = None) -> Self | None:
        """Open the ledger if there is one; nothing is made, and an older one brought up only where ``opening`` says so.

        Raises:
            StoreError: as ``open``.
            StoreMismatchError: it is of another version, older or newer.
        """
        engine = find_engine(url, opening)
        return None if engine is None else cls(engine)

    def close(self) -> None:
        """Release the database. The ledger cannot be used afterwards."""
        self._engine.dispose()

    # --- taking in -------------------------------------------------------------------------------------------------

    def source_record(self, collection: str, source: str) -> SourceRecord | None:
        """What this source stands for now; None when it is new."""
        mine = (sources.c.collection == collection) & (sources.c.source == source)
        with self._connection() as connection:
            row = connection.execute(select(sources.c.document_id, sources.c.name).where(mine)).first()
        return None if row is None else SourceRecord(row.document_id, row.name)

    def put_pending(self, cuts: Sequence[CutDocument]) -> list[int]:
        """Write documents with all their pieces, not yet visible, in one step.

        What an interrupted run left pending for the same document or source is replaced.

        Returns:
            The version numbers, in the order of ``cuts``.
        """
        with self._recording() as connection:
            drop_stale(connection, [cut.document for cut in cuts])
            created = datetime.now(UTC)
            rows = [{**document_row(cut.document), "cutter": cut.cutter, "created": created} for cut in cuts]
            # Sorted: databases may otherwise return the keys of many inserts in any order.
            statement = insert(documents).returning(documents.c.version, sort_by_parameter_order=True)
            versions = list(connection.scalars(statement, rows)) if rows else []
            signed = (article_bands, partial(band_rows, signer=self._signer))
            for table, rows_of in (*PIECES, signed):
                pieces = [row for version, cut in zip(versions, cuts, strict=True) for row in rows_of(version, cut)]
                if pieces:
                    connection.execute(insert(table), pieces)
        return versions

    def mark_ready(self, versions: Sequence[int]) -> list[int]:
        """Make pending versions visible and what they replace invisible, in one step.

        Returns:
            Versions that are ``deleted`` now: the same document before, and documents whose last source moved on.
        """
        superseded: list[int] = []
        columns = [column for column in documents.c if column.name != "text"]
        with self._writing() as connection:
            found = connection.execute(select(*columns).where(documents.c.version.in_(versions))).mappings().all()
            for collection in {row["collection"] for row in found}:
                rows = [row for row in found if row["collection"] == collection]
                ids = {row["document_id"] for row in rows}
                replaced = mark_deleted(connection, collection, ids)
                pointers = [{name: row[name] for name in sources.c.keys()} for row in rows]  # noqa: SIM118 - columns
                left, orphaned = point(connection, collection, pointers)
                superseded += replaced + orphaned
                self._touch(connection, collection, ids | left, new=not (replaced or left))
            connection.execute(update(documents).where(documents.c.version.in_(versions)).values(state=READY))
        return superseded

    def add_source(self, document: Document) -> list[int]:
        """Record that a document's source stands for bytes that are already visible.

        Returns:
            Versions that are ``deleted`` now, because this was the last source of other bytes.
        """
        with self._writing() as connection:
            left, orphaned = point(connection, document.collection, [pointer(document)])
            self._touch(connection, document.collection, left | {document.document_id}, new=False)
        return orphaned

    def rename(self, document: Document) -> None:
        """Show an unchanged document under the name its source has now."""
        with self._writing() as connection:
            left, _ = point(connection, document.collection, [pointer(document)])
            drop_replies(connection, document.collection, {document.document_id})
            connection.execute(
                update(documents)
                .where(
                    documents.c.collection == document.collection,
                    documents.c.document_id == document.document_id,
                    documents.c.source == document.source,
                )
                .values(name=document.document)
            )
            self._touch(connection, document.collection, left | {document.document_id}, new=False)

    # --- removing --------------------------------------------------------------------------------------------------

    def tombstone(self, collection: str, document_id: str) -> list[int]:
        """Make a document invisible, under all its sources, before anything else lets go of it.

        Returns:
            Its versions, now ``deleted``, to be purged when vectors and terms no longer hold them.

        Raises:
            NotFoundError: no visible document has this id.
        """
        with self._writing() as connection:
            versions = mark_deleted(connection, collection, {document_id})
            if not versions:
                raise NotFoundError(f"no document {document_id} in collection {collection!r}")
            mine = (sources.c.collection == collection) & (sources.c.document_id == document_id)
            connection.execute(delete(sources).where(mine))
            self._touch(connection, collection, {document_id}, new=False)
        return versions

    def purge(self, versions: Sequence[int]) -> None:
        """Forget deleted versions for good, with their articles and passages."""
        with self._recording() as connection:
            for batch in batches(versions):
                drop(connection, batch)

    def only_in(self, versions: Sequence[int]) -> set[str]:
        """Passages of these versions that no other pending or ready version holds: what the indexes may let go of."""
        found: set[str] = set()
        with self._connection() as connection:
            for batch in batches(versions):
                query = select(passages.c.collection, passages.c.passage_id).where(passages.c.version.in_(batch))
                mine = connection.execute(query).all()
                for some in batches(mine):
                    ids = {row.passage_id for row in some}
                    joined = passages.join(documents, documents.c.version == passages.c.version)
                    kept = connection.scalars(
                        select(passages.c.passage_id)
                        .select_from(joined)
                        .where(
                            passages.c.collection == some[0].collection,
                            passages.c.passage_id.in_(ids),
                            passages.c.version.not_in(batch),
                            documents.c.state != DELETED,
                        )
                    )
                    found |= ids.difference(kept)
        return found

    # --- interrupted work ------------------------------------------------------------------------------------------

    def pending(self, collection: str) -> list[int]:
        """Versions an interrupted run left before they became visible, oldest first."""
        return self._in_state(collection, PENDING)

    def deleted(self, collection: str) -> list[int]:
        """Versions an interrupted run left before they were purged, oldest first."""
        return self._in_state(collection, DELETED)

    def _in_state(self, collection: str, state: str) -> list[int]:
        wanted = (documents.c.collection == collection) & (documents.c.state == state)
        with self._connection() as connection:
            return list(connection.scalars(select(documents.c.version).where(wanted).order_by(documents.c.version)))

    def passages_of(self, version: int) -> list[tuple[Article, Passage]]:
        """Every passage of one version, visible or not, with its article."""
        joined = passages.join(
            articles, (articles.c.version == passages.c.version) & (articles.c.ordinal == passages.c.ordinal)
        ).join(documents, documents.c.version == passages.c.version)
        columns = (passages, articles.c.article_id, articles.c.kind, articles.c.content)
        query = (
            select(*columns, documents.c.document_id, documents.c.text)
            .select_from(joined)
            .where(passages.c.version == version)
            .order_by(passages.c.ordinal, passages.c.span_start)
        )
        found: list[tuple[Article, Passage]] = []
        with self._connection() as connection:
            for row in connection.execute(query):
                article = article_of(row.article_id, row.kind, row.content, row.document_id, row.text)
                found.append((article, passage_of(row, article)))
        return found
