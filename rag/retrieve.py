"""Query → ranked evidence: vectors and terms asked, their scores blended, every hit looked up.

Knows nothing of how the legs work, of stores beyond the ledger, or of what is done with the evidence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rag.errors import ModelUnavailableError, StoreError
from rag.ledger import Ledger, Whereabouts
from rag.models import Evidence, Hit, Leg, LegScore, Query, Ranking
from rag.protocols import Embedder, LexicalIndex, VectorIndex
from rag.settings import RetrieveSettings
from rag.text.script import to_simplified

log = logging.getLogger(__name__)

MAX_CANDIDATES = 5000
"""Deepest a leg is asked for, when the best candidates all belong to a few articles."""

_DEEPER = 4

MAX_REPEATS = 2
"""Searches disturbed by a write before one is taken as it comes; a batch takes far longer to write than a search."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Blended:
    """A passage with its blended score in [0, 1] and where each leg put it."""

    passage_id: str
    score: float
    legs: tuple[LegScore, ...]


def min_max(hits: Sequence[Hit]) -> dict[str, float]:
    """Scores of one leg scaled to [0, 1] over this query's candidates; 1 for all where they do not differ.

    Source: Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval (2023), section 4.
    """
    if not hits:
        return {}
    scores = [hit.score for hit in hits]
    low, high = min(scores), max(scores)
    if high == low:
        return {hit.passage_id: 1.0 for hit in hits}
    return {hit.passage_id: (hit.score - low) / (high - low) for hit in hits}


def blend(dense: Sequence[Hit] | None, lexical: Sequence[Hit] | None, dense_weight: float) -> list[Blended]:
    """Convex combination of the legs' scaled scores, best first, ties by id.

    A passage that a leg did not return gets 0 from it. A leg that is None was not available: the other counts alone.
    """
    weights: dict[Leg, float] = {"dense": dense_weight, "lexical": 1.0 - dense_weight}
    available: dict[Leg, Sequence[Hit]] = {}
    if dense is not None:
        available["dense"] = dense
    if lexical is not None:
        available["lexical"] = lexical
    total = sum(weights[leg] for leg in available)
    scores: dict[str, float] = {}
    legs: dict[str, list[LegScore]] = {}
    for leg, hits in available.items():
        # A leg of weight 0 that is the only one left still ranks.
        weight = weights[leg] / total if total else 1.0
        scaled = min_max(hits)
        for hit in hits:
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + weight * scaled[hit.passage_id]
            legs.setdefault(hit.passage_id, []).append(LegScore(leg, hit.score, hit.rank))
    blended = [Blended(passage_id, score, tuple(legs[passage_id])) for passage_id, score in scores.items()]
    return sorted(blended, key=lambda one: (-one.score, one.passage_id))


@dataclass(frozen=True, slots=True)
class _Found:
    """What the legs brought, blended; ``exhausted`` when asking deeper would bring nothing more."""

    blended: list[Blended]
    degraded: tuple[Leg, ...]
    exhausted: bool


