"""Which of the ranked passages are kept: so many of an article, so many of each part of a question.

Knows nothing of scores or searching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.ledger import Whereabouts
from rag.models import Evidence, Ranking
from rag.retrieve.blend import Blended


def capped(
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
    return Ranking(kept, degraded, left_out, wishes, rankings[0].weighing)
