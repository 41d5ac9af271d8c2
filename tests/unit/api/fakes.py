"""A pipeline made of values: what it returns is real, what it does is nothing. Records what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from api import digest_examples, examples
from rag.asking import Answered, AnswerEvent
from rag.digesting import Digested
from rag.embedding import Embedding
from rag.errors import NotFoundError
from rag.intake import Upload
from rag.ledger import KeptAnswer
from rag.ledger.keys import KeyBook
from rag.models import (
    Abstention,
    Answer,
    AnswerRecord,
    Article,
    Copies,
    Copy,
    DigestRequest,
    Document,
    Failure,
    Filters,
    Holdings,
    IngestReport,
    ListedDocument,
    Ranking,
    Replay,
    SourceMetadata,
    Summary,
    SummaryStyle,
    Timeline,
    Turn,
    TurnState,
    Verification,
)
from rag.pipeline import Pipeline
from rag.record import compare, kept_record
from tests.fakes import HashingEmbedder


@dataclass(frozen=True)
class Counts:
    documents: int
    articles: int
    passages: int


class NoBatches:
    """A book of batches without any."""

    def in_states(self, collection: str, states: Collection[str]) -> list[Any]:
        return []


class NoKeys:
    """A book of keys in which none was ever made."""

    def find(self, secret: str, now: datetime) -> None:
        return None

    def any_made(self) -> bool:
        return False


class FakeLedger:
    def __init__(self) -> None:
        self.batches = NoBatches()
        self.keys: NoKeys | KeyBook = NoKeys()
        self.error: Exception | None = None
        self.held = [Holdings("default", 5, 63)]
        self.written = set[str]()
        day = datetime(2024, 3, 6, 8, tzinfo=UTC)
        shape = {name: value for name, value in examples.RECORD.items() if name not in ("created", "mark")}
        self.kept = [
            KeptAnswer(f"ans_{at}", {**shape, "answer": {**shape["answer"], "id": f"ans_{at}"}}, day, None)
            for at in range(3)
        ]

    def collections(self) -> list[str]:
        return sorted(self.written)

    def answer(self, collection: str, answer_id: str) -> KeptAnswer:
        for one in self.kept:
            if one.answer_id == answer_id:
                return one
        raise NotFoundError(f"no answer {answer_id} in collection {collection!r}")

    def answers(
        self, collection: str, *, limit: int, after: str | None = None, marked: bool = False
    ) -> list[KeptAnswer]:
        start = self.kept.index(self.answer(collection, after)) + 1 if after else 0
        return [one for one in self.kept[start:] if one.mark or not marked][:limit]

    def mark_answer(self, collection: str, answer_id: str, mark: dict[str, Any] | None) -> None:
        at = self.kept.index(self.answer(collection, answer_id))
        self.kept[at] = replace(self.kept[at], mark=mark)

    def holdings(self) -> list[Holdings]:
        if self.error:
            raise self.error
        return self.held

    def counts(self, collection: str) -> Counts:
        if self.error:
            raise self.error
        return Counts(5, 41, 63)


class FakePipeline:
    """Set ``error`` to make every call fail, ``slow`` to make the asking calls wait until they are cancelled."""

    def __init__(self, documents: int = 3, articles: int = 3) -> None:
        self.collection = "default"
        self.generator = SimpleNamespace(model="extractive")
        self.ledger = FakeLedger()
        self.embedding = Embedding(HashingEmbedder(), ThreadPoolExecutor(1))
        self.held = [
            replace(examples.DOCUMENT, document_id=f"doc_{at:016x}", document=f"{at:03}.md") for at in range(documents)
        ]
        self.pieces = [replace(examples.ARTICLE, article_id=f"art_{at:016x}") for at in range(articles)]
        self.answer = examples.ANSWER_VALUE
        self.told = Copies((Copy("art_other", "doc_other", "other.txt", "某晚报", "2024-07-07"),), 2, 2)
        self.error: Exception | None = None
        self.slow = False
        self.asked: list[tuple[str, Any]] = []
        self.cancelled: list[str] = []
        self.failing_uploads: tuple[str, ...] = ()
        self.closed = False

    def as_pipeline(self) -> Pipeline:
        return cast(Pipeline, self)

    async def _work(self, name: str, *arguments: Any) -> None:
        self.asked.append((name, arguments))
        if self.slow:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                self.cancelled.append(name)
                raise
        if self.error:
            raise self.error

    def _look(self, name: str, *arguments: Any) -> None:
        self.asked.append((name, arguments))
        if self.error:
            raise self.error

    def close(self) -> None:
        self.closed = True

    async def ingest(
        self,
        paths: Sequence[Any],
        *,
        uploads: Sequence[Upload] = (),
        metadata: SourceMetadata = SourceMetadata(),
        encoding: str | None = None,
    ) -> IngestReport:
        await self._work("ingest", [(one.name, one.content) for one in uploads], metadata, encoding)
        failed = tuple(Failure(one.name, "no reader") for one in uploads if one.name in self.failing_uploads)
        return IngestReport(len(uploads) - len(failed), 2, 2, failed=failed, seconds=0.01)

    def counts(self) -> Counts:
        return self.ledger.counts(self.collection)

    def record(self, answer_id: str) -> AnswerRecord:
        return kept_record(self.ledger.answer(self.collection, answer_id))

    async def replay(self, answer_id: str) -> Replay:
        await self._work("replay", answer_id)
        return compare(self.record(answer_id), self.record(answer_id))

    async def verify_text(self, text: str, *, against: Sequence[str] = ()) -> Verification:
        await self._work("verify_text", text, tuple(against))
        return examples.VERIFICATION_VALUE

    async def delete(self, document_id: str) -> None:
        await self._work("delete", document_id)
        if document_id not in [one.document_id for one in self.held]:
            raise NotFoundError(f"no document {document_id} in collection 'default'")

    def turns(self, articles: Sequence[Article]) -> dict[str, TurnState]:
        return {}

    def document(self, document_id: str) -> Document:
        self._look("document", document_id)
        for one in self.held:
            if one.document_id == document_id:
                return one
        raise NotFoundError(f"no document {document_id} in collection 'default'")

    def documents(self, *, limit: int = 100, after: str | None = None) -> list[ListedDocument]:
        self._look("documents", limit, after)
        ids = [one.document_id for one in self.held]
        start = ids.index(after) + 1 if after else 0
        return [ListedDocument.of(one) for one in self.held[start : start + limit]]

    def article(self, article_id: str) -> tuple[Article, str]:
        self._look("article", article_id)
        for one in self.pieces:
            if one.article_id == article_id:
                return one, examples.DOCUMENT.document
        raise NotFoundError(f"no article {article_id} in collection 'default'")

    def copies(self, article_ids: Collection[str]) -> dict[str, Copies]:
        return dict.fromkeys(article_ids, self.told)

    def articles(
        self,
        *,
        filters: Filters = Filters(),
        document_id: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> list[tuple[Article, str]]:
        self._look("articles", filters, limit, after)
        if filters.document and filters.document != examples.DOCUMENT.document:
            return []
        ids = [one.article_id for one in self.pieces]
        start = ids.index(after) + 1 if after else 0
        return [(one, examples.DOCUMENT.document) for one in self.pieces[start : start + limit]]

    def summarisable(self, *, filters: Filters = Filters(), document_id: str | None = None) -> Iterator[str]:
        return (article.article_id for article, _ in self.articles(filters=filters, limit=10_000))

    async def search(self, text: str, *, k: int | None = None, filters: Filters = Filters()) -> Ranking:
        await self._work("search", text, k, filters)
        return examples.RANKING_VALUE

    async def ask(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters = Filters(), keep: bool = True
    ) -> Answer:
        await self._work("ask", question, tuple(history), filters)
        return self.answer

    async def stream(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters = Filters(), keep: bool = True
    ) -> AsyncGenerator[AnswerEvent, None]:
        """The answer's events; before the first claim it waits or fails as told."""
        found, said, answered = examples.ANSWER_EVENTS
        yield found
        await self._work("ask", question, tuple(history), filters)
        if not self.answer.abstained:
            yield said
        assert isinstance(answered, Answered)
        yield replace(answered, answer=self.answer)

    async def summarise(
        self, article_id: str, *, max_chars: int | None = None, style: SummaryStyle = "brief"
    ) -> Summary:
        await self._work("summarise", article_id, max_chars, style)
        article, document = self.article(article_id)
        return replace(examples.SUMMARY_VALUE, article_id=article.article_id, document=document, style=style)

    async def digest(self, request: DigestRequest) -> Digested:
        await self._work("digest", request)
        return digest_examples.DIGESTED

    async def timeline(self, subject: str, *, filters: Filters = Filters()) -> Timeline:
        await self._work("timeline", subject, filters)
        return digest_examples.TIMELINE_VALUE


def abstaining() -> Answer:
    """The example's question declined, with its citation as the nearest thing found."""
    answer = examples.ANSWER_VALUE
    nearest = answer.citations
    return replace(
        answer,
        answer=None,
        claims=(),
        citations=(),
        abstention=Abstention("not_stated", "没有写明。", nearest),
        degraded=("dense",),
        undated_left_out=2,
    )
