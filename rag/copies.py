"""Copies of what was found: looked up in the ledger when asked, so that nothing goes stale when one is deleted.

Knows the order (candidates, texts, decision); how alike texts must be is ``rag.duplicates``'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from rag.duplicates import Print, alike, clusters, copies_of, other_figures, report_text, share_held, shingles
from rag.ledger import Ledger
from rag.models import Answer, Article, Conflict, Copies, Evidence, Query, Ranking
from rag.retrieve import Retriever

MAX_CLUSTER = 200
"""Articles looked at for the copies of one ranking; beyond it copies of copies are no longer followed."""

HELD = 0.65
"""Share of a passage that the article already shown must hold for the passage to say nothing new."""

DEEPER = 2
MAX_ASKED = 2000
"""A ranking is first asked for twice as deep as it is shown, then deeper while copies fill it."""

Stored = tuple[Article, str]


class CopyFinder:
    """Copies of one collection's articles."""

    def __init__(self, ledger: Ledger, collection: str) -> None:
        self._ledger = ledger
        self._collection = collection

    def copies(self, article_ids: Collection[str]) -> dict[str, Copies]:
        """Who else carries each of these articles; every visible one is in it, also those without a copy."""
        found = self._ledger.articles_by_id(self._collection, article_ids)
        groups = self._groups(found)
        return {
            article_id: copies_of(article_id, [known[name] for name in sorted(names)])
            for names, known in groups
            for article_id in names
            if article_id in found
        }

    def _groups(self, asked: dict[str, Stored]) -> list[tuple[frozenset[str], dict[str, Stored]]]:
        """Clusters among the articles and everything alike to them, directly or through others."""
        known, prints = dict(asked), dict[str, Print]()
        pairs: set[tuple[str, str]] = set()
        waiting = set(asked)
        while waiting:
            near = self._ledger.likely_copies(self._collection, waiting)
            new = {name for names in near.values() for name in names} - known.keys()
            known |= self._ledger.articles_by_id(self._collection, new)
            for name in sorted({*near, *(name for names in near.values() for name in names)} - prints.keys()):
                if name in known:
                    prints[name] = Print.of(known[name][0])
            joined = _alike(near, prints)
            pairs |= joined
            members = {name for pair in joined for name in pair}
            # Only copies lead on to further copies, and each once.
            waiting = (members & new) if len(known) < MAX_CLUSTER + len(asked) else set()
        alone = [frozenset({name}) for name in asked if name not in prints]
        return [(group, known) for group in (*clusters(prints, pairs), *alone)]

    def named(self, ranking: Ranking) -> Ranking:
        """The ranking with every article's copies named."""
        told = self.copies({found.article.article_id for found in ranking.evidence})
        evidence = tuple(replace(found, copies=told.get(found.article.article_id)) for found in ranking.evidence)
        return replace(ranking, evidence=evidence)

    def with_differences(self, answer: Answer) -> Answer:
        """The answer with a conflict for each cited sentence that a copy prints with another figure."""
        cited = {citation.marker: citation for citation in answer.citations if citation.copies}
        others = {copy.article_id for one in cited.values() if one.copies for copy in one.copies.others}
        if not others:
            return answer
        stored = self._ledger.articles_by_id(self._collection, others)
        found: list[Conflict] = []
        for at, claim in enumerate(answer.claims):
            for marker in claim.citations:
                citation = cited.get(marker)
                for copy in citation.copies.others if citation and citation.copies else ():
                    article, document = stored.get(copy.article_id, (None, ""))
                    told = other_figures(citation.quote, report_text(article)) if citation and article else None
                    if told is not None:
                        found.append(Conflict((at,), f"另有刊载({document})的数字不同:{told}"))
        return replace(answer, conflicts=(*answer.conflicts, *dict.fromkeys(found))) if found else answer


def _alike(near: dict[str, list[str]], prints: dict[str, Print]) -> set[tuple[str, str]]:
    pairs = {(min(one, other), max(one, other)) for one, others in near.items() for other in others}
    return {
        (one, other) for one, other in pairs if one in prints and other in prints and alike(prints[one], prints[other])
    }


class CopyAwareRetriever:
    """Retrieves like the retriever it wraps, and says of every passage who else carries its article.

    ``collapse``: of several copies only the best one is shown, and what it lacks of the others.
    """

    def __init__(self, retriever: Retriever, copies: CopyFinder, *, collapse: bool) -> None:
        self._retriever = retriever
        self.copies = copies
        self._collapse = collapse

    def retrieve(self, query: Query, k: int, per_article: int | None = None) -> Ranking:
        """As ``Retriever.retrieve``, with copies named and, where set, collapsed."""
        if not self._collapse:
            return self.copies.named(self._retriever.retrieve(query, k, per_article))
        asked = k * DEEPER
        while True:
            found = self._retriever.retrieve(query, asked, per_article)
            best = collapsed(self.copies.named(found), k)
            if len(best.evidence) >= k or len(found.evidence) < asked or asked >= MAX_ASKED:
                return best
            asked *= DEEPER

    def without_copies(self, ranking: Ranking) -> Ranking:
        """A ranking put together of several, with the copies that meet in it collapsed where set."""
        return collapsed(ranking, len(ranking.evidence)) if self._collapse else ranking

    def retrieve_documents(self, query: Query, k: int) -> list[tuple[str, float]]:
        """As ``Retriever.retrieve_documents``: every document for itself, for any copy may be judged relevant."""
        return self._retriever.retrieve_documents(query, k)


def collapsed(ranking: Ranking, k: int) -> Ranking:
    """The ``k`` best; a passage that an article shown higher up holds too, as a copy, is left out."""
    shown: list[Evidence] = []
    for found in ranking.evidence:
        if len(shown) == k:
            break
        if not _is_held(found, shown):
            shown.append(replace(found, rank=len(shown) + 1))
    return replace(ranking, evidence=tuple(shown))


def _is_held(found: Evidence, shown: Sequence[Evidence]) -> bool:
    if found.copies is None or not found.copies.others:
        return False
    copies = {copy.article_id for copy in found.copies.others}
    above = {one.article.article_id: one.article for one in shown if one.article.article_id in copies}
    passage = shingles(found.passage.text) if above else None
    return passage is not None and any(share_held(passage, shingles(one.text)) >= HELD for one in above.values())
