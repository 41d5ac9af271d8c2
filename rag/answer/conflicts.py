"""Whether two statements give one fact with different figures: sources that disagree, or that tell of different days.

The same fact is the same thing measured (投资 … 元, … 家企业) of the same subject; the wording may differ. Text in,
text out. Knows nothing of articles or scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.text.dates import find_dates
from rag.text.figures import Figure, find_figures, same_figure
from rag.text.lexicon import words
from rag.text.normalise import fold
from rag.text.places import find_places
from rag.text.script import narrow
from rag.text.units import find_unit

ALIKE = 0.7
"""Share of character pairs, figures left out, that two statements of one fact worded alike have in common."""
HELD = 0.7
"""Share of the pairs of the shorter statement that the other must hold where they are worded differently."""
MIN_SHARED_PAIRS = 5
"""Fewer shared pairs name no subject. Set by hand, high: a false conflict costs more than a missed one."""
_NOT_COMPARED = ("date", "time", "ordinal", "score")
_NEUTRAL = re.compile(
    "截至|目前|现有|共有|总共|一共|共计|累计|已经|达到|多家|区内|园区|该区|本报讯|近年来|近日|据统计|据了解|"
    "(?:[\u4e00-\u9fff]{2})?(?:经济技术开发区|经济开发区|开发区|经开区|高新区)|"
    "的|了|已|共|达|有|为|在|将|是"
)
_PARTS = tuple(
    words(listing)
    for listing in (
        "单独 联合", "专职 兼职", "男 女", "新增 新建 新纳入 净增 增长 增加", "退出 下降 减少", "其中",
        "计划 预计 拟 力争 目标", "上半年", "下半年", "季度", "今年", "去年", "国家级", "省级", "市级", "县级",
        "平均 人均 每", "一期", "二期", "首批", "第二批",
    )
)  # fmt: skip
"""Words that say which part of a thing is measured: statements of which one only has such a word, or another one of
its listing, measure different things."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The figures of two statements that give one fact otherwise, as printed."""

    first: str
    second: str


def disagree(first: str, second: str) -> bool:
    """Whether two statements give the same measure of the same subject with values that differ."""
    return disagreement(first, second) is not None


def disagreement(first: str, second: str) -> Disagreement | None:
    """The two figures over which statements of one fact differ; None where they agree or tell of different things."""
    mine, theirs = _figures(first), _figures(second)
    if len(mine) != 1 or len(theirs) != 1:
        return None
    one, other = mine[0], theirs[0]
    if one.kind != other.kind or same_figure(one, other) or not _same_measure(first, one, second, other):
        return None
    if not (_worded_alike(first, one, second, other) or _same_subject(first, one, second, other)):
        return None
    return Disagreement(one.raw, other.raw)


def dates_told(statement: str) -> tuple[str, ...]:
    """The days, months or years a statement says its figure is of, as printed."""
    return tuple(date.raw for date in find_dates(statement))


def _figures(text: str) -> list[Figure]:
    return [figure for figure in find_figures(text) if figure.kind not in _NOT_COMPARED]


def _same_measure(first: str, one: Figure, second: str, other: Figure) -> bool:
    if one.kind != "money" and one.unit != other.unit:
        if one.unit is None or other.unit is None:
            return False
        if find_unit(one.unit) != find_unit(other.unit):
            return False
    return all(_held(part, first) == _held(part, second) for part in _PARTS) and not _elsewhere(first, second)


def _held(part: Sequence[str], text: str) -> list[str]:
    return [word for word in part if word in narrow(text)]


def _elsewhere(first: str, second: str) -> bool:
    """Whether each statement names places, and no two of them are one."""
    here, there = _places(first), _places(second)
    return bool(here and there) and not any(one in other or other in one for one in here for other in there)


def _places(text: str) -> list[str]:
    return [fold(place.text) for place in find_places(text)]


def _worded_alike(first: str, one: Figure, second: str, other: Figure) -> bool:
    left, right = _pairs(first, one), _pairs(second, other)
    return len(left & right) >= ALIKE * max(len(left), len(right), 1)


def _same_subject(first: str, one: Figure, second: str, other: Figure) -> bool:
    """Whether what the shorter statement says, dates, places and filling words aside, stands in the other as well."""
    left, right = _plain_pairs(first, one), _plain_pairs(second, other)
    shared = left & right
    return len(shared) >= MIN_SHARED_PAIRS and len(shared) >= HELD * min(len(left), len(right))


def _pairs(text: str, figure: Figure) -> set[str]:
    rest = f"{fold(text[: figure.start])}|{fold(text[figure.end :])}"
    return {a + b for a, b in pairwise(rest) if a.isalnum() and b.isalnum()}


def _plain_pairs(text: str, figure: Figure) -> set[str]:
    shown = list(narrow(text))
    for date in find_dates(text):
        shown[date.start : date.end] = "|" * (date.end - date.start)
    for place in find_places(text):
        shown[place.start : place.end] = "|" * (place.end - place.start)
    shown[figure.start : figure.end] = "|" * (figure.end - figure.start)
    rest = fold(_NEUTRAL.sub("|", "".join(shown)))
    return {a + b for a, b in pairwise(rest) if a.isalnum() and b.isalnum()}
