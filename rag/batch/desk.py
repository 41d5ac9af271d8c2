"""Does one unit: a summary row, kept from before or made now, a digest, an answer. Knows nothing of leases, retries.

What a unit gives holds nothing that varies between runs: no ids made by chance, no times.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rag.digesting import Digested
from rag.issue import Reading
from rag.ledger import KeptReply, Ledger
from rag.models import Answer, DigestRequest, Filters, Summary, SummaryStyle, Turn
from rag.serialise import Json, answer_json, summary_json
from rag.summarising import summary_key
from rag.telling import digest_json

VARYING = frozenset(("id", "timings_ms"))
"""Fields of an answer that differ from run to run; the record of the answer has them."""


class Summarises(Protocol):
    """Makes one summary; ``Pipeline.summarise`` and ``Summarising.summarise`` do."""

    def __call__(self, article_id: str, *, max_chars: int, style: SummaryStyle) -> Awaitable[Summary]:
        """One article's verified summary."""
        ...


class Asks(Protocol):
    """Answers one question; ``Pipeline.ask`` does."""

    def __call__(self, question: str, *, history: tuple[Turn, ...], filters: Filters) -> Awaitable[Answer]:
        """The verified answer."""
        ...


class Digests(Protocol):
    """Makes a digest; ``Pipeline.digest`` does."""

    def __call__(self, request: DigestRequest) -> Awaitable[Digested]:
        """The verified digest."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """A result, what it cost now, and the row to keep so that it need not be made again (None where it was kept)."""

    body: Mapping[str, Any]
    cost_usd: float = 0.0
    reply: KeptReply | None = None


class SummaryDesk:
    """Makes summary rows of one collection.

    A row is kept in the ledger under a key of everything that shapes it (the article with its place, date and marks and
    what goes on from it elsewhere, its document, length, style, model, and the revision of our own code and prompts),
    and goes with any of its documents; so it is never made, or paid, twice.
    """

    def __init__(
        self,
        ledger: Ledger,
        collection: str,
        read: Callable[[str], Reading],
        summarise: Summarises,
        *,
        model: str,
        revision: str,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._read = read
        self._summarise = summarise
        self._model = model
        self._revision = revision

    async def make(self, article_id: str, max_chars: int, style: SummaryStyle) -> Made:
        """The row of one article, kept or new. Writes nothing.

        Raises:
            NotFoundError: no such article, or a piece that is never summarised.
            ModelError: the model did not do its part.
        """
        reading = self._read(article_id)
        key = summary_key(reading, max_chars, style, model=self._model, revision=self._revision)
        kept = self._ledger.saved_reply(self._collection, key)
        if kept is not None:
            return Made(kept)
        summary = await self._summarise(article_id, max_chars=max_chars, style=style)
        row = summary_json(summary)
        quoted = tuple(half.article.document_id for half in reading.halves)
        reply = KeptReply(key, row, reading.article.document_id, quoted)
        return Made(row, summary.usage.cost_usd, reply)

    def failed(self, article_id: str, style: SummaryStyle, error: str) -> Json:
        """The row of an article whose model failed: every field of a row, no summary, and ``error``.

        Raises:
            NotFoundError: no such article.
        """
        reading = self._read(article_id)
        article = reading.article
        none = Summary(
            article_id, reading.document, article.kind, article.title, style, None, None, (), (), self._model
        )
        return {**summary_json(none), "error": error}


class DigestDesk:
    """Tells many articles together. Records nothing, as over HTTP: only a digest that was read counts as told."""

    def __init__(self, digest: Digests) -> None:
        self._digest = digest

    async def make(self, request: DigestRequest) -> Made:
        """One digest. Its cost counts the summaries it is made from, also those that were paid for before.

        Raises:
            GazetteError: as ``Pipeline.digest``.
        """
        digest = (await self._digest(request)).digest
        return Made(digest_json(digest), digest.usage.cost_usd)


class AnswerDesk:
    """Answers questions."""

    def __init__(self, ask: Asks) -> None:
        self._ask = ask

    async def make(self, question: str, history: tuple[Turn, ...], filters: Filters) -> Made:
        """One answer without what varies; it is recorded in the ledger as every answer is.

        Raises:
            GazetteError: as ``Pipeline.ask``.
        """
        answer = await self._ask(question, history=history, filters=filters)
        body = {name: value for name, value in answer_json(answer).items() if name not in VARYING}
        return Made(body, answer.usage.cost_usd)
