"""Candidates of both legs → one order: a fixed convex blend, or weights that follow the question.

Knows nothing of stores beyond what it is handed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.models import Leg, LegScore, Sign, Weighing
from rag.retrieve.alignment import Aligner
from rag.retrieve.blend import Blended, blend, scaled
from rag.retrieve.legs import Found, Side
from rag.retrieve.signs import SEARCHED, Signs
from rag.retrieve.weights import Features, weigh

FIRST_MEANING = 3.0
"""Weight of the cosine against BM25 as a share of what the question could reach, for choosing what is looked at
closely: between 2 and 4 nothing right is lost among the first 50 (CMRC, DRCD, news; fitting half)."""

ALIGNED = 50
"""Candidates whose words are looked at; the rest stay behind them in the first order."""

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Folded texts by passage id; what is not visible is missing."""


Datelines = Callable[[Sequence[str]], Mapping[str, tuple[str | None, str | None]]]
"""Date and place by passage id."""


class Ranker(Protocol):
    """Puts what the legs found in order."""

    def rank(self, found: Found, texts: Texts, datelines: Datelines) -> tuple[list[Blended], Weighing]:
        """Every candidate, best first, ties by id; and how the legs were weighed."""
        ...


class FixedWeight:
    """The convex blend with one weight for every question."""

    def __init__(self, dense_weight: float) -> None:
        self._dense_weight = dense_weight

    def rank(self, found: Found, texts: Texts, datelines: Datelines) -> tuple[list[Blended], Weighing]:  # noqa: ARG002
        """As ``rag.retrieve.blend.blend``."""
        return _blended(found, self._dense_weight), Weighing("fixed", self._dense_weight)


class FollowingQuestion:
    """Exact scores of both legs for every candidate, alignment for the best, weights by how the words tell them apart;
    then the signs of an answer.

    Where a leg failed, the other counts alone.
    """

    def rank(self, found: Found, texts: Texts, datelines: Datelines) -> tuple[list[Blended], Weighing]:
        """Scores in [0, 1]: 1 for the best. ``legs`` hold rank and score where a leg itself brought the passage."""
        if found.dense is None or found.lexical is None:
            alone: Leg = "lexical" if found.dense is None else "dense"
            weight = 0.0 if found.dense is None else 1.0
            return _blended(found, weight), Weighing(f"{alone} alone", weight)
        looked = looked_at(found.dense, found.lexical, found.rarity, texts)
        weighed, weighing = weigh(list(looked.closely.values()), found.rarity)
        scores = dict(zip(looked.closely, weighed, strict=True))
        signs = _signs(found.asked, looked, scores, texts, datelines)
        floor = 0.1 if looked.behind else 0.0
        final = scaled({name: score + _adding(signs.get(name, ())) for name, score in scores.items()}, floor, 1.0)
        final |= scaled(looked.behind, 0.0, floor * 0.99)
        legs = _leg_scores(found)
        ranked = sorted(final, key=lambda name: (-final[name], name))
        return [Blended(name, final[name], legs[name], signs=signs.get(name, ())) for name in ranked], weighing


@dataclass(frozen=True, slots=True)
class Looked:
    """Candidates whose words were looked at, in the first order, and the first scores of those behind them."""

    closely: dict[str, Features]
    behind: dict[str, float]


def looked_at(dense: Side, lexical: Side, rarity: Mapping[str, float], texts: Texts) -> Looked:
    """The features of the best candidates; ``evals/fit_retrieval.py`` fits the weights on the same."""
    # 2.2 = k1 + 1: the most a term can bring in BM25.
    most = 2.2 * sum(rarity.values()) or 1.0
    # A store may have lost a passage (the doctor finds that): it counts there as the least of those that are known.
    least = min(dense.scores.values(), default=0.0)
    cosine = dict.fromkeys(lexical.scores, least) | dense.scores
    coverage = {name: lexical.scores.get(name, 0.0) / most for name in cosine}
    first = {name: FIRST_MEANING * score + coverage[name] for name, score in cosine.items()}
    ordered = sorted(first, key=lambda name: (-first[name], name))
    readable = texts(ordered[:ALIGNED])
    aligner = Aligner(rarity)
    closely = {
        name: Features(cosine[name], coverage[name], aligner.align(readable[name]))
        for name in ordered[:ALIGNED]
        if name in readable
    }
    return Looked(closely, {name: first[name] for name in ordered[ALIGNED:]})


def _signs(
    asked: str, looked: Looked, scores: Mapping[str, float], texts: Texts, datelines: Datelines
) -> dict[str, tuple[Sign, ...]]:
    """What the best show, by passage id."""
    best = sorted(scores, key=lambda name: (-scores[name], name))[:SEARCHED]
    signs, readable = Signs(asked), texts(best)
    dates = {name: date for name, (date, _) in datelines(best).items()} if signs.want_dates else {}
    return {
        name: signs.of(readable[name], looked.closely[name].alignment, dates.get(name))
        for name in best
        if name in readable
    }


def _adding(signs: Sequence[Sign]) -> float:
    return sum(sign.adds for sign in signs)


def _blended(found: Found, dense_weight: float) -> list[Blended]:
    dense, lexical = found.dense, found.lexical
    return blend(dense.hits if dense else None, lexical.hits if lexical else None, dense_weight)


def _leg_scores(found: Found) -> dict[str, tuple[LegScore, ...]]:
    """Where each leg put what it brought."""
    sides: tuple[tuple[Leg, Side | None], ...] = (("dense", found.dense), ("lexical", found.lexical))
    legs: dict[str, tuple[LegScore, ...]] = {}
    for leg, side in sides:
        for hit in side.hits if side else ():
            legs[hit.passage_id] = (*legs.get(hit.passage_id, ()), LegScore(leg, hit.score, hit.rank))
    return legs
