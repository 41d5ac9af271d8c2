"""When a piece was published, and by which rule; when its dateline says it was sent. Never guessed from the text.

The rules, first that holds: the sender's date; the date line printed on the page; the dateline. A year comes from
whichever of them has one and is never made up. Knows nothing of pieces or blocks.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from rag.models import SourceMetadata

_LATE_DAYS = 31
"""A dateline so much later than its issue is of the year before: December's report on a January page."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as printed. ``year`` is None where none is printed; ``month_day`` is ``MM-DD``."""

    year: str | None
    month_day: str

    @classmethod
    def read(cls, written: str | None) -> Day | None:
        """The day of an ISO date or ``MM-DD``."""
        if not written:
            return None
        return cls(written[:-6] or None, written[-5:])

    def __str__(self) -> str:
        return f"{self.year}-{self.month_day}" if self.year else self.month_day


@dataclass(frozen=True, slots=True)
class Published:
    """``date``: ISO, or ``MM-DD`` where the year is unknown, or None. ``rule``: in a sentence, where it comes from.
    ``sent``: the dateline's own date, in the same form.
    """

    date: str | None
    rule: str | None
    sent: str | None


def published_date(metadata: SourceMetadata, page: Day | None, dated: Day | None) -> Published:
    """The date of a piece by the rules above. ``page``: the page's date line; ``dated``: the piece's dateline."""
    issue, rule = _issue(Day.read(metadata.published), page)
    sent = _sent(dated, issue)
    if issue is not None:
        return Published(str(issue), rule, str(sent) if sent else None)
    if sent is None:
        return Published(None, None, None)
    return Published(str(sent), "电头日期" if sent.year else "电头日期,未印年份,年份不明", str(sent))


def _issue(given: Day | None, page: Day | None) -> tuple[Day | None, str]:
    """The day of the issue and where it comes from; a missing year is taken from the other source of the same day."""
    if given is not None:
        if given.year is None and page is not None and page.year and page.month_day == given.month_day:
            return page, "随文件给出的日期,年份取自版面日期行"
        return given, "随文件给出的日期" if given.year else "随文件给出的日期,年份不明"
    if page is not None:
        return page, "版面日期行" if page.year else "版面日期行,未印年份,年份不明"
    return None, ""


def _sent(dated: Day | None, issue: Day | None) -> Day | None:
    """The dateline's day, with the issue's year where it prints none: the year before where it would lie far ahead."""
    if dated is None or dated.year is not None or issue is None or issue.year is None:
        return dated
    day = _calendar(issue.year, dated.month_day)
    printed = _calendar(issue.year, issue.month_day)
    if day is None or printed is None:
        return dated
    before = (day - printed).days > _LATE_DAYS
    return Day(f"{int(issue.year) - before:04d}", dated.month_day)


def _calendar(year: str, month_day: str) -> datetime.date | None:
    """The day in the calendar; None where a misread figure makes it no day of that year."""
    try:
        return datetime.date.fromisoformat(f"{year}-{month_day}")
    except ValueError:
        return None
