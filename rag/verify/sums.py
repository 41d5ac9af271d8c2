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
from rag.text.script import narrow
from rag.text.units import find_unit

_ADDS = re.compile(r"合计|共计|总计|总共|一共|加起来|两者之和|累计|合共|共")
_COMPARES = re.compile(
    r"相差|差额|多出|少了|多了|增加了|减少了|净增|提高了|降低了|增长了|下降了|高出|低了|比.{0,30}[多少高低大小长短重轻]"
)
_RANKS = re.compile(r"[,，](?:(?P<greater>[多高大长重]于|超过)|(?P<less>[少低小短轻]于|不及))(?=[^,，。;；]{0,30}$)")
_NUMERAL = "[0-9一二三四五六七八九十两百千]"
_OPERANDS = re.compile(
    rf"比[^,，。]{{0,30}}{_NUMERAL}[^,，。比]{{0,6}}[多少高低大小长短重轻]{_NUMERAL}|{_NUMERAL}[^,，。]{{0,6}}[,，](?:合计|共计|总计|一共){_NUMERAL}"
)
"""…比乙的50个多10个, …60个、50个,合计110个: the figures that go in stand in the claim beside the one that comes out."""
_TOLD_BEFORE = 8
"""How far before the comma the first of two ranked figures may end (…80家企业,多于…)."""
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


def works_out(claim: str) -> bool:
    """Whether a claim adds up, compares or ranks figures that it names itself, which may stand in several sentences."""
    return _OPERANDS.search(narrow(claim)) is not None or _rank_word(claim) is not None


def ranked(claim: str, figures: Sequence[Figure]) -> tuple[bool, str] | None:
    """Whether two figures of a claim that sets one over the other (甲60个,多于乙的50个) stand so, and the sum shown.

    None where the claim ranks nothing. Hedges are passed over: 60余 and 500多 rank as 60 and 500 do.
    """
    word = _rank_word(claim)
    if word is None:
        return None
    before = [one for one in figures if word.start() - _TOLD_BEFORE <= one.end <= word.start()]
    after = [one for one in figures if one.start >= word.end() and one.end == len(claim.rstrip("。"))]
    if not before or not after or before[-1].kind != after[0].kind or before[-1].kind not in _COUNTED:
        return None
    one, other = before[-1], after[0]
    sign = "＞" if word["greater"] else "＜"
    holds = _base(one) > _base(other) if word["greater"] else _base(one) < _base(other)
    return holds, f"比较：{one.raw}{sign}{other.raw}"


def _rank_word(claim: str) -> re.Match[str] | None:
    return _RANKS.search(claim)


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
