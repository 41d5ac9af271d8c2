"""Summaries that are paid for once: kept in the ledger, found there by whoever needs the same one again.

The rows are those that batches keep, under the same key. Knows nothing of digests or batches.
"""

from __future__ import annotations

from rag.issue import read_piece
from rag.ledger import Ledger
from rag.models import Summary, SummaryStyle, Usage
from rag.rereading import summary_of
from rag.serialise import summary_json
from rag.summarising import Summarising, summary_key


class PaidSummaries:
    """Makes summaries of one collection, or finds them; ``revision`` names our own code and prompts."""

    def __init__(self, ledger: Ledger, collection: str, summarising: Summarising, *, model: str, revision: str) -> None:
        self._ledger = ledger
        self._collection = collection
        self._summarising = summarising
        self._model = model
        self._revision = revision

    async def summary(self, article_id: str, *, max_chars: int, style: SummaryStyle) -> Summary:
        """One article's summary; its usage is what it cost when it was made.

        One that cost nothing is not kept: making it again is as quick.

        Raises:
            NotFoundError, ModelError: as ``Summarising.summarise``.
        """
        reading = read_piece(self._ledger, self._collection, article_id)
        key = summary_key(reading, max_chars, style, model=self._model, revision=self._revision)
        kept = self._ledger.saved_reply(self._collection, key)
        if kept is not None:
            return summary_of(kept)
        summary = await self._summarising.summarise(article_id, max_chars=max_chars, style=style)
        if summary.usage != Usage():
            quoted = [half.article.document_id for half in reading.halves]
            about = reading.article.document_id
            self._ledger.save_reply(self._collection, key, summary_json(summary), document_id=about, also=quoted)
        return summary
