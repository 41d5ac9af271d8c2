"""Query → ranked evidence: both legs asked, their scores blended, every hit looked up in the ledger.

Knows nothing of how the legs work, of stores beyond the ledger, or of what is done with the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from rag.ledger import Ledger, Whereabouts
from rag.models import Evidence, Leg, Overlong, Query, Ranking, SoftFilter, Weighing
from rag.protocols import Embedder, LexicalIndex, Reranker, VectorIndex
from rag.retrieve.answering import SUREST_ADDS
from rag.retrieve.blend import Blended
from rag.retrieve.choose import capped
from rag.retrieve.kept_vectors import KeptVectors
from rag.retrieve.legs import Legs
from rag.retrieve.lift import lifted
from rag.retrieve.ranker import FixedWeight, FollowingQuestion, Ranker
from rag.retrieve.rerank import Reranking
from rag.retrieve.shelf import Shelf
from rag.settings import RetrieveSettings
from rag.text.asked import one_form
from rag.text.soft_filters import soft_filters

MAX_CANDIDATES = 5000
"""Deepest a leg is asked for, when the best candidates all belong to a few articles."""

_DEEPER = 4

MAX_REPEATS = 6
"""Searches disturbed by a write before one is taken as it comes; a batch takes far longer to write than a search."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Every candidate, best first; ``exhausted`` when asking deeper would bring nothing more."""

    blended: list[Blended]
    degraded: tuple[Leg, ...]
    exhausted: bool
    weighing: Weighing
    overlong: Overlong | None
    wishes: tuple[SoftFilter, ...] = ()


class Retriever:
    """Searches one collection. Safe to use from several threads."""

    def __init__(
        self,
        ledger: Ledger,
        vectors: VectorIndex,
        terms: LexicalIndex,
        embedder: Embedder,
        settings: RetrieveSettings,
        today: Callable[[], date] = date.today,
        reranker: Reranker | None = None,
    ) -> None:
        self._ledger = ledger
        self._shelf = Shelf(ledger)
        self._legs = Legs(KeptVectors(vectors, lambda: ledger.changes, ledger.touched), terms, embedder)
        weight = settings.dense_weight
        self._ranker: Ranker = FollowingQuestion() if weight is None else FixedWeight(weight)
        self._settings = settings
        self._today = today
        self._reranker = reranker

    def retrieve(self, query: Query, k: int, per_article: int | None = None) -> Ranking:
        """The ``k`` best passages.

        Args:
            query: searched by ``standalone``, within its filters.
            k: passages wanted.
            per_article: passages of one article, at most; None for no limit.

        Returns:
            Evidence in rank order. ``degraded`` names a leg that failed; the other then counts alone.

        Raises:
            StoreError, ModelUnavailableError: both legs failed.
        """
        return self._steady(lambda: self._retrieve(query, k, per_article))

    def _retrieve(self, query: Query, k: int, per_article: int | None) -> Ranking:
        allowed = self._shelf.allowed(query.collection, query.filters)
        if allowed.passage_ids is not None and not allowed.passage_ids:
            return Ranking((), (), allowed.undated_left_out)

        def chosen(found: _Ranked) -> list[Blended]:
            return capped(found.blended, places, lambda place: place.article_id, per_article, k)

        def places(ids: Sequence[str]) -> dict[str, Whereabouts]:
            return self._shelf.whereabouts(query.collection, ids)

        best, found = self._deepening(query, k, allowed.passage_ids, chosen)
        evidence = self._evidence(query.collection, best)
        undated = allowed.undated_left_out
        return Ranking(evidence, found.degraded, undated, found.wishes, found.weighing, found.overlong)

    def retrieve_documents(self, query: Query, k: int) -> list[tuple[str, float]]:
        """The ``k`` best documents by name, each scored by its best passage, best first."""
        return self._steady(lambda: self._retrieve_documents(query, k))

    def _retrieve_documents(self, query: Query, k: int) -> list[tuple[str, float]]:
        allowed = self._shelf.allowed(query.collection, query.filters)
        if allowed.passage_ids is not None and not allowed.passage_ids:
            return []
        names: dict[str, str] = {}

        def chosen(found: _Ranked) -> list[Blended]:
            return capped(found.blended, places, lambda place: place.document, 1, k)

        def places(ids: Sequence[str]) -> dict[str, Whereabouts]:
            known = self._shelf.whereabouts(query.collection, ids)
            names.update({passage_id: place.document for passage_id, place in known.items()})
            return known

        best, _ = self._deepening(query, k, allowed.passage_ids, chosen)
        return [(names[one.passage_id], one.score) for one in best]

    def _steady(self, search: Callable[[], T]) -> T:
        """Search again when the ledger was written meanwhile, for what was found may have been replaced since."""
        for _ in range(MAX_REPEATS):
            before = self._ledger.changes
            result = search()
            if before % 2 == 0 and self._ledger.changes == before:
                return result
        return search()

    def _deepening(
        self, query: Query, k: int, allowed: Collection[str] | None, chosen: Callable[[_Ranked], list[Blended]]
    ) -> tuple[list[Blended], _Ranked]:
        """Ask for more candidates until ``k`` are chosen or there are no more."""
        depth = max(self._settings.candidates, k)
        reranking = self._reranking(query)
        while True:
            found = self._lifted(query, self._search(query, depth, allowed, reranking))
            best = chosen(found)
            if len(best) >= k or found.exhausted or depth >= MAX_CANDIDATES:
                return best, found
            depth = min(depth * _DEEPER, MAX_CANDIDATES)

    def _lifted(self, query: Query, found: _Ranked) -> _Ranked:
        """What the question's dates and places prefer, higher: once for a date, once for a place."""
        wishes = soft_filters(one_form(query.standalone), self._today()) if self._settings.soft_weight else ()
        if not wishes:
            return found
        known = self._shelf.datelines(query.collection, [one.passage_id for one in found.blended])
        return replace(found, blended=lifted(found.blended, wishes, known, self._settings.soft_weight), wishes=wishes)

    def _reranking(self, query: Query) -> Reranking | None:
        if self._reranker is None:
            return None
        most, collection = self._settings.reread, query.collection
        adds = SUREST_ADDS if self._settings.reading else None

        def texts(ids: Sequence[str]) -> dict[str, str]:
            return self._shelf.read_texts(collection, ids)

        return Reranking(self._reranker, query.standalone, most, texts, adds)

    def _search(
        self, query: Query, depth: int, allowed: Collection[str] | None, reranking: Reranking | None
    ) -> _Ranked:
        found = self._legs.search(query.standalone, depth, allowed)
        collection, shelf = query.collection, self._shelf
        blended, weighing = self._ranker.rank(
            found, lambda ids: shelf.folded_texts(collection, ids), lambda ids: shelf.datelines(collection, ids)
        )
        if reranking:
            blended = reranking.reordered(blended)
        overlong = found.dense.overlong if found.dense else None
        return _Ranked(blended, found.degraded, found.exhausted, weighing, overlong)

    def _evidence(self, collection: str, best: Sequence[Blended]) -> tuple[Evidence, ...]:
        stored = self._shelf.passages(collection, [one.passage_id for one in best])
        # A document may have been deleted since the hits were looked up; its passages are gone from ``stored``.
        kept = [one for one in best if one.passage_id in stored]
        return tuple(
            Evidence(
                found.passage,
                found.article,
                found.document,
                found.document_text,
                min(one.score, 1.0),
                rank,
                one.legs,
                raised=one.raised,
                reranked=one.reranked,
                signs=one.signs,
            )
            for rank, one in enumerate(kept, 1)
            for found in (stored[one.passage_id],)
        )
