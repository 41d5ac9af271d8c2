"""Dates and places that a question names, as wishes: articles published then or printed for there are preferred.

Never excludes anything, and says nothing of articles without a date or place. Knows nothing of ranking.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.models import SoftFilter
from rag.text.dates import DateMention, find_dates
from rag.text.places import find_places
from rag.text.script import to_simplified

NEXT_ISSUE_DAYS = 2
"""A paper prints what happened on a day that day or in its next issues."""

AFTER_YEAR_DAYS = 90
"""The figures of a year are published until the spring after it."""

_RELATIVE_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2}
_RELATIVE_YEARS = {"今年": 0, "去年": -1, "前年": -2}
_RELATIVE_MONTHS = {"本月": 0, "这个月": 0, "上月": -1, "上个月": -1}
_RELATIVE = re.compile("|".join((*_RELATIVE_DAYS, *_RELATIVE_YEARS, "这个月", "上个月", "本月", "上月")))
_YEARLESS = "2000"
"""A leap year stands for the unknown one; only month and day of it are used."""


def soft_filters(question: str, today: date) -> tuple[SoftFilter, ...]:
    """What the question's dates and places prefer, in reading order of each kind.

    Args:
        question: in either script.
        today: what 昨天 and 去年 are counted from.
    """
    mentions = find_dates(question)
    dates = (*_printed(question, mentions, today), *_relative(question, mentions, today))
    for mention in mentions:
        # 2023年7月六安市: a date run together with a name that begins with a numeral.
        question = question[: mention.start] + "," * (mention.end - mention.start) + question[mention.end :]
    places = (_place(mention.text) for mention in find_places(question))
    return tuple(dict.fromkeys((*dates, *places)))


def satisfies(wish: SoftFilter, published: str | None, place: str | None) -> bool:
    """Whether an article is what the wish prefers.

    Args:
        wish: one of ``soft_filters``.
        published: the article's date, ISO or ``MM-DD``, if it has one.
        place: the article's place, if it has one.
    """
    if wish.kind == "place":
        there = _bare(place or "")
        return len(there) > 1 and (there in wish.value or wish.value in there)
    if not published:
        return False
    first, last = wish.value.split("/")
    if len(first) == len(published):
        # A turn of the year lies between first and last where the year is unknown: 12-31/01-02.
        return first <= published <= last if first <= last else published >= first or published <= last
    return len(first) < len(published) and satisfies(wish, published[5:], place)


def _printed(question: str, mentions: Sequence[DateMention], today: date) -> Iterator[SoftFilter]:
    for mention in mentions:
        words, before = mention.raw, to_simplified(question[: mention.start])[-2:]
        if mention.year is None and before in _RELATIVE_YEARS:
            # 去年7月 is one date.
            mention = replace(mention, year=today.year + _RELATIVE_YEARS[before])
            words = question[mention.start - 2 : mention.start] + words
        period = _period(mention)
        if period is not None:
            yield _dated(words, *period, with_year=mention.year is not None)


def _period(mention: DateMention) -> tuple[date, date] | None:
    year, month, day = mention.year, mention.month, mention.day
    if (year is not None and not 1000 <= year <= 9000) or (year is None and month is None):
        return None
    year = year or int(_YEARLESS)
    if month is None:
        return date(year, 1, 1), date(year, 12, 31) + timedelta(AFTER_YEAR_DAYS)
    if day is None:
        last = calendar.monthrange(year, month)[1]
        return date(year, month, 1), date(year, month, last) + timedelta(NEXT_ISSUE_DAYS)
    return date(year, month, day), date(year, month, day) + timedelta(NEXT_ISSUE_DAYS)


def _relative(question: str, mentions: Sequence[DateMention], today: date) -> Iterator[SoftFilter]:
    for match in _RELATIVE.finditer(to_simplified(question)):
        word = match.group()
        year, month = today.year, today.month
        if word in _RELATIVE_DAYS:
            day = today + timedelta(_RELATIVE_DAYS[word])
            mention = DateMention(*match.span(), word, day.year, day.month, day.day)
        elif word in _RELATIVE_YEARS:
            mention = DateMention(*match.span(), word, year + _RELATIVE_YEARS[word])
        else:
            before = date(year, month, 1) + timedelta(27 * _RELATIVE_MONTHS[word] - (_RELATIVE_MONTHS[word] < 0))
            mention = DateMention(*match.span(), word, before.year, before.month)
        period = _period(mention)
        if period is not None and match.end() not in {printed.start for printed in mentions}:
            yield _dated(question[match.start() : match.end()], *period, with_year=True)


def _dated(words: str, first: date, last: date, *, with_year: bool) -> SoftFilter:
    start, end = first.isoformat(), last.isoformat()
    value = f"{start}/{end}" if with_year else f"{start[5:]}/{end[5:]}"
    return SoftFilter("date", value, words, f"articles published {value.replace('/', ' to ')} are ranked higher")


def _place(words: str) -> SoftFilter:
    return SoftFilter("place", _bare(words), words, "articles from there are ranked higher")


def _bare(place: str) -> str:
    return re.sub(r"\s", "", to_simplified(place))
