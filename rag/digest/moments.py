"""When a sentence says something was: a date it prints, else the day of its article. Nothing is guessed.

What a sentence leaves out of a date (year, month) comes from the day of its article, never from today. Knows nothing of
timelines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.models import Article, Grain, Moment
from rag.text.dates import DateMention, find_dates
from rag.text.script import narrow

LATE_DAYS = 31
"""A day without a year that would lie so much later than its article is of the year before."""

_COMPARED = re.compile(r"(?:比|较|相比|与|同比|高于|低于|超过)(?:于|起|上)?$")
_YEARED = re.compile(r"[0-9]{4}")
_YEARS = {"去年": -1, "今年": 0, "明年": 1, "前年": -2, "本年": 0}
_YEAR_BEFORE = re.compile(r"(?:去年|今年|明年|前年|本年)$")
_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "当日": 0, "当天": 0}
_DAY = re.compile(r"(?<![明至])(?:今天|今日|昨天|昨日|前天|明[天日]|当[天日])(?!安门|报)")
_YEAR = re.compile(r"去年|今年|前年|明年")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The day an article is of: ``year`` None where none is known."""

    year: int | None
    month: int
    day: int

    @classmethod
    def of(cls, written: str | None) -> _Anchor | None:
        """The day of an ISO date or ``MM-DD``; None where there is none, or a misread one."""
        if written is None:
            return None
        year = int(written[:4]) if len(written) == len("2024-07-06") else None
        found = cls(year, int(written[-5:-3]), int(written[-2:]))
        return found if found.calendar() else None

    def calendar(self, year: int | None = None) -> date | None:
        """The day in the calendar; a leap year stands for an unknown one."""
        try:
            return date(year or self.year or 2000, self.month, self.day)
        except ValueError:
            return None


def moment_of(sentence: str, article: Article) -> Moment | None:
    """When a sentence of an article says something was; None where neither it nor the article says."""
    sent = article.dateline_date or article.published
    anchor = _Anchor.of(sent)
    printed = _printed(sentence, anchor) or _relative(sentence, anchor)
    if printed is not None:
        return printed
    if sent is None:
        return None
    return Moment(sent, "day", sent, "dateline" if article.dateline_date else "published")


def order_of(moment: Moment) -> tuple[bool, str]:
    """What moments are sorted by: those of an unknown year come last."""
    return _YEARED.match(moment.day) is None, moment.day


def label_of(moment: Moment) -> str:
    """How a moment is written before its statement: as ISO, or as printed where a year or a day is missing of it."""
    is_plain = _YEARED.match(moment.day) is not None or moment.grain == "day"
    return moment.day if is_plain else moment.words


def _printed(sentence: str, anchor: _Anchor | None) -> Moment | None:
    plain = narrow(sentence)
    for mention in find_dates(sentence):
        before = plain[max(0, mention.start - 3) : mention.start]
        if _COMPARED.search(before) or (mention.year is not None and mention.year < 1):
            continue
        words = mention.raw
        named = _YEAR_BEFORE.search(before)
        if mention.year is None and named:
            words = named.group() + words
            year = anchor.year + _YEARS[named.group()] if anchor and anchor.year else None
            # Of 去年 an unknown year nothing is known but its words.
            mention = replace(mention, year=year) if year else mention
        found = _written(_completed(mention, anchor))
        if found is not None:
            return Moment(found[0], found[1], words, "printed")
    return None


def _completed(mention: DateMention, anchor: _Anchor | None) -> DateMention:
    """A mention with the month and year that its article's day gives it."""
    if mention.month is None and mention.day is not None and anchor is not None:
        mention = _in_month(mention, anchor)
    if mention.year is not None or mention.month is None or anchor is None or anchor.year is None:
        return mention
    first = _Anchor(anchor.year, mention.month, mention.day or 1).calendar()
    issued = anchor.calendar()
    late = first is not None and issued is not None and (first - issued).days > LATE_DAYS
    return replace(mention, year=anchor.year - late)


def _in_month(mention: DateMention, anchor: _Anchor) -> DateMention:
    """A bare day is of the article's month, or of the month before where it would still lie ahead."""
    ahead = (mention.day or 0) > anchor.day
    month = anchor.month - ahead
    if month:
        return replace(mention, month=month)
    return replace(mention, month=12, year=anchor.year - 1 if anchor.year else None)


def _written(mention: DateMention) -> tuple[str, Grain] | None:
    """The date as far as it is known, and how fine that is; None where no month is known and no year."""
    year = f"{mention.year:04d}" if mention.year else None
    if mention.month is None:
        return (year, "year") if year else None
    if mention.day is None:
        return (f"{year}-{mention.month:02d}", "month") if year else (f"{mention.month:02d}", "month")
    day = f"{mention.month:02d}-{mention.day:02d}"
    return (f"{year}-{day}", "day") if year else (day, "day")


def _relative(sentence: str, anchor: _Anchor | None) -> Moment | None:
    """昨日, 去年 and their like, counted from the day of the article."""
    plain = narrow(sentence)
    if anchor is None:
        return None
    if found := _DAY.search(plain):
        day = anchor.calendar()
        if day is not None:
            moved = (day + timedelta(_DAYS[found.group()])).isoformat()
            return Moment(moved if anchor.year else moved[5:], "day", found.group(), "printed")
    if (found := _YEAR.search(plain)) and anchor.year:
        return Moment(f"{anchor.year + _YEARS[found.group()]:04d}", "year", found.group(), "printed")
    return None
