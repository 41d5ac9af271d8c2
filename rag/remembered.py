"""Rankings asked for lately, told again as they were until something is written or a new day begins.

A page is loaded again, a colleague asks the same, a chart asks every minute. Knows nothing of how a ranking is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rag.ledger import Kept
from rag.models import Filters, Query, Ranking

MAX_CHARS = 4_000_000
"""Characters of the articles and documents of all that is kept, 2 to 4 bytes each at most: some hundred rankings of a
newspaper's articles, for passages of one document share its text."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a ranking depends on besides the corpus. ``day``: a question's "yesterday" is another one tomorrow."""

    words: str
    filters: Filters
    collection: str
    k: int
    per_article: int | None
    day: date


class RememberedRankings:
    """Rankings of one collection's retriever. Safe to use from several threads.

    Args:
        changes: ``Ledger.changes``.
        today: as the retriever's.
    """

    def __init__(self, changes: Callable[[], int], today: Callable[[], date]) -> None:
        self._kept = Kept[_Asked, Ranking](changes, MAX_CHARS, _weight)
        self._today = today

    def of(self, query: Query, k: int, per_article: int | None, find: Callable[[], Ranking]) -> Ranking:
        """The ranking as it was told before, or as ``find`` makes it now."""
        asked = _Asked(query.standalone, query.filters, query.collection, k, per_article, self._today())
        return self._kept.of([asked], lambda _: {asked: find()})[asked]


def _weight(ranking: Ranking) -> int:
    """Characters it keeps alive; more than is kept where a leg failed, for the next time it may be there again."""
    if ranking.degraded:
        return MAX_CHARS + 1
    texts = {found.article.document_id: len(found.document_text) for found in ranking.evidence}
    articles = {found.article.article_id: len(found.article.text) for found in ranking.evidence}
    return 1 + sum(texts.values()) + sum(articles.values())
