"""What a page's own strip says: the date of the issue, the number of the page, the paper's name.

Read from furniture lines only, so that no date or name of the news is taken for the page's. Knows nothing of pieces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.pages.blocks import Block
from rag.pages.dates import Day
from rag.pages.furniture import is_furniture_line, is_notice
from rag.text.dates import find_dates

_MAX_STRIP = 60
_NUMBER = re.compile(
    r"第\s?(?P<printed>[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})\s?版|(?<![A-Za-z\d])(?P<sheet>[A-H]\d{1,2})(?!\d)"
)
_CHINESE = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}
_PAPER = re.compile(
    r"(?:^|[\s|·])(?P<paper>[\u3400-\u9fff]{2,6}(?:日报|晚报|晨报|早报|时报|都市报|商报))(?=$|[\s|·\d第])"
)


@dataclass(frozen=True, slots=True)
class Folio:
    """What a page says of itself, each None where it does not."""

    day: Day | None = None
    page: str | None = None
    paper: str | None = None


def read_folio(blocks: Sequence[Block]) -> Folio:
    """Date, page number and paper as the strips of a page print them."""
    lines = strips(blocks)
    return Folio(page_date(lines), page_number(lines), paper_name(lines))


def strips(blocks: Sequence[Block]) -> list[str]:
    """The furniture lines of a page that are no adverts, folded, white space as blanks."""
    lines = ((block.plain, block.spaced.strip()) for block in blocks if len(block.plain) <= _MAX_STRIP)
    return [spaced for plain, spaced in lines if is_furniture_line(plain, spaced) and not is_notice(spaced)]


def page_date(lines: Sequence[str]) -> Day | None:
    """The date a strip prints; one with a year is preferred."""
    found = [
        Day(f"{day.year:04d}" if day.year else None, f"{day.month:02d}-{day.day:02d}")
        for line in lines
        for day in find_dates(line)
        if day.month and day.day
    ]
    return next((day for day in found if day.year), found[0] if found else None)


def page_number(lines: Sequence[str]) -> str | None:
    """The number of the page; None where strips disagree (a front page lists the others) or say none."""
    found = {_arabic(match["printed"] or match["sheet"]) for line in lines for match in _NUMBER.finditer(line)}
    return found.pop() if len(found) == 1 else None


def paper_name(lines: Sequence[str]) -> str | None:
    """The paper's name where a strip with a date or page number prints one."""
    dated = [line for line in lines if find_dates(line) or _NUMBER.search(line)]
    found = {match["paper"] for line in dated for match in _PAPER.finditer(line)}
    return found.pop() if len(found) == 1 else None


def _arabic(number: str) -> str:
    """十二 → 12; what is in figures stays, without leading zeros."""
    if number[0] not in _CHINESE:
        return number.lstrip("0") or number
    if "十" in number:
        tens, ones = number.split("十", 1)
        return str(10 * _CHINESE.get(tens, 1) + _CHINESE.get(ones, 0))
    return str(_CHINESE[number]) if len(number) == 1 else number