class Retriever:
    """Searches one collection. Safe to use from several threads."""

    def __init__(
        self,
        ledger: Ledger,
        vectors: VectorIndex,
        terms: LexicalIndex,
        embedder: Embedder,
        settings: RetrieveSettings,
    ) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._terms = terms
        self._embedder = embedder
        self._settings = settings

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
        allowed = self._ledger.allowed_passages(query.collection, query.filters)
        if allowed.passage_ids is not None and not allowed.passage_ids:
            return Ranking((), (), allowed.undated_left_out)

        def chosen(found: _Found) -> list[Blended]:
            places = self._ledger.whereabouts(query.collection, [one.passage_id for one in found.blended])
            return _capped(found.blended, places, lambda place: place.article_id, per_article)[:k]

        best, found = self._deepening(query, k, allowed.passage_ids, chosen)
        return Ranking(self._evidence(query.collection, best), found.degraded, allowed.undated_left_out)

    def retrieve_documents(self, query: Query, k: int) -> list[tuple[str, float]]:
        """The ``k`` best documents by name, each scored by its best passage, best first."""
        return self._steady(lambda: self._retrieve_documents(query, k))

    def _retrieve_documents(self, query: Query, k: int) -> list[tuple[str, float]]:
        allowed = self._ledger.allowed_passages(query.collection, query.filters)
        if allowed.passage_ids is not None and not allowed.passage_ids:
            return []
        names: dict[str, str] = {}

        def chosen(found: _Found) -> list[Blended]:
            places = self._ledger.whereabouts(query.collection, [one.passage_id for one in found.blended])
            names.update({passage_id: place.document for passage_id, place in places.items()})
            return _capped(found.blended, places, lambda place: place.document, 1)[:k]

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
        self, query: Query, k: int, allowed: Collection[str] | None, chosen: Callable[[_Found], list[Blended]]
    ) -> tuple[list[Blended], _Found]:
        """Ask for more candidates until ``k`` are chosen or there are no more."""
        depth = max(self._settings.candidates, k)
        while True:
            found = self._search(query.standalone, depth, allowed)
            best = chosen(found)
            if len(best) >= k or found.exhausted or depth >= MAX_CANDIDATES:
                return best, found
            depth = min(depth * _DEEPER, MAX_CANDIDATES)

    def _search(self, text: str, depth: int, allowed: Collection[str] | None) -> _Found:
        """Both legs, one after the other: the terms take half a millisecond, less than handing them to a thread."""
        dense = _attempt("dense", lambda: self._dense(text, depth, allowed))
        lexical = _attempt("lexical", lambda: self._terms.search(text, depth, allowed))
        legs: dict[Leg, list[Hit] | Exception] = {"dense": dense, "lexical": lexical}
        failed = {leg: result for leg, result in legs.items() if isinstance(result, Exception)}
        if len(failed) == len(legs):
            raise failed["dense"]
        hits = {leg: result for leg, result in legs.items() if not isinstance(result, Exception)}
        exhausted = all(len(result) < depth for result in hits.values())
        blended = blend(hits.get("dense"), hits.get("lexical"), self._settings.dense_weight)
        return _Found(blended, tuple(failed), exhausted)

    def _dense(self, text: str, depth: int, allowed: Collection[str] | None) -> list[Hit]:
        # Passages are embedded in Simplified characters too; see ``rag.chunk.index_text``.
        vector = self._embedder.embed_queries([to_simplified(text)])[0]
        return self._vectors.search(vector, depth, allowed)

    def _evidence(self, collection: str, best: Sequence[Blended]) -> tuple[Evidence, ...]:
        stored = self._ledger.passages(collection, [one.passage_id for one in best])
        # A document may have been deleted since the hits were looked up; its passages are gone from ``stored``.
        kept = [one for one in best if one.passage_id in stored]
        return tuple(
            Evidence(found.passage, found.article, found.document, found.document_text, one.score, rank, one.legs)
            for rank, one in enumerate(kept, 1)
            for found in (stored[one.passage_id],)
        )


def interleaved(rankings: Sequence[Ranking], k: int) -> Ranking:
    """One ranking out of several, for a question of several parts: all firsts, then all seconds, …; no passage twice.

    Args:
        rankings: of the whole question and of its parts, over the same collection and filters.
        k: passages kept.
    """
    depth = max(len(ranking.evidence) for ranking in rankings)
    best: dict[str, Evidence] = {}
    for at in range(depth):
        for ranking in rankings:
            for found in ranking.evidence[at : at + 1]:
                best.setdefault(found.passage.passage_id, found)
    kept = tuple(replace(found, rank=rank) for rank, found in enumerate(list(best.values())[:k], 1))
    degraded = tuple(dict.fromkeys(leg for ranking in rankings for leg in ranking.degraded))
    return Ranking(kept, degraded, max(ranking.undated_left_out for ranking in rankings))


def _attempt(leg: Leg, search: Callable[[], list[Hit]]) -> list[Hit] | Exception:
    """The leg's hits, or the error that says it is not available; any other error is a bug and passes."""
    try:
        return search()
    except (StoreError, ModelUnavailableError) as error:
        log.warning("the %s leg failed, the other one answers alone: %s", leg, error)
        return error


def _capped(
    blended: Sequence[Blended],
    places: dict[str, Whereabouts],
    group: Callable[[Whereabouts], str],
    limit: int | None,
) -> list[Blended]:
    """In order, those the ledger knows, at most ``limit`` of a group."""
    taken: dict[str, int] = {}
    kept: list[Blended] = []
    for one in blended:
        place = places.get(one.passage_id)
        if place is None:
            continue
        name = group(place)
        taken[name] = taken.get(name, 0) + 1
        if limit is None or taken[name] <= limit:
            kept.append(one)
    return kept
