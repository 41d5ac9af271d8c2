"""What the ledger keeps besides the corpus: how it was indexed, corrections, rows of jobs, answers given.

Knows nothing of the shape of a reply or an answer: both are JSON objects kept as they come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, insert, select, tuple_, update

from rag.errors import NotFoundError
from rag.ledger.batches import BatchBook
from rag.ledger.keys import KeyBook
from rag.ledger.lookup import batches
from rag.ledger.rows import kept_correction
from rag.ledger.schema import answers, corrections, documents, index_settings, replies, reply_documents
from rag.ledger.selection import ready_in
from rag.ledger.units import UnitBook
from rag.ledger.writing import LedgerWriting
from rag.models import Article, StoredCorrection
from rag.protocols import Signer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What a collection's vectors and passages were made with. ``embedder`` and ``chunker`` are fingerprints."""

    embedder: str
    dim: int
    chunker: str


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A row kept under a key, the document (id) it is about, and further documents it quotes."""

    key: str
    reply: Mapping[str, Any]
    document_id: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was recorded, when, and a person's mark of it, if any."""

    answer_id: str
    record: Json
    created: datetime
    mark: Json | None


class _Unsigned:
    """Signs nothing: a ledger that finds no copies."""

    def keys(self, article: Article) -> tuple[int, ...]:  # noqa: ARG002 - the seam's signature
        return ()


class LedgerRecords(LedgerWriting):
    """Settings, replies and answers by collection."""

    def __init__(self, engine: Engine, signer: Signer | None = None) -> None:
        super().__init__(engine)
        self._signer = signer or _Unsigned()
        self.batches = BatchBook(self._connection, self._recording)
        self.units = UnitBook(self._connection, self._recording)
        self.keys = KeyBook(self._connection, self._recording)

    def index_settings(self, collection: str) -> IndexSettings | None:
        """What the collection was indexed with; None before anything was."""
        query = select(index_settings).where(index_settings.c.collection == collection)
        with self._connection() as connection:
            row = connection.execute(query).first()
        return None if row is None else IndexSettings(row.embedder, row.dim, row.chunker)

    def save_index_settings(self, collection: str, settings: IndexSettings) -> None:
        """Record what the collection is indexed with, replacing what was recorded."""
        with self._recording() as connection:
            connection.execute(delete(index_settings).where(index_settings.c.collection == collection))
            connection.execute(insert(index_settings).values(collection=collection, **asdict(settings)))

    def corrections(
        self, collection: str, document_id: str | None = None, *, correction_id: str | None = None
    ) -> list[StoredCorrection]:
        """Corrections of visible documents, by document and then in the order in which they are applied.

        Args:
            collection: whose corrections.
            document_id: only this document's.
            correction_id: only this one; a document and a later text of one of its sources may both hold it.
        """
        joined = corrections.join(documents, documents.c.version == corrections.c.version)
        query = select(corrections.c.body, documents.c.document_id, documents.c.name).select_from(joined)
        if document_id is not None:
            query = query.where(documents.c.document_id == document_id)
        if correction_id is not None:
            query = query.where(corrections.c.correction_id == correction_id)
        ordered = query.where(ready_in(collection)).order_by(
            documents.c.name, documents.c.document_id, corrections.c.sequence
        )
        with self._connection() as connection:
            return [
                StoredCorrection(kept_correction(row.body), row.document_id, row.name)
                for row in connection.execute(ordered)
            ]

    def saved_reply(self, collection: str, key: str) -> Json | None:
        """The row kept under a key by an earlier, perhaps interrupted, job."""
        query = select(replies.c.reply).where(replies.c.collection == collection, replies.c.key == key)
        with self._connection() as connection:
            return connection.scalar(query)

    def save_reply(
        self, collection: str, key: str, reply: Mapping[str, Any], *, document_id: str, also: Iterable[str] = ()
    ) -> None:
        """Keep a row under a key, replacing what was kept there, as long as its documents stay what they are.

        A row about a document that was deleted while the row was made is not kept.

        Args:
            collection: whose row.
            key: of everything that shapes the row.
            reply: the row.
            document_id: the document it is about.
            also: further documents (ids) it quotes.
        """
        self.save_replies(collection, [KeptReply(key, reply, document_id, tuple(also))])

    def save_replies(self, collection: str, kept: Sequence[KeptReply]) -> None:
        """As ``save_reply``, many in one step."""
        with self._recording() as connection:
            _keep_replies(connection, collection, {one.key: one for one in kept})

    def save_answer(self, collection: str, answer_id: str, record: Mapping[str, Any]) -> None:
        """Record an answer as it was given.

        Raises:
            StoreError: an answer with this id is already recorded.
        """
        row = {"collection": collection, "answer_id": answer_id, "record": dict(record), "created": datetime.now(UTC)}
        with self._recording() as connection:
            connection.execute(insert(answers).values(row))

    def answer(self, collection: str, answer_id: str) -> KeptAnswer:
        """A recorded answer.

        Raises:
            NotFoundError: no answer has this id.
        """
        with self._connection() as connection:
            row = connection.execute(_kept(collection).where(answers.c.answer_id == answer_id)).first()
        if row is None:
            raise NotFoundError(
                f"no answer {answer_id} in collection {collection!r}; `gazette answers list` shows them"
            )
        return _kept_answer(row)

    def answers(
        self, collection: str, *, limit: int, after: str | None = None, marked: bool = False
    ) -> list[KeptAnswer]:
        """Recorded answers, the newest first.

        Args:
            collection: which collection.
            limit: how many, at most.
            after: an answer's id; only those that come after it in this order.
            marked: only those somebody marked.

        Raises:
            NotFoundError: no answer has the id ``after``.
        """
        query = _kept(collection).order_by(answers.c.created.desc(), answers.c.answer_id.desc()).limit(limit)
        if marked:
            query = query.where(answers.c.mark.is_not(None))
        if after is not None:
            last = self.answer(collection, after)
            query = query.where(tuple_(answers.c.created, answers.c.answer_id) < (last.created, last.answer_id))
        with self._connection() as connection:
            return [_kept_answer(row) for row in connection.execute(query)]

    def mark_answer(self, collection: str, answer_id: str, mark: Mapping[str, Any] | None) -> None:
        """Keep a person's mark of an answer, replacing an earlier one; None takes it away.

        Raises:
            NotFoundError: no answer has this id.
        """
        self.answer(collection, answer_id)
        here = (answers.c.collection == collection) & (answers.c.answer_id == answer_id)
        with self._recording() as connection:
            connection.execute(update(answers).where(here).values(mark=dict(mark) if mark is not None else None))


