"""Passages of the dates and places a question names, ranked higher. Knows nothing of questions or of searching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.models import SoftFilter
from rag.retrieve.blend import Blended
from rag.text.soft_filters import satisfies


def lifted(
    blended: Sequence[Blended],
    wishes: Sequence[SoftFilter],
    datelines: Mapping[str, tuple[str | None, str | None]],
    weight: float,
) -> list[Blended]:
    """Best first: ``weight`` is added once where a date is met and once where a place is; nothing is left out.

    Args:
        blended: passages with their scores.
        wishes: what the question's dates and places prefer.
        datelines: date and place by passage id; a passage missing from it meets nothing.
        weight: in units of the score.
    """
    scored = []
    for one in blended:
        dateline = datelines.get(one.passage_id, (None, None))
        raised = weight * len({wish.kind for wish in wishes if satisfies(wish, *dateline)})
        scored.append(replace(one, score=one.score + raised, raised=raised))
    # Ties stay in the order they came in: by id, or as they stood before they were reranked.
    return sorted(scored, key=lambda one: -one.score)
