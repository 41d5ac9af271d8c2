"""One article to its verified summary, with the pieces it goes on in: read, draft, check.

The one way every summary takes, alone, in a batch or in a digest. Knows nothing of who asks or how drafts are written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from hashlib import sha256
from typing import TypeVar

from rag.issue import Reading, read_piece
from rag.ledger import Ledger
from rag.models import Filters, Summary, SummaryStyle
from rag.protocols import Generator, SummaryRequest, Verifier
from rag.replies import checked_summary, summary_with_head

T = TypeVar("T")


def summary_key(reading: Reading, max_chars: int, style: SummaryStyle, *, model: str, revision: str) -> str:
    """Names everything that shapes a summary, so that a kept one can be found again and a stale one cannot."""
    parts = (revision, reading.stamp, str(max_chars), style, model)
    return "summary:" + sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Summarising:
    """Summarises articles of one collection; ``pool`` does the CPU work."""

    def __init__(
        self, ledger: Ledger, collection: str, generator: Generator, verifier: Verifier, pool: Executor
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._generator = generator
        self._verifier = verifier
        self._pool = pool

    async def summarise(self, article_id: str, *, max_chars: int, style: SummaryStyle) -> Summary:
        """One article's summary, verified the same way as an answer.

        Args:
            article_id: an article, a caption, or any piece of one that goes on elsewhere.
            max_chars: longest summary in characters.
            style: headline, brief or bullets.

        Raises:
            NotFoundError: no such article, or a piece that is never summarised (furniture, a repeated piece).
        """
        reading = read_piece(self._ledger, self._collection, article_id)
        request = SummaryRequest(reading.summarised, reading.document, max_chars, style)
        if reading.head is not None:
            return summary_with_head(request, reading.head.article, self._generator.model)
        draft = await self._generator.summarise(request)
        text = self._ledger.document(self._collection, reading.article.document_id).text
        return await self._run(lambda: checked_summary(request, text, draft, self._verifier, reading.origins))

    def summarisable(self, filters: Filters, document_id: str | None) -> Iterator[str]:
        """Ids of all articles that get a summary, in stable order: no furniture, no repetitions."""
        after: str | None = None
        while batch := self._ledger.articles(
            self._collection, filters=filters, document_id=document_id, limit=500, after=after
        ):
            for article, _ in batch:
                if article.kind != "furniture" and not article.duplicate_of:
                    yield article.article_id
            after = batch[-1][0].article_id

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
