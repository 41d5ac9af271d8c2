"""Times of day as printed: 上午8点, 晚7时30分, 20:15, 下午三点半. Minutes after midnight.

Knows nothing of dates, durations (8小时 is no time of day) or other figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.lexicon import words
from rag.text.numerals import arabic_value, chinese_value

_HAN = "[零〇一二三四五六七八九十两]"
_CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|早|上午|中午|正午|午后|下午|傍晚|晚上|晚间|晚|夜间|夜里|深夜|午夜)? ?"
    rf"(?P<hour>(?:[01]?[0-9]|2[0-4])(?![0-9])|{_HAN}{{1,3}})"
    r"(?::(?P<colon>[0-5][0-9])(?![0-9])"
    rf"|[点时](?:(?P<minute>[0-5]?[0-9]|{_HAN}{{1,3}})分(?![之钟])|(?P<half>半)|(?P<quarter>[一三])刻|(?P<about>许|左右)|(?P<exact>[整钟]))?)"
)
_EVENING = frozenset(words("午后 下午 傍晚 晚上 晚间 晚 夜间"))
_NIGHT = frozenset(words("夜里 深夜 午夜"))
_NOON = frozenset(words("中午 正午"))


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time at ``[start, end)``. ``ambiguous``: the half of the day is not printed, 8点 may be morning or evening."""

    start: int
    end: int
    minutes: int
    ambiguous: bool
    about: bool


def read_clock(text: str, at: int) -> ClockTime | None:
    """The time of day that starts at ``at`` of narrow text, or None.

    An hour alone (8点, 8时) needs 上午, 整 or the like before or after it: 8点意见 are eight suggestions.
    """
    match = _CLOCK.match(text, at)
    if match is None or (at and text[at - 1] in "0123456789.第:"):
        return None
    if not any(match[name] for name in ("part", "colon", "minute", "half", "quarter", "about", "exact")):
        return None
    try:
        hour, past = _whole(match["hour"]), _past(match)
    except ValueError:
        return None  # neighbouring Chinese digits that make no number name no hour
    if hour > 24 or past > 59:
        return None
    part = match["part"]
    minutes = _in_day(hour, part) * 60 + past
    ambiguous = part is None and 0 < hour <= 12
    return ClockTime(match.start(), match.end(), minutes, ambiguous, match["about"] is not None)


def _past(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 * _whole(match["quarter"])
    printed = match["colon"] or match["minute"]
    return _whole(printed) if printed else 0


def _in_day(hour: int, part: str | None) -> int:
    late = part in _EVENING or (part in _NIGHT and hour >= 6) or (part in _NOON and hour <= 2)
    return hour + 12 if late and hour < 12 else hour


def _whole(raw: str) -> int:
    return int(arabic_value(raw) if raw.isdecimal() else chinese_value(raw))
