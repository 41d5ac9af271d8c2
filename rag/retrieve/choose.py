"""Which of the ranked passages are kept: so many of an article, so many of each part of a question.

Knows nothing of scores or searching.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.ledger import Whereabouts
from rag.models import Evidence, Ranking
from rag.retrieve.blend import Blended

LOOKED_UP = 50
"""Places looked up at a time, at least: as many as the ranker has read, which are at hand then."""


def capped(
    blended: Sequence[Blended],
    places: Callable[[Sequence[str]], Mapping[str, Whereabouts]],
    group: Callable[[Whereabouts], str],
    limit: int | None,
    k: int,
) -> list[Blended]:
    """In order, the first ``k`` the ledger knows, at most ``limit`` of a group; no more are looked up than it takes."""
    taken: dict[str, int] = {}
    kept: list[Blended] = []
    step = max(k, LOOKED_UP)
    for at in range(0, len(blended), step):
        some = blended[at : at + step]
        known = places([one.passage_id for one in some])
        for one in some:
            place = known.get(one.passage_id)
            if place is None:
                continue
            name = group(place)
            taken[name] = taken.get(name, 0) + 1
            if limit is None or taken[name] <= limit:
                kept.append(one)
        if len(kept) >= k:
            break
    return kept[:k]


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
    wishes = tuple(dict.fromkeys(wish for ranking in rankings for wish in ranking.soft_filters))
    left_out = max(ranking.undated_left_out for ranking in rankings)
    return Ranking(kept, degraded, left_out, wishes, rankings[0].weighing, rankings[0].overlong)
