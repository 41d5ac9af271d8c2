"""What stands around a number and changes it: a sign, what it holds for each of (每人), the other side of a score.

Works on narrow text, at given places. Knows nothing of units, dates or how figures are found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from rag.mapping import Span
from rag.text.numerals import arabic_value, chinese_value

_HAN = "[零〇一二三四五六七八九十百]"
_SCORE = re.compile(
    rf"(?P<one>[0-9]{{1,3}}|{_HAN}{{1,4}})(?: ?比 ?|(?<=[0-9]) ?: ?(?=[0-9]))(?P<two>[0-9]{{1,3}}|{_HAN}{{1,4}})"
    r"(?![0-9.%:]|[年月日号点分]|个百分)"
)
_LEADS = "为是达至到约在于了"
_MINUS = re.compile(r"(?:(?<![0-9A-Za-z%℃°度一二三四五六七八九十百千万亿\ue000])(?P<dash>-)|(?P<word>负|零下)) ?$")
_DEGREES = re.compile(r" ?(?:%|℃|度|°|摄氏度|个?百分点)")
_COUNTED = re.compile(r"[0-9.一二三四五六七八九十]+ ?[场局球次比:]")

_EVERY = (
    r"平方公里|平方千米|平方米|立方米|公里|千米|公斤|千克|小时|分钟|季度|星期|个月|公顷|"
    r"[人名位户家亩吨斤米升度次天日周月年季件辆台只头本班村镇乡县社校组队棵套份桌晚期批箱袋瓶盒片粒支枚颗株张升项例起趟节课届栋层]"
)
_PER_BEFORE = re.compile(rf"每(?:一)?个?(?P<every>{_EVERY})|(?P<mean>[人户亩村班校组日月年周])均")
_PER_AFTER = re.compile(rf" ?(?:/|每)(?P<every>{_EVERY})(?![0-9])")
_SAME = {
    "名": "人",
    "位": "人",
    "日": "天",
    "星期": "周",
    "个月": "月",
    "季度": "季",
    "平方千米": "平方公里",
    "千米": "公里",
    "千克": "公斤",
}
_BREAKS = re.compile(r"[。!?;；\n]")
MAX_PER_CHARS = 14
"""How far before a figure 每人 may stand and still govern it; a comma ends its reach as well."""


@dataclass(frozen=True, slots=True)
class Score:
    """Two numbers against each other, in the order printed, up to ``end``."""

    end: int
    first: Decimal
    second: Decimal


def read_score(shown: str, at: int) -> Score | None:
    """The score that starts at ``at``: 3比2, 三比二, 3:2; None where none does (21:15 may be a time as well)."""
    match = _SCORE.match(shown, at)
    if match is None or (at and shown[at - 1] in "0123456789.:第"):
        return None
    try:
        return Score(match.end(), _value(match["one"]), _value(match["two"]))
    except ValueError:
        return None  # neighbouring Chinese digits that make no number


def _value(raw: str) -> Decimal:
    return arabic_value(raw) if raw[0].isdecimal() else chinese_value(raw)


def minus_before(shown: str, at: int) -> int | None:
    """Where the sign of the negative number at ``at`` begins (-, 负, 零下), or None.

    A dash counts after a word like 为, or where a share or temperature follows; it is a range or a hyphen elsewhere.
    负 before a count of matches means lost ones.
    """
    match = _MINUS.search(shown, max(0, at - 8), at)
    if match is None:
        return None
    number = re.compile(r"[0-9.,零〇一二三四五六七八九十百千万亿点]+").match(shown, at)
    after = number.end() if number else at
    if match["dash"]:
        start = match.start("dash")
        led = start > 0 and shown[start - 1] in _LEADS
        return start if led or _DEGREES.match(shown, after) else None
    if match["word"] == "负" and _COUNTED.match(shown, at):
        return None
    return match.start("word")


def per_of(shown: str, start: int, end: int) -> tuple[str, ...]:
    """For each of what the figure at ``[start, end)`` holds: 每人每月…, 人均…, …元/亩. Sorted, without repeats."""
    before = _BREAKS.split(shown[max(0, start - MAX_PER_CHARS) : start])[-1].rpartition(",")[2]
    found = {match["every"] or match["mean"] for match in _PER_BEFORE.finditer(before)}
    after = _PER_AFTER.match(shown, end)
    if after is not None:
        found.add(after["every"])
    return tuple(sorted(_SAME.get(name, name) for name in found))


def find_per(shown: str) -> list[Span]:
    """Where 每人, 每平方米, 人均 and the like stand."""
    return [match.span() for match in _PER_BEFORE.finditer(shown)]
