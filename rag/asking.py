"""One question to its verified answer, claim by claim: draft, check, ask once more for what failed.

The one way every answer takes, streamed or not. Knows nothing of who asks, of HTTP, or of how drafts are written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from rag.clock import Clock
from rag.dialogue import stand_alone
from rag.ledger import Counts
from rag.models import Answer, Draft, Filters, Query, Ranking, Rewriting, Turn, Usage
from rag.protocols import Generator, RevisingGenerator, RewritingGenerator, StreamingGenerator, Verifier
from rag.replies import new_answer_id, verified_answer
from rag.telemetry import tell_answered
from rag.verify import DraftCheck, Said

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """What the answer will be drafted from, and what it will be called; nothing is drafted yet."""

    query: Query
    ranking: Ranking
    answer_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The whole answer, and the query and draft it came from (the draft's claims apart)."""

    answer: Answer
    query: Query
    ranking: Ranking
    draft: Draft


AnswerEvent = Found | Said | Answered
"""In this order: ``Found`` once, ``Said`` for every claim that may be shown, ``Answered`` once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know: a question, perhaps in a conversation, within limits, of one collection.

    ``keep``: whether the answer is recorded.
    """

    question: str
    history: tuple[Turn, ...]
    filters: Filters
    collection: str
    keep: bool = True


class Collections(Protocol):
    """What an answer says of the texts it was looked for in: the ledger, or texts that came with the question."""

    def corpus_fingerprint(self, collection: str) -> str:
        """Equal for equal corpora."""
        ...

    def counts(self, collection: str) -> Counts:
        """How much a collection holds."""
        ...


@dataclass(slots=True)
class _Drafted:
    """What several drafts of one answer cost together, and how the last one ended."""

    last: Draft
    usage: Usage = field(default_factory=Usage)
    confidence: float | None = None

    def take(self, draft: Draft) -> None:
        self.usage = self.usage + draft.usage
        self.last = draft
        known = [self.confidence, *(claim.support for claim in draft.claims)]
        self.confidence = min((support for support in known if support is not None), default=None)

    def whole(self) -> Draft:
        return replace(self.last, claims=(), usage=self.usage)


class Asking:
    """Answers queries over one collection.

    ``pool`` does the CPU work; ``with_differences`` adds what copies of the cited articles print otherwise.
    """

    def __init__(
        self,
        evidence: Callable[[Query], Ranking],
        generator: Generator,
        verifier: Verifier,
        collections: Collections,
        pool: Executor,
        with_differences: Callable[[Answer], Answer],
    ) -> None:
        self._evidence = evidence
        self._generator = generator
        self._verifier = verifier
        self._collections = collections
        self._pool = pool
        self._with_differences = with_differences

    async def events(self, asked: Asked, *, streaming: bool) -> AsyncGenerator[AnswerEvent, None]:
        """Answer one question; every claim that leaves was verified, and no other text does.

        Args:
            asked: the question; it is made to stand alone first.
            streaming: let the model send its claims one by one where it can; otherwise its draft is read whole, and may
                be asked for again when it is malformed.

        Raises:
            ModelUnavailableError, ModelOutputError: the model failed; claims that left before were verified.
        """
        clock = Clock()
        rewriting = await self._standing_alone(asked)
        query = Query(asked.question, rewriting.question, asked.filters, asked.collection)
        clock.lap("rewrite")
        ranking = await self._run(lambda: self._evidence(query))
        clock.lap("retrieve")
        answer_id = new_answer_id()
        yield Found(query, ranking, answer_id)
        check = DraftCheck(ranking.evidence, self._verifier, markers=True)
        drafted = _Drafted(Draft((), self._generator.model), rewriting.usage)
        async with aclosing(self._drafts(query, ranking, check, streaming=streaming)) as drafts:
            async for draft in drafts:
                clock.lap("generate")
                drafted.take(draft)
                for claim in draft.claims:
                    said = await self._run(lambda claim=claim: check.add(claim))  # type: ignore[misc]
                    clock.lap("verify")
                    if said is not None:
                        yield said
        clock.lap("generate")
        answer = await self._run(lambda: self._verified(answer_id, query, ranking, drafted.whole(), check))
        clock.lap("verify")
        answer = replace(answer, confidence=None if answer.abstained else drafted.confidence)
        answer.timings_ms.update(clock.laps_ms)
        tell_answered(answer)
        yield Answered(answer, query, ranking, drafted.whole())

    async def _standing_alone(self, asked: Asked) -> Rewriting:
        """By the model where it can, else by rules; without a history the question is what it is."""
        if asked.history and isinstance(self._generator, RewritingGenerator):
            return await self._generator.rewrite(asked.question, asked.history)
        return Rewriting(stand_alone(asked.question, asked.history))

    async def _drafts(
        self, query: Query, ranking: Ranking, check: DraftCheck, *, streaming: bool
    ) -> AsyncGenerator[Draft, None]:
        """The draft, whole or claim by claim; then, where claims failed and the model can, one revision of those."""
        generator, shown = self._generator, ranking.evidence
        if not shown:
            yield Draft((), generator.model, "no_evidence")
            return
        if streaming and isinstance(generator, StreamingGenerator):
            stream: AsyncIterator[Draft] = generator.stream_answer(query, shown)
            async for draft in stream:
                yield draft
        else:
            yield await generator.answer(query, shown)
        if check.faults and isinstance(generator, RevisingGenerator):
            yield await generator.revise(query, shown, tuple(check.faults))

    def _verified(self, answer_id: str, query: Query, ranking: Ranking, draft: Draft, check: DraftCheck) -> Answer:
        answer = verified_answer(
            answer_id,
            query,
            ranking,
            draft,
            check.result(),
            corpus=self._collections.corpus_fingerprint(query.collection),
            corpus_is_empty=not self._collections.counts(query.collection).documents,
        )
        return self._with_differences(answer)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
