"""Markdown marks and other characters that are no text: where they stand in a page.

A mark is never part of an article; all of a page's marks go to one furniture piece, so that nothing is lost. Knows
nothing of headlines or articles; ``#`` levels are only counted here, never trusted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.mapping import Span

_MARKS = re.compile(
    r"(?P<level>^[ \t\u3000]*(?P<hashes>\#{1,6})(?=[ \t\u3000]|$))"
    r"|(?P<image>!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|<img[^>\n]{0,500}>)"
    r"|(?P<rule>^[ \t]*(?:-{3,}|={3,}|_{3,}|\*{3,})[ \t]*$)"
    r"|(?P<bold>(?<!\*)\*\*(?=[^\s*])(?P<inner>[^*\n]{1,400}?)(?<=[^\s*])\*\*(?!\*))"
    r"|(?P<invisible>[\ufeff\u200b\u200c\u200d\u2060]+)",
    re.MULTILINE,
)


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
    return Marks(tuple(sorted(spans)), levels)


def _words(text: str) -> list[Span]:
    return [found.span() for found in re.finditer(r"\S+", text)]
