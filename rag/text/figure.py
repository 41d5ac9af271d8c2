"""What a figure is, and when two of them state the same value.

Equal values in different dress agree: 320万元, 0.032亿元, ３２０萬元; 二十四小时 and 24小时; 百分之九十八 and 98%.
Knows nothing of how figures are found in a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rag.text.units import comparable, find_unit

FigureKind = Literal["number", "percent", "money", "date", "time", "age", "duration", "ordinal", "fraction", "score"]
Hedge = Literal["over", "under", "about"]

CLOCK_UNIT = "时刻"
"""Unit of a time of day."""
CLOCK_UNIT_12 = "时刻(12小时)"
"""The same where the half of the day is not printed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at ``[start, end)``: ``text[start:end] == raw``.

    ``low`` and ``high`` (equal but for ranges) are in ``unit`` as printed, with 万 and 亿 applied: percent in
    hundredths, fractions as their value, times in minutes after midnight, dates as ``yyyymmdd`` with zeros for parts
    not printed. A score (3比2, 3:2) is one figure: ``low`` the first number, ``high`` the second, order kept.
    ``per``: for each of what the value holds (每人, 每平方米), sorted, empty where nothing says so.
    ``hedge``: 余, 多, 超过 are "over"; 近, 不足 are "under"; 约, 左右 are "about".
    """

    start: int
    end: int
    raw: str
    low: Decimal
    high: Decimal
    unit: str | None
    kind: FigureKind
    hedge: Hedge | None = None
    per: tuple[str, ...] = ()

    @property
    def approximate(self) -> bool:
        """Whether the text says the value is not exact."""
        return self.hedge is not None


_HALF_DAY_MINUTES = 720


def same_figure(first: Figure, second: Figure) -> bool:
    """Whether two figures state an equal value: other digits, scale, script or unit of the same dimension allowed.

    Hedges are not compared (余, 约). A figure without a unit agrees with one that has a measure word, currency or
    other unit, but a plain number is no percentage, ordinal, date or time. Dates agree where all printed parts do.
    Values per unit agree unless both say per what and neither says all of the other (每人每月 and 每人 agree).
    """
    return same_value(first, second) and _same_per(first, second)


def same_value(first: Figure, second: Figure) -> bool:
    """As ``same_figure``, whatever the values are counted per (每人, 每户)."""
    if "score" in (first.kind, second.kind):
        return _as_score(first) == _as_score(second)
    if first.kind == "date" or second.kind == "date":
        return first.kind == second.kind and _same_date(first, second)
    if first.kind == "time" or second.kind == "time":
        return first.kind == second.kind and _same_time(first, second)
    if (first.kind == "ordinal") != (second.kind == "ordinal"):
        return False
    shares = {"percent", "fraction"}
    if first.kind in shares and second.kind in shares:
        return _as_share(first) == _as_share(second)
    if first.kind in shares or second.kind in shares:
        return False
    return _same_amount(first, second)


def _same_per(first: Figure, second: Figure) -> bool:
    mine, theirs = set(first.per), set(second.per)
    return mine <= theirs or theirs <= mine


_SCORE = re.compile(r"([0-9]{1,3}) ?[:：比] ?([0-9]{1,3})")


def _as_score(figure: Figure) -> tuple[Decimal, Decimal] | None:
    """The two sides of a score; a time of day printed with a colon may be one (21:15)."""
    if figure.kind == "score":
        return figure.low, figure.high
    sides = _SCORE.fullmatch(figure.raw) if figure.kind == "time" else None
    return (Decimal(sides[1]), Decimal(sides[2])) if sides else None


def _same_amount(first: Figure, second: Figure) -> bool:
    if first.unit is None or second.unit is None:
        return (first.low, first.high) == (second.low, second.high)
    mine, theirs = find_unit(first.unit), find_unit(second.unit)
    return comparable(mine, theirs) and (first.low * mine.factor, first.high * mine.factor) == (
        second.low * theirs.factor,
        second.high * theirs.factor,
    )


def _as_share(figure: Figure) -> tuple[Decimal, Decimal]:
    scale = Decimal(100) if figure.kind == "fraction" else Decimal(1)
    return figure.low * scale, figure.high * scale


def _same_time(first: Figure, second: Figure) -> bool:
    apart = abs(first.low - second.low)
    return apart == 0 or (apart == _HALF_DAY_MINUTES and CLOCK_UNIT_12 in (first.unit, second.unit))


def _same_date(first: Figure, second: Figure) -> bool:
    pairs = list(zip(_date_parts(first), _date_parts(second), strict=True))
    shared = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
    return bool(shared) and all(mine == theirs for mine, theirs in shared)


def _date_parts(figure: Figure) -> tuple[int, int, int]:
    value = abs(int(figure.low))
    sign = -1 if figure.low < 0 else 1
    return sign * (value // 10000), value // 100 % 100, value % 100
