"""Sums and differences a claim may draw from its evidence: 共500万元 where the pages have 300万元 and 200万元.

Only where the claim says that it adds up or compares, and only over figures of the sentences it rests on. Knows nothing
of what the figures are about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from rag.text.figures import Figure, same_figure
from rag.text.units import find_unit

_ADDS = re.compile(r"合计|共计|总计|总共|一共|加起来|两者之和|累计|合共|共")
_COMPARES = re.compile(
    r"相差|差额|多出|少了|多了|增加了|减少了|净增|提高了|降低了|增长了|下降了|高出|低了|比.{0,30}[多少高低]"
)
REACH_CHARS = 14
"""How far before its figure the claim may say that it adds up or compares."""
MAX_ADDENDS = 4
_COUNTED = frozenset({"number", "money", "percent", "duration"})


def derived(claim: str, figure: Figure, told: Sequence[Figure]) -> str | None:
    """How a figure of the claim follows from those told, as a sum to be shown; None where it does not.

    Args:
        claim: the statement.
        figure: one of its figures that the evidence does not print.
        told: the figures of the sentences quoted.
    """
    if figure.kind not in _COUNTED or figure.low != figure.high:
        return None
    before = claim[max(0, figure.start - REACH_CHARS) : figure.start]
    usable = _usable(figure, told)
    if _ADDS.search(before):
        for size in range(2, min(MAX_ADDENDS, len(usable)) + 1):
            for chosen in combinations(usable, size):
                if same_figure(figure, _valued(figure, sum((_base(one) for one in chosen), Decimal(0)))):
                    return f"合计：{'＋'.join(one.raw for one in chosen)}＝{figure.raw}"
    if _COMPARES.search(claim[: figure.start]) or _COMPARES.search(claim[max(0, figure.start - 3) : figure.end + 2]):
        for one, other in combinations(usable, 2):
            if same_figure(figure, _valued(figure, abs(_base(one) - _base(other)))):
                more, less = (one, other) if _base(one) > _base(other) else (other, one)
                return f"相差：{more.raw}－{less.raw}＝{figure.raw}"
    return None


def _usable(figure: Figure, told: Sequence[Figure]) -> list[Figure]:
    """Exact figures of the same unit, each place once."""
    seen: set[tuple[int, str]] = set()
    found = []
    for one in told:
        alike = one.kind == figure.kind and one.unit is not None and _same_dimension(one, figure)
        if alike and one.low == one.high and one.hedge is None and (one.start, one.raw) not in seen:
            seen.add((one.start, one.raw))
            found.append(one)
    return found


def _same_dimension(first: Figure, second: Figure) -> bool:
    """Whether both count in the same unit, or in units of one dimension that can be added."""
    if first.unit is None or second.unit is None:
        return False
    return find_unit(first.unit).dimension == find_unit(second.unit).dimension


def _base(figure: Figure) -> Decimal:
    return figure.low * (find_unit(figure.unit).factor if figure.unit else Decimal(1))


def _valued(figure: Figure, base: Decimal) -> Figure:
    factor = find_unit(figure.unit).factor if figure.unit else Decimal(1)
    return replace(figure, low=base / factor, high=base / factor)
