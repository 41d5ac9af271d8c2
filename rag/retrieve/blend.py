"""Scores of the legs made comparable and combined. Knows nothing of stores, questions or passages' texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.models import Hit, Leg, LegScore, Sign


@dataclass(frozen=True, slots=True)
class Blended:
    """A passage with its blended score in [0, 1], plus ``raised``, and where each leg put it.

    ``reranked``: the reranker's own score, where there is one and it read the passage. ``signs``: counted in ``score``.
    """

    passage_id: str
    score: float
    legs: tuple[LegScore, ...]
    raised: float = 0.0
    reranked: float | None = None
    signs: tuple[Sign, ...] = ()


def min_max(hits: Sequence[Hit]) -> dict[str, float]:
    """Scores of one leg scaled to [0, 1] over this query's candidates; 1 for all where they do not differ.

    Source: Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval (2023), section 4.
    """
    return scaled({hit.passage_id: hit.score for hit in hits}, 0.0, 1.0)


def scaled(scores: Mapping[str, float], low: float, high: float) -> dict[str, float]:
    """Scores stretched over ``[low, high]``, order kept; ``high`` for all where they do not differ."""
    if not scores:
        return {}
    least, most = min(scores.values()), max(scores.values())
    if least == most:
        return dict.fromkeys(scores, high)
    return {name: high - (high - low) * (most - score) / (most - least) for name, score in scores.items()}


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
        normal = min_max(hits)
        for hit in hits:
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + weight * normal[hit.passage_id]
            legs.setdefault(hit.passage_id, []).append(LegScore(leg, hit.score, hit.rank))
    blended = [Blended(passage_id, score, tuple(legs[passage_id])) for passage_id, score in scores.items()]
    return sorted(blended, key=lambda one: (-one.score, one.passage_id))
