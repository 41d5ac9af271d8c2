"""Turn stitched units, captions and records into drafts of articles: which stretch is which part, who wrote it, where.

Knows how parts look, nothing of how units were joined or how a draft is written down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.mapping import Span
from rag.models import Byline, PartRole
from rag.pages.assemble import Draft
from rag.pages.blocks import Block, fold_line, fold_page
from rag.pages.bylines import (
    POST_LINE,
    TRAILING_POST,
    is_canonical,
    parse_names,
    shot_credit,
)
from rag.pages.datelines import read_closing, read_opening
from rag.pages.headlines import (
    ORIGINAL_TITLE,
    PLACE_LINE,
    assign_roles,
    is_kicker_form,
    is_label,
    is_subtitle_form,
    phrases,
)
from rag.pages.units import Unit
from rag.text.places import find_places

_ORDER: tuple[PartRole, ...] = ("column_label", "kicker", "headline", "subtitle")


def clip(text: str, spans: Sequence[Span], start: int, end: int | None = None) -> tuple[Span, ...]:
    """Source spans of the stretch ``[start, end)``, counted in non-space characters of ``spans``."""
    found: list[Span] = []
    count = 0
    for low, high in spans:
        for i in range(low, high):
            if text[i].isspace():
                continue
            if count >= start and (end is None or count < end):
                if found and not text[found[-1][1] : i].strip() and found[-1][1] >= low:
                    found[-1] = (found[-1][0], i + 1)
                else:
                    found.append((i, i + 1))
            count += 1
    return tuple(found)


def tight(folded: str) -> int:
    """Number of non-space characters."""
    return sum(not c.isspace() for c in folded)


def add_heads(draft: Draft, text: str, heads: Sequence[Unit], closeness: Sequence[float]) -> None:
    """Write the headline lines into the draft, in reading order; splits bylines that were run into them."""
    roles = _head_roles(heads, closeness)
    lines: list[tuple[PartRole, tuple[Span, ...]]] = []
    late: list[tuple[Span, ...]] = []
    for unit, role in zip(heads, roles, strict=True):
        spans: tuple[Span, ...] = unit.block.spans
        spaced = unit.spaced.strip()
        prefix = ORIGINAL_TITLE.match(spaced)
        if prefix:
            size = tight(prefix[0])
            draft.add("credit", clip(text, spans, 0, size))
            spans = clip(text, spans, size)
        post = TRAILING_POST.search(spaced)
        if post and role == "headline":
            at = tight(spaced[: post.start()])
            late.append(clip(text, spans, at))
            lines += _run_together(text, clip(text, spans, 0, at), spaced[: post.start()].strip())
        else:
            lines.append((role, spans))
    joined = bool(draft.stretches)
    for wanted in _ORDER:
        for role, spans in lines:
            if role == wanted:
                draft.add(role, spans, joined=joined)
                joined = False
    for spans in late:
        _add_byline(draft, text, spans)


def _head_roles(heads: Sequence[Unit], closeness: Sequence[float]) -> list[PartRole]:
    """Roles of one group of lines; lines printed apart from the first group continue the headline."""
    first = 1
    while first < len(heads) and heads[first].index == heads[first - 1].index + 1:
        first += 1
    lines = [(unit.spaced.strip(), unit.block.level) for unit in heads]
    if all(is_label(line) or is_kicker_form(line) for line, _ in lines[:first]):
        return assign_roles(lines, closeness)
    roles = assign_roles(lines[:first], closeness[:first])
    return roles + ["subtitle" if is_subtitle_form(unit.plain) else "headline" for unit in heads[first:]]


def _run_together(text: str, spans: tuple[Span, ...], spaced: str) -> list[tuple[PartRole, tuple[Span, ...]]]:
    """Headline and subtitle that share one line: a last phrase much longer than the balanced ones before it."""
    parts = phrases(spaced)
    if len(parts) >= 2:
        before = [len(part) for part in parts[:-1]]
        if len(parts[-1]) >= 1.6 * max(before) and len(parts[-1]) >= 10:
            at = sum(before)
            return [("headline", clip(text, spans, 0, at)), ("subtitle", clip(text, spans, at))]
    return [("headline", spans)]


def _add_byline(draft: Draft, text: str, spans: tuple[Span, ...], role: PartRole = "byline") -> None:
    draft.add(role, spans)
    line = fold_line(text, spans)
    names = _post_names(line) if POST_LINE.match(line.strip()) else parse_names(line)
    draft.bylines += _in_source(text, spans, names or _post_names(line))


def _post_names(line: str) -> tuple[Byline, ...]:
    """An official as author: the last word is the name, the rest the post."""
    words = line.strip(" ■□◆●").split()
    return (Byline(words[-1], " ".join(words[:-1])),) if len(words) >= 2 and len(words[-1]) <= 4 else ()


def _in_source(text: str, spans: Sequence[Span], names: Sequence[Byline]) -> list[Byline]:
    """Names, and roles that have no canonical word, as the source writes them (Traditional pages keep their script)."""
    raw = "".join(c for start, end in spans for c in text[start:end] if not c.isspace())
    folded = fold_page(raw)

    def printed(word: str | None) -> str | None:
        if word is None:
            return None
        at = folded.find(word)
        return raw[at : at + len(word)] if at >= 0 else word

    return [
        Byline(printed(name.name) or name.name, name.role if is_canonical(name.role) else printed(name.role))
        for name in names
    ]


def add_byline_unit(draft: Draft, text: str, unit: Unit) -> None:
    """Write a byline line into the draft."""
    _add_byline(draft, text, unit.block.spans)


def add_body(draft: Draft, text: str, unit: Unit, *, first: bool, last: bool, joined: bool) -> None:
    """Write a stretch of text; its dateline (if first) and its closing credit (if last) become parts of their own."""
    spans: tuple[Span, ...] = unit.block.spans
    folded = unit.spaced.strip()
    size = tight(folded)
    start, end = 0, size
    if first:
        opening = read_opening(folded)
        if opening is not None:
            start = min(size, tight(folded[: opening.length]))
            head = clip(text, spans, 0, start)
            draft.add("dateline" if opening.dateline else "byline", head, joined=joined)
            joined = True
            draft.dateline = _printed(text, head, tight(opening.dateline)) if opening.dateline else None
            draft.dated, draft.place = opening.month_day, draft.place or _printed_place(text, head, opening.place)
            draft.bylines += _in_source(text, head, opening.bylines)
    if last:
        closing = read_closing(folded)
        names = closing.bylines
        if closing.start < len(folded):
            end = max(start, tight(folded[: closing.start]))
            tail = clip(text, spans, end)
            if names and not names[0].name:
                draft.bylines = _employed(draft.bylines, _in_source(text, tail, names)[0].role)
            else:
                draft.bylines += _in_source(text, tail, names)
            if closing.dated and draft.dateline is None:
                draft.dateline, draft.dated = _printed(text, tail, size), closing.month_day
                draft.place = draft.place or closing.place
    draft.add("body", clip(text, spans, start, end), joined=joined)
    if end < size:
        role: PartRole = "dateline" if end == 0 and draft.dateline else "credit"
        draft.add(role, clip(text, spans, end), joined=bool(end))


def _employed(names: Sequence[Byline], where: str | None) -> list[Byline]:
    """Authors without a role of their own get where they work, as an official gets the post."""
    return [name if name.role not in (None, "作者") else Byline(name.name, where) for name in names]


def _printed(text: str, spans: Sequence[Span], size: int) -> str:
    raw = "".join(c for start, end in spans for c in text[start:end] if not c.isspace())
    return raw[:size].strip("()（）[]【】")


def _printed_place(text: str, spans: Sequence[Span], place: str | None) -> str | None:
    named = _in_source(text, spans, [Byline(place)]) if place else []
    return named[0].name if named else None


def add_caption_text(draft: Draft, text: str, block: Block, *, joined: bool) -> None:
    """Write a caption's text; a photographer named at its end becomes a credit."""
    spaced = block.spaced.strip()
    at = shot_credit(spaced)
    if at is None:
        draft.add("body", block.spans, joined=joined)
        return
    cut = tight(spaced[:at])
    draft.add("body", clip(text, block.spans, 0, cut), joined=joined)
    add_credit(draft, text, clip(text, block.spans, cut), joined=True)


def add_credit(draft: Draft, text: str, spans: tuple[Span, ...], *, joined: bool = False) -> None:
    """Write a photographer's credit; every name in it is a photographer unless another role is printed."""
    draft.add("credit", spans, joined=joined)
    line = fold_line(text, spans)
    draft.bylines += _in_source(text, spans, parse_names(line))


_ADMINISTRATIVE = re.compile(r"(?:省|市|县|縣|区|區|镇|鎮|乡|鄉|街道|村|社区|社區|旗|州)$")
"""A bare province or city name in a text is as often part of a company's name."""


def read_place(draft: Draft, heads: Sequence[Unit], lines: Sequence[str]) -> str | None:
    """Where the news is from: dateline, place line, else the first administrative place in headline or first lines.

    ``lines``: raw stretches to look in, in order.
    """
    if draft.place:
        return draft.place
    for unit in heads:
        place = PLACE_LINE.match(unit.plain) or PLACE_LINE.match(unit.spaced.split(" ")[0])
        if place:
            return place[0].rstrip(":")
    named = (mention.text for line in lines for mention in find_places(line))
    return next((name for name in named if _ADMINISTRATIVE.search(name) and "副" not in name), None)
