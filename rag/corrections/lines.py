"""An article as lines, which can be taken apart and put together again without losing a character or the map.

Knows nothing of why anything is moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.mapping import MappedText, Span, merge_spans
from rag.models import Article, Part, PartRole

HEAD_ROLES: tuple[PartRole, ...] = ("column_label", "kicker", "headline", "subtitle")
"""What stands above the text, in reading order."""

_ENDS = re.compile(r"[。．.！!？?…；;：:”』」》〉）)\]】]$")
_WORD = re.compile(r"[0-9A-Za-z]")
_BLANKS = " \u3000\t\xa0"


@dataclass(frozen=True, slots=True)
class Line:
    """Source spans that read on without a break, in one role.

    ``joined``: it also reads on from the line before. Lines in a row with equal ``part`` are one part of the article.
    """

    role: PartRole
    spans: tuple[Span, ...]
    joined: bool
    part: tuple[str, int]


def lines_of(article: Article) -> list[Line]:
    """The article's lines in reading order; together they hold every mapped character."""
    lines: list[Line] = []
    end_before = -1
    for number, part in enumerate(_gapless(article)):
        fresh = True
        for run in article.mapped.runs:
            low, high = max(run.clean_start, part.start), min(run.clean_start + run.length, part.end)
            if low >= high:
                continue
            start = run.source_start + low - run.clean_start
            span = (start, start + high - low)
            if fresh or low > end_before:
                lines.append(Line(part.role, (span,), low == end_before, (article.article_id, number)))
            else:
                lines[-1] = replace(lines[-1], spans=(*lines[-1].spans, span))
            fresh, end_before = False, high
    return lines


def _gapless(article: Article) -> list[Part]:
    """The parts, with text that belongs to none as body."""
    found: list[Part] = []
    at = 0
    for part in (*article.parts, Part("marks", len(article.text), len(article.text))):
        if article.text[at : part.start].strip("\n"):
            found.append(Part("body", at, part.start))
        if part.start < part.end:
            found.append(part)
        at = part.end
    return found


def composed(text: str, lines: Iterable[Line]) -> tuple[MappedText, tuple[Part, ...]]:
    """Clean text with its map, and the parts."""
    stretches: list[list[Span]] = []
    parts: list[Part] = []
    clean = 0
    before: tuple[str, int] | None = None
    for line in lines:
        if not (line.joined and stretches):
            clean += 1 if stretches else 0
            stretches.append([])
        stretches[-1] += line.spans
        start, clean = clean, clean + sum(high - low for low, high in line.spans)
        body = line.role == "body" and bool(parts) and parts[-1].role == "body" and parts[-1].end == start
        if parts and (body or (line.part == before and parts[-1].role == line.role)):
            parts[-1] = replace(parts[-1], end=clean)
        else:
            parts.append(Part(line.role, start, clean))
        before = line.part
    return MappedText.from_pieces(text, stretches), tuple(parts)


def characters(spans: Iterable[Span]) -> set[int]:
    """Every position the spans cover."""
    return {at for start, end in spans for at in range(start, end)}


def visible(text: str, spans: Iterable[Span]) -> set[int]:
    """Every position the spans cover that is no white space."""
    return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}


def without(text: str, lines: Sequence[Line], removed: set[int]) -> list[Line]:
    """The lines without some source positions; what is left reads on where a sentence was interrupted."""
    kept: list[Line] = []
    for line in lines:
        groups = _left(line.spans, removed)
        for n, spans in enumerate(groups):
            spans = trimmed(text, spans)
            if not spans:
                continue
            piece = replace(line, spans=spans)
            touched = n > 0 or spans != merge_spans(line.spans)
            joined = reads_on(text, kept[-1], piece) if touched and kept else line.joined and bool(kept)
            kept.append(replace(piece, joined=joined))
    return kept


def _left(spans: Sequence[Span], removed: set[int]) -> list[tuple[Span, ...]]:
    """Groups of what is left of spans, a new group after each stretch that is gone."""
    groups: list[list[Span]] = [[]]
    for start, end in spans:
        for at in range(start, end):
            if at in removed:
                if groups[-1]:
                    groups.append([])
            else:
                groups[-1].append((at, at + 1))
    return [merge_spans(group) for group in groups if group]


def trimmed(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans without white space at either end."""
    kept = list(spans)
    while kept and not text[kept[0][0] : kept[0][1]].strip():
        kept.pop(0)
    while kept and not text[kept[-1][0] : kept[-1][1]].strip():
        kept.pop()
    if kept:
        start, end = kept[0]
        kept[0] = (end - len(text[start:end].lstrip()), end)
        start, end = kept[-1]
        kept[-1] = (start, start + len(text[start:end].rstrip()))
    return tuple(kept)


def reads_on(text: str, before: Line, line: Line) -> bool:
    """Whether text goes on in mid-sentence from one line to the next."""
    last, first = text[before.spans[-1][1] - 1], text[line.spans[0][0]]
    both = before.role == line.role == "body"
    return both and not _ENDS.search(last) and not (_WORD.match(last) and _WORD.match(first))


def cut_at(text: str, lines: Sequence[Line], position: int) -> tuple[list[Line], list[Line]]:
    """What stands before a source position in reading order, and what begins with it."""
    for n, line in enumerate(lines):
        for m, (start, end) in enumerate(line.spans):
            if start <= position < end:
                left = trimmed(text, (*line.spans[:m], *(((start, position),) if start < position else ())))
                right = trimmed(text, ((position, end), *line.spans[m + 1 :]))
                first = [*lines[:n], *([replace(line, spans=left)] if left else [])]
                return first, [replace(line, spans=right, joined=False), *lines[n + 1 :]]
    return list(lines), []


def headline_spans(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """A headline's characters as they are to be read: line breaks closed, a blank kept unless it letter-spaces."""
    words = [
        (start + found.start(), start + found.end())
        for start, end in spans
        for found in re.finditer(r"\S+", text[start:end])
    ]
    spaced = len(words) >= 3 and all(end - start == 1 for start, end in words)
    kept: list[Span] = []
    for n, (start, end) in enumerate(words):
        if n and not spaced and 0 < start - words[n - 1][1] < 80:
            blank = next((at for at in range(words[n - 1][1], start) if text[at] in _BLANKS), None)
            kept += [(blank, blank + 1)] if blank is not None else []
        kept.append((start, end))
    return merge_spans(kept)
