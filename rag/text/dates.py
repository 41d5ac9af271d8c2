"""Dates in Chinese text, in every dress a newspaper uses, with the parts that are printed and no more.

A year that is not printed stays None; nothing is guessed from context, except that the second end of a range shares
the year and month of the first (5月9日至12日). Knows nothing of publication dates or time zones.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.text.numerals import arabic_value, chinese_value
from rag.text.script import narrow

REPUBLIC_OFFSET = 1911
"""民国元年 is 1912."""

_HAN = "零〇○一二三四五六七八九"
_YEAR = rf"(?:[0-9]{{4}}|[{_HAN}]{{4}})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[正一二三四五六七八九])"
_DAY = (
    r"(?:3[01]|[12][0-9]|0?[1-9]"
    r"|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初?[一二三四五六七八九])"
)
_HUNDRED = "一百(?:零[一二三四五六七八九]|[一二三四五六七八九]十[一二三四五六七八九]?)?"
_REPUBLIC = rf"民[国國] ?(?:[0-9]{{1,3}}|{_HUNDRED}|[{_HAN}十]{{1,3}}|元)"
_ALONE = r"(?<![0-9.])"
_TO = r" ?(?:[-—–~]{1,2}|至|到) ?"
_PERIOD = r"(?:份|[上中下]旬|底|初|末)?"

# Alternatives in order of preference, for narrow text.
_PATTERNS = (
    # 2008-05-09, 2008/5/9, 2008.5.9
    rf"{_ALONE}(?P<y1>[12][0-9]{{3}})(?P<sep>[-/.])(?P<m1>{_MONTH})(?P=sep)(?P<d1>{_DAY})(?![0-9])",
    # 2008年, 二〇〇八年十二月三日, 民国二十六年7月, 公元前221年
    (
        rf"(?:(?P<bc>公元前) ?(?P<ybc>[0-9]{{1,4}})|公元 ?(?P<yad>[0-9]{{1,4}})|{_ALONE}(?P<y2>{_YEAR}|{_REPUBLIC}))"
        rf" ?年(?!代)[度底初末]?(?: ?(?P<m2>{_MONTH}) ?月{_PERIOD}(?: ?(?P<d2>{_DAY}) ?[日号])?)?"
    ),
    # the first end of 2006-2009年, 2006至2009年
    rf"{_ALONE}(?P<y3>[12][0-9]{{3}})(?={_TO}[12][0-9]{{3}} ?年)",
    # 5月9日, 十二月三日, 12月3号
    rf"(?<![0-9个])(?P<m4>{_MONTH}) ?月{_PERIOD} ?(?P<d4>{_DAY}) ?[日号]",
    # 正月初五
    r"(?P<m10>正|十[一二]?|[一二三四五六七八九])月(?P<d10>初[一二三四五六七八九十])",
    # 7月, 7月份, 8月中旬
    rf"(?<![0-9个])(?P<m5>1[0-2]|0?[1-9]) ?月{_PERIOD}(?![球饼亮光])",
    # the first end of 1-6月, 1至6月
    rf"{_ALONE}(?P<m6>1[0-2]|[1-9])(?={_TO}(?:1[0-2]|[1-9]) ?月)",
    # 十二月份, 去年九月: one Chinese month alone needs company, 一月一次 is a rhythm
    rf"(?<=[年今去明上本])(?P<m7>{_MONTH}) ?月",
    rf"(?P<m8>{_MONTH}) ?月(?:份|[上中下]旬|底|初|末)",
    # 28日, 6日上午, 3号晚
    r"(?<![0-9.第])(?P<d9>3[01]|[12][0-9]|0?[1-9]) ?(?:日(?![内均间常游用后前报楼院线店])|号(?=[上中下晚早凌]))",
)
_DATE = re.compile("|".join(_PATTERNS))
_RANGE = re.compile(r" ?(?:[-—–~]{1,2}|[至到、和与及]) ?")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at ``[start, end)``; only printed (or range-shared) parts are set. ``year`` is negative before our era."""

    start: int
    end: int
    raw: str
    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str | None:
        """``YYYY-MM-DD``, or ``MM-DD`` where no year is printed; None without month and day."""
        if self.month is None or self.day is None:
            return None
        short = f"{self.month:02d}-{self.day:02d}"
        return short if self.year is None or self.year < 1 else f"{self.year:04d}-{short}"

    def agrees_with(self, other: DateMention) -> bool:
        """Whether the two name the same date as far as both say: a common part, and no part that differs."""
        pairs = [(self.year, other.year), (self.month, other.month), (self.day, other.day)]
        shared = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
        return bool(shared) and all(mine == theirs for mine, theirs in shared)


def find_dates(text: str) -> list[DateMention]:
    """Every date in reading order, without overlap. Impossible ones (13月, 2月30日) are not dates."""
    found: list[DateMention] = []
    shown = narrow(text)
    for mention in _mentions(text, shown):
        previous = found[-1] if found else None
        joined = previous is not None and _RANGE.fullmatch(shown, previous.end, mention.start) is not None
        found.append(_completed(mention, previous) if previous is not None and joined else mention)
    return found


def parse_date(text: str) -> str | None:
    """The first date with month and day: ISO ``YYYY-MM-DD``, ``MM-DD`` without a year; None where there is none."""
    return next((mention.iso for mention in find_dates(text) if mention.iso is not None), None)


def _mentions(text: str, shown: str) -> Iterator[DateMention]:
    for match in _DATE.finditer(shown):
        parts = {name: raw for name, raw in match.groupdict().items() if raw and name not in {"sep", "bc"}}
        year = next((_year(raw) for name, raw in parts.items() if name[0] == "y"), None)
        month = next((_small(raw) for name, raw in parts.items() if name[0] == "m"), None)
        day = next((_small(raw) for name, raw in parts.items() if name[0] == "d"), None)
        if year is not None and match["bc"]:
            year = -year
        if _possible(year, month, day):
            yield DateMention(match.start(), match.end(), text[match.start() : match.end()], year, month, day)


def _completed(mention: DateMention, first: DateMention) -> DateMention:
    """The second end of a range or list takes over what only the first end prints."""
    if mention.month is None and mention.year is None:
        return replace(mention, year=first.year, month=first.month)
    return replace(mention, year=first.year) if mention.year is None and first.month is not None else mention


def _year(raw: str) -> int:
    digits = raw.removeprefix("民国").removeprefix("民國").strip()
    if digits == raw:
        return _small(raw)
    return REPUBLIC_OFFSET + (1 if digits == "元" else _small(digits))


def _small(raw: str) -> int:
    plain = raw.strip().removeprefix("初").replace("正", "一")
    return int(arabic_value(plain) if plain[0].isdecimal() else chinese_value(plain))


def _possible(year: int | None, month: int | None, day: int | None) -> bool:
    if month is None or day is None:
        return True
    # Without a year, 29 February may exist.
    _, last = calendar.monthrange(year if year and year > 0 else 2000, month)
    return day <= last
