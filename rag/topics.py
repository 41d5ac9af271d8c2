"""Which articles are about a topic: all of them, not the best few, decided by a measured threshold.

Knows nothing of digests or timelines.
"""

from __future__ import annotations

from rag.copies import CopyAwareRetriever
from rag.models import Evidence, Filters, Query
from rag.text.ngrams import terms

MOST = 1000
"""Passages looked at for one topic: beyond them nothing was found that is about it."""

HELD = 0.5
"""Share of a topic's pairs of characters that an article must print to be about it by its words."""

NEAR = 0.87
"""Cosine from which a passage is about a topic by its meaning alone (multilingual-e5-small)."""


class Topics:
    """Finds the articles of one collection that are about something."""

    def __init__(self, retriever: CopyAwareRetriever, collection: str) -> None:
        self._retriever = retriever
        self._collection = collection

    def evidence(self, topic: str, filters: Filters) -> list[Evidence]:
        """The best passage of every article about a topic, best first, copies of reports each for itself."""
        query = Query(topic, topic, filters, self._collection)
        found = self._retriever.every(query, MOST, per_article=1)
        wanted = {term for term in terms(topic) if len(term) > 1} or set(terms(topic))
        return [one for one in found.evidence if _is_about(one, wanted)]

    def articles(self, topic: str, filters: Filters) -> set[str]:
        """Ids of the articles about a topic."""
        return {one.article.article_id for one in self.evidence(topic, filters)}


def _is_about(found: Evidence, wanted: set[str]) -> bool:
    printed = set(terms(found.article.text))
    held = len(wanted & printed) / len(wanted) if wanted else 0.0
    return held >= HELD or (found.cosine or 0.0) >= NEAR
