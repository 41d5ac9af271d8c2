"""Marks of a turn on the page: parted from the text they are printed with, and noted on the article that holds them.

Knows nothing of other pages or documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.mapping import Span
from rag.models import Article
from rag.text.turn_marks import read_mark


def part_turns(text: str, start: int, end: int) -> Iterator[Span]:
    """A line as it is, or with a mark that it begins or ends with as a line of its own."""
    mark = read_mark(text[start:end])
    if mark is None:
        yield start, end
        return
    low, high = start + mark.span[0], start + mark.span[1]
    for piece in ((start, low), (low, high), (high, end)):
        if text[slice(*piece)].strip():
            yield piece


def noting_turns(article: Article, issued: str | None) -> Article:
    """The article with what its marks say: the page it comes from, if one stands before its text, and the page it goes
    on on, if one stands behind. A mark between two stretches of text is settled: the cutter has joined them.

    Args:
        article: as cut.
        issued: date of the issue, as its sender or the page says.
    """
    continues_page: str | None = None
    turns_to: str | None = None
    text_seen = False
    for part in article.parts:
        if part.role in ("body", "subhead"):
            text_seen, turns_to = True, None
        elif part.role == "credit" and (mark := read_mark(article.text[part.start : part.end])) is not None:
            pages = "、".join(mark.pages) or None
            if mark.direction == "out":
                turns_to = pages
            elif not text_seen:
                continues_page = pages
    return replace(article, continues_page=continues_page, turns_to=turns_to, issued=issued)
