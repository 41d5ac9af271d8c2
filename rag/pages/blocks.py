"""Cut a page into blocks, the smallest stretches that belong to one piece whole.

A block is a printed line, or several where a page is hard-wrapped at a fixed width. ``Block.plain`` is what the other
modules read: Simplified, ASCII punctuation, no white space and no marks. Knows nothing of what a block is for.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.mapping import Span
from rag.pages.marks import Marks, find_marks
from rag.pages.turns import part_turns
from rag.text.script import to_simplified
from rag.text.turn_marks import MAX_MARK, read_mark

_PUNCTUATION = str.maketrans(
    {"，": ",", "；": ";", "：": ":", "！": "!", "？": "?", "（": "(", "）": ")", "．": ".", "／": "/", "﹕": ":"}
)
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BLANK = re.compile(r"\s+")
_FULL_STOP = re.compile(r"[。!?…；;][”’\"'」』)】》]*$")
_WRAP_WIDTHS = range(8, 60)
"""A hard-wrapped column holds so many characters a line; anything wider is a paragraph a line."""

_MAX_SEGMENT = 20_000
"""A single line longer than this is cut (at a sentence end where there is one), so that no block makes a page slow."""


@dataclass(frozen=True, slots=True)
class Block:
    """``spans``: source spans of its text (marks left out). ``plain``: folded, without white space. ``spaced``: folded,
    white space kept as single blanks. ``level``: number of ``#`` before it, 0 without. ``lines``: printed lines in it.
    ``leaf``: how many form feeds stand before it, which is how files of several pages part them; no block spans two.
    """

    index: int
    spans: tuple[Span, ...]
    plain: str
    spaced: str
    level: int
    lines: int
    gap: int
    leaf: int = 0

    @property
    def start(self) -> int:
        """Lowest source position."""
        return self.spans[0][0]

    @property
    def complete(self) -> bool:
        """Whether it ends as a sentence ends."""
        return bool(_FULL_STOP.search(self.plain[-8:]))


def fold_page(text: str) -> str:
    """The page in Simplified script with ASCII punctuation, character for character (same length)."""
    return to_simplified(text).translate(_PUNCTUATION)


def fold_line(text: str, spans: Sequence[Span]) -> str:
    """The folded text of spans, with a blank where white space stands between two: a mark inside a word parts none."""
    return _spaced(text, [fold_page(text[start:end]) for start, end in spans], spans)


def _spaced(text: str, parts: Sequence[str], spans: Sequence[Span]) -> str:
    """The parts that stand at the spans, with a blank where white space stands between two."""
    blanks = [any(map(str.isspace, text[end:start])) for (_, end), (start, _) in itertools.pairwise(spans)]
    return "".join(f" {part}" if blank else part for part, blank in zip(parts, [False, *blanks], strict=True))


def read_blocks(text: str) -> tuple[tuple[Block, ...], Marks]:
    """All blocks of the page in page order, and its marks. Every other non-space character is in exactly one block."""
    marks = find_marks(text)
    folded = fold_page(text)
    lines = _visible_lines(text, marks)
    width = _wrap_width(text, lines)
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and width and _goes_on(text, groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(_block(index, group, text, folded) for index, group in enumerate(groups)), marks


@dataclass(frozen=True, slots=True)
class _Line:
    spans: tuple[Span, ...]
    level: int
    gap: int
    leaf: int

    @property
    def end(self) -> int:
        return self.spans[-1][1]


def _visible_lines(text: str, marks: Marks) -> list[_Line]:
    """Lines with text in them; ``gap`` counts the line breaks since the one before."""
    lines: list[_Line] = []
    at, last_end, leaf = 0, 0, 0
    for match in _LINE.finditer(text):
        line_start, line_end = match.span()
        holes: list[Span] = []
        while at < len(marks.spans) and marks.spans[at][0] < line_end:
            holes.append(marks.spans[at])
            at += 1
        level = next((marks.levels[start] for start, _ in holes if start in marks.levels), 0)
        parted = (part for piece in _pieces(text, line_start, line_end) for part in part_turns(text, *piece))
        for start, end in parted:
            spans = _outside(text, start, end, holes)
            if spans:
                leaf += text.count("\f", last_end, spans[0][0])
                lines.append(_Line(spans, level, text.count("\n", last_end, spans[0][0]), leaf))
                last_end = spans[-1][1]
    return lines


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """The line whole, or cut near every ``_MAX_SEGMENT`` characters."""
    pieces: list[Span] = []
    while end - start > _MAX_SEGMENT:
        stop = max((text.rfind(mark, start, start + _MAX_SEGMENT) for mark in "。！？"), default=-1)
        cut = stop + 1 if stop > start else start + _MAX_SEGMENT
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _outside(text: str, start: int, end: int, holes: list[Span]) -> tuple[Span, ...]:
    """``[start, end)`` without the holes, each stretch trimmed of white space; empty stretches vanish."""
    spans: list[Span] = []
    for low, high in [*holes, (end, end)]:
        if low > start:
            stretch = text[start : min(low, end)]
            lead = len(stretch) - len(stretch.lstrip())
            body = len(stretch.strip())
            if body:
                spans.append((start + lead, start + lead + body))
        start = max(start, high)
    return tuple(spans)


def _wrap_width(text: str, lines: list[_Line]) -> int:
    """The width of a hard-wrapped page, 0 where a line is a paragraph.

    Hard-wrapped means: most lines follow each other without an empty line, and most of those are equally wide.
    """
    close = [line for line, after in itertools.pairwise(lines) if after.gap == 1 and not after.level]
    if len(close) < 6 or len(close) < len(lines) // 2:
        return 0
    widths = Counter(_width(text, line) for line in close)
    width = max(_WRAP_WIDTHS, key=lambda w: sum(widths[w + d] for d in (-2, -1, 0, 1)))
    share = sum(widths[width + d] for d in (-2, -1, 0, 1)) / len(close)
    wider = sum(count for w, count in widths.items() if w > width + 4) / len(close)
    return width if share >= 0.5 and wider <= 0.15 else 0


def _width(text: str, line: _Line) -> int:
    """Printed width in full characters; ASCII counts half."""
    return round(sum(0.5 if text[i] < "\u0100" else 1 for start, end in line.spans for i in range(start, end)))


def _goes_on(text: str, before: _Line, line: _Line, width: int) -> bool:
    """Whether a hard-wrapped line goes on in the next one: it is full, no indent, empty line or new page follows."""
    if line.leaf != before.leaf or line.gap != 1 or line.level or before.level:
        return False
    if _is_turn(text, line) or _is_turn(text, before):
        return False
    indented = text[max(0, line.spans[0][0] - 2) : line.spans[0][0]] in ("\u3000\u3000", "  ", "\t")
    return not indented and _width(text, before) >= width - 3


def _is_turn(text: str, line: _Line) -> bool:
    """Whether a line is a mark that the text goes on on another page, or comes from one."""
    start, end = line.spans[0][0], line.end
    return end - start <= 2 * MAX_MARK and read_mark(text[start:end]) is not None


def _block(index: int, group: list[_Line], text: str, folded: str) -> Block:
    spans = tuple(span for line in group for span in line.spans)
    parts = [folded[start:end] for start, end in spans]
    spaced = _BLANK.sub(" ", _spaced(text, parts, spans) if len(group) == 1 else "".join(parts))
    return Block(index, spans, spaced.replace(" ", ""), spaced, group[0].level, len(group), group[0].gap, group[0].leaf)


def by_leaf(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of each page of the file that has any, each page's counted from 0."""
    leaves = [list(group) for _, group in itertools.groupby(blocks, key=lambda block: block.leaf)]
    return [[replace(block, index=n) for n, block in enumerate(leaf)] for leaf in leaves]


def is_marked(blocks: Sequence[Block]) -> bool:
    """Whether the page marks its headlines with ``#``: two marked lines at least."""
    return sum(block.level > 0 for block in blocks) >= 2
