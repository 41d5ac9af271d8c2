"""What a paper prints where an article goes on on another page (下转第3版) or comes from one (上接第1版).

Reads single lines in either script, letter-spaced or not. Knows nothing of articles or of which halves belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.mapping import Span
from rag.text.numerals import chinese_value
from rag.text.script import narrow

MAX_MARK = 24
"""Longest line, without white space, that is nothing but a mark."""

MIN_POINTED = 30
"""A bare arrow (→3版) at the end of a shorter line announces another article, as front pages do; of a longer one, the
text in hand goes on there."""

_NUMBER = r"(?:[A-Za-z]?\s?\d{1,3}|[零〇一二三四五六七八九十]{1,3})"
_PAGES = rf"第?\s*{_NUMBER}(?:\s*[、,/\-—~至和及]\s*第?\s*{_NUMBER})*"
_PLACE = rf"(?:(?P<pages>{_PAGES})\s*(?:[\u3400-\u9fff]{{0,4}}?\s*[版页栏面])|(?P<here>本\s*[版页]))"
_ARROW = r"[→▶►⇒➔➜]"
_OPEN, _CLOSE = r"[(\[【〔<]", r"[)\]】〕>]"
_OUT = r"(?:下\s*转|紧\s*转|续\s*转)\s*至?"
_OUT_SHORT = rf"(?:{_OUT}|转\s*至?)"
_IN = r"(?:上\s*接|紧\s*接|续\s*接|上\s*紧\s*接)\s*[自从]?"
_IN_SHORT = rf"(?:{_IN}|文?\s*接\s*上?)"
_EDGE = r"[^\w\s]*"

_FORMS: dict[Literal["out", "in"], tuple[re.Pattern[str], ...]] = {
    "out": (
        re.compile(rf"^\W*(?:{_OUT_SHORT}|{_ARROW}+)\s*{_PLACE}\W*$"),
        re.compile(rf"{_ARROW}*\s*{_OPEN}\s*{_ARROW}*\s*{_OUT_SHORT}\s*{_PLACE}\s*{_ARROW}*\s*{_CLOSE}\s*$"),
        re.compile(rf"[^\w\s。!?…”」』)]*\s*{_OUT}\s*{_PLACE}{_EDGE}\s*$"),
    ),
    "in": (
        re.compile(rf"^\W*{_IN_SHORT}\s*{_PLACE}\W*$"),
        re.compile(rf"^\W*{_OPEN}\W*{_IN_SHORT}\s*{_PLACE}\W*?{_CLOSE}[^\w\s“「『《(\"]*"),
        re.compile(rf"^[^\w“「『《]*{_IN}\s*{_PLACE}[◀◁←▲△:|]*"),
        re.compile(rf"{_OPEN}\s*{_IN_SHORT}\s*{_PLACE}\s*{_CLOSE}\s*$"),
    ),
}
_POINTED = re.compile(rf"{_ARROW}+\s*{_PLACE}\W*$")
_HINT = re.compile(rf"[转轉接]|{_ARROW}")


_REACH = 2 * MAX_MARK
"""Characters, blanks included, from either end of a line within which a mark stands."""


@dataclass(frozen=True, slots=True)
class TurnMark:
    """One mark at ``span`` of the line. ``pages``: numbers as ``page_number`` writes them; empty for 本版."""

    direction: Literal["out", "in"]
    pages: tuple[str, ...]
    span: Span


def page_number(printed: str) -> str:
    """A page number in one form: A01版 is A1, 第三版 is 3; what holds no number is folded only."""
    plain = re.sub(r"\s", "", narrow(printed)).upper()
    if found := re.search(r"([A-Z]?)0*(\d{1,3})(?!\d)", plain):
        return found[1] + found[2]
    if found := re.search(r"[零〇一二三四五六七八九十]{1,3}", plain):
        return str(int(chinese_value(found[0])))
    return plain


def read_mark(line: str) -> TurnMark | None:
    """The mark a line is, begins with or ends with; None where it has none."""
    if not _HINT.search(line[:_REACH]) and not _HINT.search(line[-_REACH:]):
        return None
    return next(_found(narrow(line)), None)


def _found(plain: str) -> Iterator[TurnMark]:
    for direction, forms in _FORMS.items():
        for number, form in enumerate(forms):
            match = form.search(plain, 0 if form.pattern.startswith("^") else max(0, len(plain) - _REACH))
            if match and (number or len(re.sub(r"\s", "", plain)) <= MAX_MARK):
                yield TurnMark(direction, _numbers(match), _trimmed(match))
    if len(plain) >= MIN_POINTED and (match := _POINTED.search(plain, max(0, len(plain) - _REACH))):
        yield TurnMark("out", _numbers(match), _trimmed(match))


def _trimmed(match: re.Match[str]) -> Span:
    printed = match[0]
    return match.start() + len(printed) - len(printed.lstrip()), match.start() + len(printed.rstrip())


def _numbers(match: re.Match[str]) -> tuple[str, ...]:
    pages = match["pages"] or ""
    return tuple(dict.fromkeys(page_number(one) for one in re.findall(_NUMBER, pages)))
