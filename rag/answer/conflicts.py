"""Whether two statements say the same thing with another figure: sources that disagree.

Text in, verdict out. Knows nothing of articles or scores.
"""

from __future__ import annotations

from itertools import pairwise

from rag.text.figures import Figure, find_figures, same_figure
from rag.text.normalise import fold

ALIKE = 0.7
"""Share of character pairs, figures left out, that two statements of one fact have in common; set by hand, high."""


def disagree(first: str, second: str) -> bool:
    """Whether two statements share their words and have one figure each (kind and unit alike) that differs."""
    mine, theirs = _figures(first), _figures(second)
    if len(mine) != 1 or len(theirs) != 1:
        return False
    one, other = mine[0], theirs[0]
    if one.kind != other.kind or (one.kind != "money" and one.unit != other.unit) or same_figure(one, other):
        return False
    left, right = _pairs(first, one), _pairs(second, other)
    return len(left & right) >= ALIKE * max(len(left), len(right), 1)


def _figures(text: str) -> list[Figure]:
    return [figure for figure in find_figures(text) if figure.kind not in ("date", "time", "ordinal")]


def _pairs(text: str, figure: Figure) -> set[str]:
    rest = f"{fold(text[: figure.start])}|{fold(text[figure.end :])}"
    return {a + b for a, b in pairwise(rest) if a.isalnum() and b.isalnum()}
