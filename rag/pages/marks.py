"""Markdown marks and other characters that are no text: where they stand in a page.

A mark is never part of an article; all of a page's marks go to one furniture piece, so that nothing is lost. Knows
nothing of headlines or articles; ``#`` levels are only counted here, never trusted.

Characters without width (a byte order mark at the start of a page, zero-width blanks and joiners, soft hyphens,
direction marks) are marks wherever they stand: no headline, byline or word is read through them, and none of them is
left in an article. The document's text keeps them, so that spans count the source's characters.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from rag.mapping import Span

_INVISIBLE = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_LEAD = rf"^[ \t\u3000{_INVISIBLE}]*"
_MARKS = re.compile(
    rf"(?P<level>{_LEAD}(?P<hashes>\#{{1,6}})(?=[ \t\u3000{_INVISIBLE}]|$))"
    r"|(?P<image>!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|<img[^>\n]{0,500}>)"
    rf"|(?P<rule>{_LEAD}(?:-{{3,}}|={{3,}}|_{{3,}}|\*{{3,}})[ \t{_INVISIBLE}]*$)"
    r"|(?P<bold>(?<!\*)\*\*(?=[^\s*])(?P<inner>[^*\n]{1,400}?)(?<=[^\s*])\*\*(?!\*))",
    re.MULTILINE,
)
_UNSEEN = re.compile(rf"[{_INVISIBLE}]+")


@dataclass(frozen=True, slots=True)
class Marks:
    """``spans`` of all marks in position order; ``levels`` maps the position of a line's first ``#`` to its level."""

    spans: tuple[Span, ...]
    levels: dict[int, int]


def find_marks(text: str) -> Marks:
    """Every mark of the page. Bold marks are the two pairs of asterisks, not what stands between them."""
    spans: list[Span] = []
    levels: dict[int, int] = {}
    for match in _MARKS.finditer(text):
        start, end = match.span()
        if match.lastgroup == "inner" or match["bold"] is not None:
            spans += [(start, start + 2), (end - 2, end)]
        elif match["level"] is not None:
            start = match.start("hashes")
            levels[start] = end - start
            spans.append((start, end))
        else:
            spans += [(start + low, start + high) for low, high in _words(text[start:end])]
    return Marks(tuple(sorted(spans + _unseen(text, sorted(spans)))), levels)


def _unseen(text: str, marks: list[Span]) -> list[Span]:
    """Runs of characters without width that lie in no other mark; a run lies in a mark whole or not at all."""
    found: list[Span] = []
    for match in _UNSEEN.finditer(text):
        before = bisect.bisect_right(marks, (match.start(), len(text))) - 1
        if before < 0 or marks[before][1] <= match.start():
            found.append(match.span())
    return found


def _words(text: str) -> list[Span]:
    return [found.span() for found in re.finditer(r"\S+", text)]
