"""The only place that knows the order: ingest, retrieve, draft, verify, answer. Nothing of HTTP, formats or terminals.

Asynchronous because a remote model is; CPU work runs in one bounded pool so that an event loop is never blocked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from rag.asking import Answered, AnswerEvent, Asked, Asking
from rag.copies import CopyAwareRetriever
from rag.digesting import Digested, Digesting
from rag.embedding import Embedding
from rag.evidence import gather_evidence, titled
from rag.index import Disagreement, Index
from rag.intake import Intake, Upload
from rag.issue import Reading, read_piece, turn_states
from rag.ledger import Counts, Ledger
from rag.models import (
    Answer,
    AnswerRecord,
    Article,
    Copies,
    DigestRequest,
    Document,
    Filters,
    IngestReport,
    ListedDocument,
    Query,
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
from rag.paid import PaidSummaries
from rag.protocols import Engine, Generator, Progress, Verifier
from rag.record import compare
from rag.recording import Recording
from rag.settings import Settings
from rag.summarising import Summarising
from rag.timelines import Timelines
from rag.verifying import Verifying

T = TypeVar("T")


class Pipeline:
    """Everything Gazette does, over one collection. Make one with ``rag.build``; close it after use."""

    def __init__(
        self,
        settings: Settings,
        *,
        pool: Executor,
        writer: Executor,
        ledger: Ledger,
        index: Index,
        engine: Engine,
        embedding: Embedding,
        retriever: CopyAwareRetriever,
        generator: Generator,
        verifier: Verifier,
        revision: str,
        on_close: Callable[[], None],
    ) -> None:
        self.settings = settings
        self.collection = settings.store.collection
        self.ledger, self.generator, self.revision = ledger, generator, revision
        self.embedding = embedding
        self.vector_rows = index.vector_rows
        self._index = index
        self._engine = engine
        self._retriever = retriever
        self._on_close = on_close
        self._pool = pool
        self._writer = writer
        self._asking = Asking(self._evidence, generator, verifier, ledger, pool, retriever.copies.with_differences)
        self._summarising = Summarising(ledger, self.collection, generator, verifier, pool)
        paid = PaidSummaries(ledger, self.collection, self._summarising, model=generator.model, revision=revision)
        self._digesting = Digesting(ledger, self.collection, paid, retriever, generator, verifier, pool)
        self._timelines = Timelines(self.collection, retriever, verifier)
        self._verifying = Verifying(ledger, self.collection, retriever, verifier, settings.retrieve.evidence)
        self._recording = Recording(ledger, settings, revision)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Finish running work, then release the data folder."""
        self._on_close()

    # --- ingest ----------------------------------------------------------------------------------------------------

    async def ingest(
        self,
        paths: Sequence[Path],
        *,
        uploads: Sequence[Upload] = (),
        metadata: SourceMetadata = SourceMetadata(),
        encoding: str | None = None,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Read, cut, chunk, embed and store files, folders and uploads; one writer at a time.

        A source that fails is reported in ``failed``; the rest goes on.
        """
        limit = self.settings.ingest.max_file_bytes
        intake = Intake(paths, self.collection, limit, uploads, metadata, encoding)

        def taken_in(index: Index) -> IngestReport:
            walked = intake.walk()
            documents = intake.documents(walked, self._engine)
            return index.ingest(documents, skipped=walked.skipped, progress=progress)

        return await self.change(taken_in)

    async def change(self, work: Callable[[Index], T]) -> T:
        """Do work on the index, in the one thread there is for it: one writer at a time, and no question's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work, self._index)

    async def delete(self, document_id: str) -> None:
        """Remove a document from ledger, vectors and terms.

        Raises:
            NotFoundError: no such document.
        """
        await self.change(lambda index: index.delete(document_id))

    async def check_stores(self, *, repair: bool = False) -> Disagreement:
        """What vectors and terms lack or hold too many against the ledger; mended when asked."""
        return await self.change(Index.repair if repair else Index.check)

    # --- looking ---------------------------------------------------------------------------------------------------

    def document(self, document_id: str) -> Document:
        """One document with its text as received.

        Raises:
            NotFoundError: no such document.
        """
        return self.ledger.document(self.collection, document_id)

    def documents(self, *, limit: int = 100, after: str | None = None) -> list[ListedDocument]:
        """Documents in a stable order, without their texts."""
        return self.ledger.listed_documents(self.collection, limit=limit, after=after)

    def counts(self) -> Counts:
        """How many documents, articles and passages the collection shows."""
        return self.ledger.counts(self.collection)

    def article(self, article_id: str) -> tuple[Article, str]:
        """One article and the name of its document.

        Raises:
            NotFoundError: no such article.
        """
        return self.ledger.article(self.collection, article_id)

    def reading(self, article_id: str) -> Reading:
        """One article with what goes on from it on other pages of its issue; NotFoundError where there is none."""
        return read_piece(self.ledger, self.collection, article_id)

    def turns(self, articles: Sequence[Article]) -> dict[str, TurnState]:
        """What these articles are joined to on other pages of their issues, by article id."""
        return turn_states(self.ledger, self.collection, articles)

    def copies(self, article_ids: Collection[str]) -> dict[str, Copies]:
        """Who else carries each of these articles, by article id; unknown ids are missing from it."""
        return self._retriever.copies.copies(article_ids)

    def articles(
        self,
        *,
        filters: Filters = Filters(),
        document_id: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> list[tuple[Article, str]]:
        """Articles (every kind) with their document's name, in a stable order."""
        return self.ledger.articles(self.collection, filters=filters, document_id=document_id, limit=limit, after=after)

    async def search(self, text: str, *, k: int | None = None, filters: Filters = Filters()) -> Ranking:
        """The ``k`` best passages for a question."""
        query = Query(text, text, filters, self.collection)
        wanted = k or self.settings.retrieve.k
        # In one piece of work: a second one would wait behind all who came meanwhile.
        return await self._run(lambda: titled(self.ledger, self.collection, self._retriever.retrieve(query, wanted)))

    async def search_documents(self, text: str, *, k: int, filters: Filters = Filters()) -> list[tuple[str, float]]:
        """The ``k`` best documents by name, each scored by its best passage."""
        query = Query(text, text, filters, self.collection)
        return await self._run(lambda: self._retriever.retrieve_documents(query, k))

    # --- asking ----------------------------------------------------------------------------------------------------

    async def ask(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters = Filters(), keep: bool = True
    ) -> Answer:
        """Answer one question from the pages, or abstain with the reason.

        Every claim in the reply was verified and every citation located; ``keep`` records the reply in the ledger.
        """
        return await self._answer(Asked(question, tuple(history), filters, self.collection, keep))

    async def stream(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters = Filters(), keep: bool = True
    ) -> AsyncGenerator[AnswerEvent, None]:
        """As ``ask``, event by event: the evidence, each claim as soon as it is verified, the answer as it is kept.

        Closing the generator cancels the model's work.
        """
        asked = Asked(question, tuple(history), filters, self.collection, keep)
        async with aclosing(self._asking.events(asked, streaming=True)) as events:
            async for event in events:
                if isinstance(event, Answered):
                    await self._keep(event, asked)
                yield event

    async def replay(self, answer_id: str) -> Replay:
        """Ask a recorded question again, over today's corpus with today's settings, and compare.

        Raises:
            NotFoundError: no answer has this id.
        """
        before = self.record(answer_id)
        asked = Asked(before.answer["question"], before.history, before.filters, self.collection)
        answer = await self._answer(asked, replay_of=answer_id)
        return compare(before, self.record(answer.id))

    def record(self, answer_id: str) -> AnswerRecord:
        """An answer as it was given, with what it was made from; NotFoundError where none is kept under this id."""
        return self._recording.record(answer_id)

    async def _answer(self, asked: Asked, replay_of: str | None = None) -> Answer:
        events = [event async for event in self._asking.events(asked, streaming=False)]
        answered = events[-1]
        if not isinstance(answered, Answered):
            raise TypeError(f"the last event of an answer is {type(answered).__name__}, not Answered")
        await self._keep(answered, asked, replay_of)
        return answered.answer

    async def _keep(self, answered: Answered, asked: Asked, replay_of: str | None = None) -> None:
        await self._run(lambda: self._recording.keep(answered, asked, replay_of))

    def _evidence(self, query: Query) -> Ranking:
        return gather_evidence(self._retriever, self.ledger, query, self.settings.retrieve)

    # --- summarising -----------------------------------------------------------------------------------------------

    async def summarise(
        self, article_id: str, *, max_chars: int | None = None, style: SummaryStyle = "brief"
    ) -> Summary:
        """One article's summary, verified the same way as an answer.

        Raises:
            NotFoundError: no such article, or a piece that is never summarised (furniture, a repeated piece).
        """
        limit = max_chars or self.settings.summarise.max_chars
        return await self._summarising.summarise(article_id, max_chars=limit, style=style)

    def summarisable(self, *, filters: Filters = Filters(), document_id: str | None = None) -> Iterable[str]:
        """Ids of all articles that get a summary, in stable order: no furniture, no repetitions."""
        return self._summarising.summarisable(filters, document_id)

    async def digest(self, request: DigestRequest = DigestRequest()) -> Digested:
        """The verified digest of what a request asks for; every article asked for stands in its coverage.

        Nothing is recorded: once the digest has reached its reader, ``remember`` it.

        Raises ModelUnavailableError: the model cannot be reached.
        """
        return await self._digesting.digest(request)

    def remember(self, digested: Digested) -> None:
        """Record a digest's articles as told: they are no news to the next one of the same request."""
        self._digesting.remember(digested)

    async def timeline(self, subject: str, *, filters: Filters = Filters()) -> Timeline:
        """What the pages say of a subject in order of time, every statement quoted and cited, the undated apart."""
        return await self._run(lambda: self._timelines.timeline(subject, filters))

    async def verify_text(self, text: str, *, against: Sequence[str] = ()) -> Verification:
        """Judge every claim of any text against the corpus, or only against the articles named.

        Raises:
            NotFoundError: no such article.
        """
        return await self._run(lambda: self._verifying.verify(text, against))
