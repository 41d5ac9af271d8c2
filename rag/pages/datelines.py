"""How a report opens and closes: dateline, credit, source. Reads folded text only.

Recognised by form, never by a list of towns or agencies' people. Knows nothing of blocks or articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.models import Byline
from rag.pages.bylines import NAMES, ROLE, bare_names, institution, is_byline_line, is_credit, parse_names

_SEPARATOR = r"[ 、,，/\u3000·|]*"

DATELINE = re.compile(
    rf"^(?P<dateline>(?:[【\[](?=本报讯))?据?(?P<agency>本报|本刊|本台|新华社|中新社|中新网|央视网|人民网|新华网|央广网|[\u3400-\u9fff]{{2,6}}日报|[\u3400-\u9fff]{{2,6}}晚报)"
    rf"(?P<place>[\u3400-\u9fff]{{0,12}}?)(?P<date>(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)?(?:讯[】\]]?|电|消息)|(?P<town>[\u3400-\u9fff]{{2,5}}?)讯(?=\())"
    rf"(?P<credit>\s*[\(（][^()（）]{{2,60}}[\)）]|\s*(?={ROLE}))?"
)
"""How a report opens: 本报讯(记者X), 新华社上海1月2日电, X讯(Y)."""

END_DATELINE = re.compile(
    r"\(?(?P<dateline>(?:新华社|中新社)(?P<place>[\u3400-\u9fff]{1,10}?)(?P<date>(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?:电|讯))\)?$"
)
"""An agency's dateline printed after the text."""

_INLINE_CREDIT = re.compile(
    rf"^{ROLE}\s*[:：]?\s*{NAMES}(?:{_SEPARATOR}{ROLE}\s*[:：]?\s*{NAMES})*\s*(?:报道|摄影报道|文/图)[:：]?"
)
_REPORTER = re.compile(
    rf"^据?{ROLE}\s*[:：]?\s*{NAMES}(?:{_SEPARATOR}{ROLE}\s*[:：]?\s*{NAMES})*\s*报道(?:[:：,]|(?=\s))"
)
"""A report that opens with its reporter and no dateline: 新华社记者X报道:."""
_SOURCE = re.compile(
    r"(?:(?:本[版文]|以上|综合|稿件|内容|均|图文){0,3})(?:据|来源[:：]|转自|摘自|原载)\s*"
    r"(?:[《“]?[\u3400-\u9fff]{1,12}?(?:社|报|网|台|客户端|新闻|时间|公众号)[》”]?(?:微信公众号|客户端)?[、,和\s]*){1,4}(?:综合)?(?:电|报道|消息)?$"
)
_STOPS = "。!?”』」…"
_END_CREDIT = re.compile(r"\((?P<inside>[^()]{2,60})\)[。]?$")
_NOT_TOWN = frozenset("通资电简喜信审问音传快")
"""通讯, 资讯, 电讯 … before a bracket are words, not datelines."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a body opens: ``length`` folded characters of dateline and credit, with what they say. ``dateline`` is None
    where only a reporter is named.
    """

    length: int
    dateline: str | None
    place: str | None
    month_day: tuple[str | None, str] | None
    bylines: tuple[Byline, ...]


def read_opening(folded: str) -> Opening | None:
    """The dateline a report opens with; None where it opens without one. ``folded`` keeps its white space."""
    match = DATELINE.match(folded)
    if match is None:
        reporter = _REPORTER.match(folded)
        return Opening(reporter.end(), None, None, None, parse_names(reporter[0].lstrip("据"))) if reporter else None
    end = match.end()
    credit = match["credit"] or ""
    if not credit.strip():
        inline = _INLINE_CREDIT.match(folded[end:].lstrip())
        if inline:
            lead = len(folded[end:]) - len(folded[end:].lstrip())
            credit, end = inline[0], end + lead + inline.end()
    names = parse_names(credit)
    if match["town"] and (not names or match["town"][-1] in _NOT_TOWN):
        return None
    town = match["town"] if match["town"] and match["town"][-1] not in "网报台社" else None
    return Opening(end, match["dateline"].strip(), match["place"] or town, _month_day(match["date"]), names)


@dataclass(frozen=True, slots=True)
class Closing:
    """How a text ends: the credit begins at ``start`` (the length of the text without one).

    ``dated``: the credit is an agency's dateline or source.
    """

    start: int
    bylines: tuple[Byline, ...] = ()
    dated: bool = False
    place: str | None = None
    month_day: tuple[str | None, str] | None = None


def read_closing(folded: str) -> Closing:
    """The credit at the end of a text: names in brackets or behind the last sentence, a dateline, a source."""
    tail = folded[-80:]
    base = len(folded) - len(tail)
    if dated := END_DATELINE.search(tail):
        return Closing(base + dated.start(), (), True, dated["place"], _month_day(dated["date"]))
    match = _END_CREDIT.search(tail)
    if match and (where := institution(match["inside"])):
        return Closing(base + match.start(), (Byline("", where),))
    if match and _SOURCE.match(match["inside"]):
        return Closing(base + match.start(), dated=match["inside"].startswith("据"))
    if match and is_credit(match["inside"]) and (names := parse_names(match["inside"])):
        return Closing(base + match.start(), names)
    return _signed(tail, base)


def _signed(tail: str, base: int) -> Closing:
    """Names behind the last full stop, in no brackets; without a role only where a blank stands before them."""
    at = max(tail.rfind(stop) for stop in _STOPS) + 1
    behind = tail[at:].strip()
    if (at and is_byline_line(behind)) or (bare_names(behind) and tail[at : at + 1].isspace()):
        return Closing(base + at, parse_names(behind))
    return Closing(base + len(tail))


def is_source_line(spaced: str) -> bool:
    """Whether a folded line says where a text was taken from and nothing else (据新华社, 来源:某某网)."""
    return bool(_SOURCE.match(spaced.strip(" ()。")))


def _month_day(date: str | None) -> tuple[str | None, str] | None:
    """(year or None, MM-DD) of a printed date."""
    found = re.match(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日", date or "")
    return (found[1], f"{int(found[2]):02d}-{int(found[3]):02d}") if found else None