def _kept(collection: str) -> Select[Any]:
    return select(answers.c.answer_id, answers.c.record, answers.c.created, answers.c.mark).where(
        answers.c.collection == collection
    )


def _kept_answer(row: Row[Any]) -> KeptAnswer:
    # SQLite gives times back without their zone; all are written in UTC.
    return KeptAnswer(row.answer_id, row.record, row.created.replace(tzinfo=UTC), row.mark)


def _keep_replies(connection: Connection, collection: str, kept: Mapping[str, KeptReply]) -> None:
    """In as many statements for many as for one."""
    wanted = {document for one in kept.values() for document in (one.document_id, *one.also)}
    visible: set[str] = set()
    for some in batches(sorted(wanted)):
        query = select(documents.c.document_id).where(ready_in(collection), documents.c.document_id.in_(some))
        visible |= set(connection.scalars(query))
    for keys in batches(sorted(kept)):
        connection.execute(delete(replies).where(replies.c.collection == collection, replies.c.key.in_(keys)))
    rows, others = list[Json](), list[Json]()
    for one in kept.values():
        if visible.issuperset((one.document_id, *one.also)):
            about = {"collection": collection, "key": one.key}
            rows.append({**about, "document_id": one.document_id, "reply": dict(one.reply)})
            others += [{**about, "document_id": other} for other in sorted(set(one.also) - {one.document_id})]
    if rows:
        connection.execute(insert(replies), rows)
    if others:
        connection.execute(insert(reply_documents), others)


def drop_replies(connection: Connection, collection: str, document_ids: Collection[str]) -> None:
    """Let go of replies about documents that are deleted, replaced, or shown under another name, or that quote them."""
    mine = (reply_documents.c.collection == collection) & reply_documents.c.document_id.in_(document_ids)
    quoting = replies.c.key.in_(select(reply_documents.c.key).where(mine))
    about = (replies.c.collection == collection) & (replies.c.document_id.in_(document_ids) | quoting)
    connection.execute(delete(replies).where(about))
