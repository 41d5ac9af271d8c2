"""Looking things up in the ledger. Only ready documents are visible here; everything else is the writer's business."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, select, tuple_

from rag.errors import NotFoundError
from rag.ledger import lookup
from rag.ledger.engine import store_errors
from rag.ledger.lookup import Whereabouts, article_and_name, articles_query
from rag.ledger.rows import StoredPassage, document_of
from rag.ledger.schema import articles, corrections, documents, passages, sources
from rag.ledger.selection import Allowed, allowed_passages, conditions, is_article, ready_in
from rag.ledger.turning import halves_of_issues
from rag.models import Article, Document, Filters, Half

_ORDER = (documents.c.name, documents.c.document_id, articles.c.ordinal)


@dataclass(frozen=True, slots=True)
class Counts:
    """Sizes of a collection as far as visible.

    ``articles`` counts what ``rag.ledger.rows.article_count`` counts, as an ingest report does.
    """

    documents: int
    articles: int
    passages: int


class LedgerReader:
    """The visible part of the ledger. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._place = engine.url.render_as_string(hide_password=True)
        self._fingerprints: dict[str, tuple[tuple[int, int], str]] = {}

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with store_errors(self._place), self._engine.connect() as connection:
            yield connection

    # --- documents -------------------------------------------------------------------------------------------------

    def document(self, collection: str, document_id: str) -> Document:
        """One document with its text as received.

        Raises:
            NotFoundError: no visible document has this id.
        """
        found = self.known_document(collection, document_id)
        if found is None:
            raise NotFoundError(f"no document {document_id} in collection {collection!r}")
        return found

    def known_document(self, collection: str, document_id: str) -> Document | None:
        """The visible document with this id, text included; None when there is none."""
        query = select(documents).where(ready_in(collection), documents.c.document_id == document_id)
        with self._connection() as connection:
            row = connection.execute(query).first()
        return None if row is None else document_of(row)

    def documents(self, collection: str, *, limit: int | None = None, after: str | None = None) -> list[Document]:
        """Documents by name, then id.

        Args:
            collection: whose documents.
            limit: at most so many; None for all.
            after: a document id; the list starts right behind it.

        Raises:
            NotFoundError: ``after`` is no visible document.
        """
        query = select(documents).where(ready_in(collection)).order_by(*_ORDER[:2]).limit(limit)
        if after is not None:
            query = query.where(tuple_(*_ORDER[:2]) > (self.document(collection, after).document, after))
        with self._connection() as connection:
            return [document_of(row) for row in connection.execute(query)]

    def document_id_for_source(self, collection: str, source: str) -> str | None:
        """The document a source stands for, if it was taken in."""
        query = select(sources.c.document_id).where(sources.c.collection == collection, sources.c.source == source)
        with self._connection() as connection:
            return connection.scalar(query)

    def sources_of(self, collection: str, document_id: str) -> list[str]:
        """Every source the same bytes came from, sorted."""
        query = (
            select(sources.c.source)
            .where(sources.c.collection == collection, sources.c.document_id == document_id)
            .order_by(sources.c.source)
        )
        with self._connection() as connection:
            return list(connection.scalars(query))

    def counts(self, collection: str) -> Counts:
        """How much is visible."""
        ready = select(documents.c.version).where(ready_in(collection))
        with self._connection() as connection:
            held = connection.scalar(select(func.count()).select_from(ready.subquery())) or 0
            pieces = connection.scalar(select(func.count()).where(articles.c.version.in_(ready), is_article())) or 0
            slices = connection.scalar(select(func.count()).where(passages.c.version.in_(ready))) or 0
        return Counts(held, pieces, slices)

    def corpus_fingerprint(self, collection: str) -> str:
        """``sha256:…`` over the sorted ids of all visible documents and their corrections: equal for equal corpora."""
        with self._connection() as connection:
            # Version numbers only grow, so equal count and highest version mean that nothing came or went.
            state = connection.execute(
                select(func.count(), func.coalesce(func.max(documents.c.version), 0)).where(ready_in(collection))
            ).one()
            known = self._fingerprints.get(collection)
            if known is not None and known[0] == (state[0], state[1]):
                return known[1]
            ids = connection.scalars(select(documents.c.document_id).where(ready_in(collection))).all()
            joined = documents.join(corrections, documents.c.version == corrections.c.version)
            said = select(documents.c.document_id + " " + corrections.c.correction_id).select_from(joined)
            ids = [*ids, *connection.scalars(said.where(ready_in(collection)))]
        digest = "sha256:" + sha256("\n".join(sorted(ids)).encode()).hexdigest()
        self._fingerprints[collection] = ((state[0], state[1]), digest)
        return digest

    # --- articles --------------------------------------------------------------------------------------------------

    def article(self, collection: str, article_id: str) -> tuple[Article, str]:
        """One article and the name of its document.

        Raises:
            NotFoundError: no visible article has this id.
        """
        wanted = (articles.c.collection == collection) & (articles.c.article_id == article_id)
        with self._connection() as connection:
            row = connection.execute(articles_query().where(wanted, ready_in(collection))).first()
        if row is None:
            raise NotFoundError(f"no article {article_id} in collection {collection!r}")
        return article_and_name(row)

    def articles(
        self,
        collection: str,
        *,
        filters: Filters = Filters(),
        document_id: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> list[tuple[Article, str]]:
        """Pieces of every kind with their document's name: by document, then in reading order.

        Args:
            collection: whose articles.
            filters: hard limits; undated articles fall out of a date filter.
            document_id: only this document's.
            limit: at most so many; None for all.
            after: an article id; the list starts right behind it.

        Raises:
            NotFoundError: ``after`` is no visible article.
        """
        query = articles_query().order_by(*_ORDER).limit(limit)
        if document_id is not None:
            query = query.where(documents.c.document_id == document_id)
        with self._connection() as connection:
            if after is not None:
                query = query.where(tuple_(*_ORDER) > self._position(connection, collection, after))
            query = query.where(*conditions(connection, collection, filters))
            return [article_and_name(row) for row in connection.execute(query)]

    def _position(self, connection: Connection, collection: str, article_id: str) -> tuple[str, str, int]:
        joined = articles.join(documents, documents.c.version == articles.c.version)
        wanted = (articles.c.collection == collection) & (articles.c.article_id == article_id)
        row = connection.execute(select(*_ORDER).select_from(joined).where(ready_in(collection), wanted)).first()
        if row is None:
            raise NotFoundError(
                f"no article {article_id} in collection {collection!r} to go on after; start the list again"
            )
        return row[0], row[1], row[2]

    def turning(self, collection: str, document_ids: Collection[str]) -> list[Half]:
        """Pieces of these documents that turn, and what their issues hold for them; see ``rag.ledger.turning``."""
        with self._connection() as connection:
            return halves_of_issues(connection, collection, document_ids)

    # --- passages --------------------------------------------------------------------------------------------------

    def passage_ids(self, collection: str) -> set[str]:
        """All visible passages: what vectors and terms must hold."""
        joined = passages.join(documents, documents.c.version == passages.c.version)
        with self._connection() as connection:
            return set(
                connection.scalars(select(passages.c.passage_id).select_from(joined).where(ready_in(collection)))
            )

    def passage_count(self, collection: str) -> int:
        """How many passages are visible."""
        ready = select(documents.c.version).where(ready_in(collection))
        with self._connection() as connection:
            return connection.scalar(select(func.count()).where(passages.c.version.in_(ready))) or 0

    def newest_passages(self, collection: str, limit: int) -> list[str]:
        """Visible passages of the documents that became known last, at most ``limit``."""
        joined = passages.join(documents, documents.c.version == passages.c.version)
        newest = (documents.c.version.desc(), passages.c.passage_id)
        query = select(passages.c.passage_id).select_from(joined).where(ready_in(collection))
        with self._connection() as connection:
            return list(connection.scalars(query.order_by(*newest).limit(limit)))

    def allowed_passages(self, collection: str, filters: Filters) -> Allowed:
        """What a query with these filters may find; see ``rag.ledger.selection`` for what each filter means."""
        with self._connection() as connection:
            return allowed_passages(connection, collection, filters)

    def whereabouts(self, collection: str, passage_ids: Sequence[str]) -> dict[str, Whereabouts]:
        """Article and document by passage id; ids that are unknown, pending or deleted are missing from it."""
        with self._connection() as connection:
            return lookup.whereabouts(connection, collection, passage_ids)

    def datelines(self, collection: str, passage_ids: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
        """Date (ISO or ``MM-DD``) and place of each visible passage's article, as printed."""
        with self._connection() as connection:
            return lookup.datelines(connection, collection, passage_ids)

    def passages(self, collection: str, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
        """Passages whole, by id; ids that are unknown, pending or deleted are missing from it."""
        with self._connection() as connection:
            return lookup.whole(connection, collection, passage_ids)
