"""The outcome of a comparison or a sum, worked out from the figures of two or three quotes and worded with them.

The statement shows every figure it rests on and points to each quote; whether it holds is for the verifier to say.
Knows nothing of how the quotes were found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from rag.answer.reckoning import Reckoning
from rag.models import DraftClaim
from rag.text.dates import DateMention, find_dates
from rag.text.figures import Figure, find_figures
from rag.text.normalise import fold
from rag.text.script import to_simplified
from rag.text.units import find_unit

_NOT_RECKONED = frozenset({"date", "time", "ordinal", "score", "fraction"})
_QUOTED = re.compile(r"[“「《][^”」》]+[”」》]")
_BREAK = re.compile(r"[,，。;；:：、\n(（]")
ALIKE = 0.6
"""Share of the characters of the shorter of two quotes with one figure from which they tell one thing. Set by hand."""
LONGEST_NAME = 16
"""Characters of a clause before its figure that still name what is counted; longer ones tell a story."""
_SCALES = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side: what it is called in words its quote holds, its figure, and the claim it was read in."""

    name: str
    figure: Figure
    claim: DraftClaim

    @property
    def value(self) -> Decimal:
        return self.figure.low * (find_unit(self.figure.unit).factor if self.figure.unit else Decimal(1))

    @property
    def shown(self) -> str:
        return f"{self.name}{self.figure.raw}"

    @property
    def against(self) -> str:
        return f"{self.name}的{self.figure.raw}" if self.name else self.figure.raw


def outcome(reckoning: Reckoning, claims: Sequence[DraftClaim | None]) -> DraftClaim | None:
    """What a reckoning comes to, stated; None where a side lacks a figure or the figures cannot be set together.

    Args:
        reckoning: what is asked.
        claims: the claim found for each side, in order.
    """
    told = [claim for claim in claims if claim is not None]
    if len(told) != len(reckoning.sides):
        return None
    if reckoning.greater == "早":
        return _earlier(reckoning, told)
    sides = [_side(reckoning, index, claim) for index, claim in enumerate(told)]
    known = [side for side in sides if side is not None]
    if len(known) != len(told) or not _distinct(known):
        return None
    text = _sum(known) if reckoning.operation == "sum" else _compared(reckoning, known)
    return _stated(text, told) if text else None


def _stated(text: str, told: Sequence[DraftClaim], answer: str | None = None) -> DraftClaim:
    pointers = tuple(dict.fromkeys(pointer for claim in told for pointer in claim.pointers))
    return DraftClaim(text, pointers, answer)


def _side(reckoning: Reckoning, index: int, claim: DraftClaim) -> _Side | None:
    asked = to_simplified(claim.answer or "")
    figures = [figure for figure in find_figures(asked) if figure.kind not in _NOT_RECKONED]
    if not figures:
        return None
    figure = figures[0]
    text = to_simplified(claim.text)
    hedged = next((one for one in find_figures(text) if one.raw.startswith(figure.raw)), None)
    return _Side(_name(reckoning, index, text, hedged.start), hedged, claim) if hedged else None


def _name(reckoning: Reckoning, index: int, text: str, at: int) -> str:
    """The asker's word for a side where its quote holds it, else the quote's own words before the figure."""
    label = _own_part(reckoning.labels, index)
    if label and fold(label) in fold(text):
        return label
    start = max((found.end() for found in _BREAK.finditer(text, 0, at)), default=0)
    own = text[start:at]
    return own if 2 <= len(own) <= LONGEST_NAME else ""


def _own_part(labels: Sequence[str], index: int) -> str:
    """A label without what all share: what tells 单独组建 from 联合组建, or the term it quotes."""
    label = to_simplified(labels[index])
    if quoted := _QUOTED.search(label):
        return quoted[0]
    label = label[_shared([to_simplified(one) for one in labels]) :]
    ends = {one.rpartition("的")[2] for one in labels}
    return label.rpartition("的")[0] if len(ends) == 1 and "的" in label else label.removesuffix("的")


def _shared(labels: Sequence[str]) -> int:
    """Characters that all labels begin with."""
    return next((at for at, chars in enumerate(zip(*labels, strict=False)) if len(set(chars)) > 1), 0)


def _distinct(sides: Sequence[_Side]) -> bool:
    """Whether the sides are figures of one kind that tell of different things.

    One total read twice (甲和乙共120所 for 甲 and again for 乙), in one report or in a copy of it, is no two sides.
    """
    if len({side.figure.kind for side in sides}) != 1:
        return False
    return not any(_same_total(one, other) for one, other in combinations(sides, 2))


def _same_total(one: _Side, other: _Side) -> bool:
    if one.figure.raw != other.figure.raw:
        return False
    same_passage = bool(_passages(one) & _passages(other))
    mine, theirs = set(fold(one.claim.text)), set(fold(other.claim.text))
    return same_passage or len(mine & theirs) >= ALIKE * min(len(mine), len(theirs))


def _passages(side: _Side) -> set[int]:
    return {pointer.evidence for pointer in side.claim.pointers}


def _exact(sides: Sequence[_Side]) -> bool:
    """Whether the figures can be added: none is hedged or a range, and all count in one unit."""
    if any(side.figure.hedge or side.figure.low != side.figure.high or side.figure.kind == "percent" for side in sides):
        return False
    units = {find_unit(side.figure.unit).dimension if side.figure.unit else "" for side in sides}
    return len(units) == 1 and "" not in units


def _sum(sides: Sequence[_Side]) -> str:
    if not _exact(sides):
        return ""
    total = sum((side.value for side in sides), Decimal(0))
    return f"{'、'.join(side.shown for side in sides)},合计{_printed(total, sides)}"


def _compared(reckoning: Reckoning, sides: Sequence[_Side]) -> str:
    if len(sides) != 2:
        return ""
    more, less = sorted(sides, key=lambda side: -side.value)
    if more.value == less.value:
        return ""
    greater = "高" if more.figure.kind == "percent" else reckoning.greater
    if not _exact(sides):
        return f"{more.shown},{greater}于{less.against}"
    return f"{more.shown},比{less.against}{greater}{_printed(more.value - less.value, [more, less])}"


def _printed(base: Decimal, sides: Sequence[_Side]) -> str:
    """A value in the unit of the first side, with 万 or 亿 where that side prints it."""
    unit = sides[0].figure.unit or ""
    value = base / (find_unit(unit).factor if unit else Decimal(1))
    scale, word = next(((size, word) for size, word in _SCALES if word + unit in sides[0].figure.raw), (Decimal(1), ""))
    number = value / scale
    text = f"{number.normalize():f}"
    return f"{text}{word}{unit}"


def _earlier(reckoning: Reckoning, told: Sequence[DraftClaim]) -> DraftClaim | None:
    """Which came first, where both dates are printed as far as the day and both names stand in their quotes."""
    dated: list[tuple[str, DateMention]] = []
    for index, claim in enumerate(told):
        dates = [date for date in find_dates(to_simplified(claim.answer or "")) if date.month and date.day]
        label = _own_part(reckoning.labels, index)
        if not dates or fold(label) not in fold(to_simplified(claim.text)):
            return None
        dated.append((label, dates[0]))
    (one, first), (other, second) = sorted(dated[:2], key=lambda each: (each[1].month or 0, each[1].day or 0))
    if len(dated) != 2 or (first.month, first.day) == (second.month, second.day) or first.year != second.year:
        return None
    return _stated(f"{one}{first.raw},早于{other}的{second.raw}", told)
