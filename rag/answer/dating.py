"""Which date dates a figure: one that is only compared with (比2015年提高) dates nothing, a later one takes over.

Knows nothing of scores, names or places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.dates import DateMention, find_dates

_COMPARES = re.compile(r"(?:比|较|相比|相较|对比|高于|低于|多于|少于|超过|不及|不如)(?:于|起|上|之)?$")
_AGAINST = re.compile(r"(?:与|和|同|跟)$")
_COMPARED_AFTER = re.compile(r"[^,，。;；]{0,8}(?:相比|相较|持平|比较)")
_GIVES_ITS_FIGURE = re.compile(r"[度底末初]?(?:全年)?的(?:[^,，。;；比]{0,6})[0-9]")
"""比2015年的70%提高…: what follows the date at once is its own figure."""

_RANGE = re.compile(r"\s?(?:[-—–~至到、和与及]|以来)?\s?")


_OPENS = re.compile(r"(?:^|[,，。;；:：、(（]|到|至|截至|其中|而)\s?$")
"""A date that takes over from the one before opens its clause; inside one (2016年启动的…) it dates a part of it."""


def is_base(text: str, date: DateMention) -> bool:
    """Whether a date is only what something is compared with."""
    before = text[max(date.start - 4, 0) : date.start]
    if _GIVES_ITS_FIGURE.match(text, date.end):
        return False
    if _AGAINST.search(before):
        return _COMPARED_AFTER.match(text, date.end) is not None
    return _COMPARES.search(before) is not None


def standing_dates(text: str) -> list[DateMention]:
    """The dates of a text without those it only compares with."""
    return [date for date in find_dates(text) if not is_base(text, date)]


def shares_grain(date: DateMention, other: DateMention) -> bool:
    """Whether both print a year, both a month or both a day."""
    return any(
        mine is not None and theirs is not None
        for mine, theirs in ((date.year, other.year), (date.month, other.month), (date.day, other.day))
    )


def dated_otherwise(asked: Sequence[DateMention], text: str, start: int) -> bool:
    """Whether the date that stands last before ``start`` in its sentence is none of those asked, while another is."""
    for date in asked:
        dates = [other for other in standing_dates(text) if shares_grain(date, other)]
        before = [
            other
            for other in dates
            if other.end <= start and (date.agrees_with(other) or _OPENS.search(text[: other.start]))
        ]
        if not before or not any(date.agrees_with(other) for other in dates):
            continue
        last = [before[-1]]
        for earlier, later in zip(reversed(before[:-1]), reversed(before), strict=False):
            if not _RANGE.fullmatch(text, earlier.end, later.start):
                break
            last.append(earlier)
        if not any(date.agrees_with(other) for other in last):
            return True
    return False
