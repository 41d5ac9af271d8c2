"""Copies of what was found: looked up in the ledger when asked, so that nothing goes stale when one is deleted.

Knows the order (candidates, texts, decision); how alike texts must be is ``rag.duplicates``'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rag.duplicates import Print, alike, clusters, copies_among, other_figures, report_text, share_held, shingles
from rag.ledger import Kept, Ledger
from rag.models import Answer, Article, Conflict, Copies, Evidence, Query, Ranking
from rag.remembered import RememberedRankings
from rag.retrieve import Retriever

MAX_CLUSTER = 200
"""Articles looked at for the copies of one ranking; beyond it copies of copies are no longer followed."""

MAX_KEPT = 50_000
"""Copies kept at hand, 0.5 kB each, articles without any counted as one."""

MAX_PRINT_BYTES = 32 << 20
"""Of prints kept, 2 kB each: reports made from one form, week after week, are candidates for each other."""

HELD = 0.65
"""Share of a passage that the article already shown must hold for the passage to say nothing new."""

DEEPER = 2
MAX_ASKED = 2000
"""A ranking is first asked for twice as deep as it is shown, then deeper while copies fill it."""

SPARE = 2
"""Passages whose copies are looked up beyond what is still wanted: as a rule no more than that are then left out."""

Stored = tuple[Article, str]


class CopyFinder:
    """Copies of one collection's articles. What was found is kept until it may be otherwise; safe in threads."""

    def __init__(self, ledger: Ledger, collection: str) -> None:
        self._ledger = ledger
        self._collection = collection
        self._kept = Kept[str, Copies](
            lambda: ledger.changes, MAX_KEPT, lambda copies: 1 + len(copies.others), self._stale
        )
        self._prints = Kept[str, Print](
            lambda: ledger.changes, MAX_PRINT_BYTES, lambda known: known.nbytes, self._reprinted
        )

    def copies(self, article_ids: Collection[str]) -> dict[str, Copies]:
        """Who else carries each of these articles; every visible one is in it, also those without a copy."""
        known = self._kept.of(article_ids, self._read)
        return {name: known[name] for name in article_ids if name in known}

    def _stale(self, since: int, until: int, held: Mapping[str, Copies]) -> set[str] | None:
        """New articles change what is known of those that share a key with them, and of their copies.

        What goes makes room among the likely copies of others, who are not known: then nothing is kept.
        """
        touched = self._ledger.touched(since, until)
        if touched is None or not touched.is_only_new:
            return None
        new = {name for collection, name in touched.articles if collection == self._collection}
        near = new | self._ledger.sharing_keys(self._collection, new)
        joined = (name for name, copies in held.items() if any(copy.article_id in near for copy in copies.others))
        return near.union(joined)

    def _reprinted(self, since: int, until: int, _: object) -> set[str] | None:
        touched = self._ledger.touched(since, until)
        return None if touched is None else {name for _, name in touched.articles}

    def _read_prints(self, article_ids: Collection[str]) -> dict[str, Print]:
        found = self._ledger.articles_by_id(self._collection, article_ids)
        return {name: Print.of(article) for name, (article, _) in found.items()}

    def _read(self, article_ids: Collection[str]) -> dict[str, Copies]:
        visible, groups = self._groups(article_ids)
        told = dict.fromkeys(visible, Copies())
        for members in groups:
            told |= copies_among(members)
        # Copies that were looked at for the sake of others are told too: they are likely asked for next.
        return {name: told[name] for name in visible}

    def _groups(self, asked: Collection[str]) -> tuple[set[str], list[list[Stored]]]:
        """Which articles are visible, and the clusters among them and all alike to them, also through others."""
        prints = dict[str, Print]()
        pairs: set[tuple[str, str]] = set()
        waiting, visible = set(asked), set[str]()
        while waiting:
            near = self._ledger.likely_copies(self._collection, waiting)
            visible |= near.keys()
            # An article without a candidate stands alone: its text is not looked at.
            new = {name for one, others in near.items() if others for name in (one, *others)} - prints.keys()
            prints |= self._prints.of(new, self._read_prints)
            pairs |= (joined := _alike(near, prints))
            # Only copies lead on to further copies, and each once.
            members = {name for pair in joined for name in pair}
            waiting = members - visible if len(prints) < MAX_CLUSTER + len(asked) else set()
        joined_up = [sorted(group) for group in clusters(prints, pairs) if len(group) > 1]
        stored = self._ledger.articles_by_id(self._collection, {name for group in joined_up for name in group})
        # What was deleted since has no copies any more.
        return visible, [[stored[name] for name in group if name in stored] for group in joined_up]

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

    def __init__(
        self, retriever: Retriever, copies: CopyFinder, *, collapse: bool, remembered: RememberedRankings | None = None
    ) -> None:
        """``remembered``: tells again what was asked lately; unset: everything is looked for each time."""
        self._retriever = retriever
        self.copies = copies
        self._collapse = collapse
        self._remembered = remembered

    def retrieve(self, query: Query, k: int, per_article: int | None = None) -> Ranking:
        """As ``Retriever.retrieve``, with copies named and, where set, collapsed."""
        if self._remembered is None:
            return self._retrieve(query, k, per_article)
        return self._remembered.of(query, k, per_article, lambda: self._retrieve(query, k, per_article))

    def _retrieve(self, query: Query, k: int, per_article: int | None) -> Ranking:
        if not self._collapse:
            return self.copies.named(self._retriever.retrieve(query, k, per_article))
        asked = k * DEEPER
        while True:
            found = self._retriever.retrieve(query, asked, per_article)
            best = self._collapsed(found, k)
            if len(best.evidence) >= k or len(found.evidence) < asked or asked >= MAX_ASKED:
                return best
            asked *= DEEPER

    def every(self, query: Query, k: int, per_article: int | None = None) -> Ranking:
        """As ``Retriever.retrieve``: copies are neither named nor collapsed."""
        return self._retriever.retrieve(query, k, per_article)

    def _collapsed(self, ranking: Ranking, k: int) -> Ranking:
        """``collapsed`` of the ranking with its copies named, which are looked up only as far as it is shown."""
        best = replace(ranking, evidence=())
        left = ranking.evidence
        while left and len(best.evidence) < k:
            wanted = k - len(best.evidence) + SPARE
            more = self.copies.named(replace(ranking, evidence=left[:wanted]))
            best = collapsed(replace(ranking, evidence=(*best.evidence, *more.evidence)), k)
            left = left[wanted:]
        return best

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
