"""What each kind of correction does to the pieces of a page. Knows nothing of how places were found.

Every function takes the pieces it is about and gives those that stand in their place, holding the same characters; an
empty result means that the page is already cut so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.corrections.lines import (
    HEAD_ROLES,
    Line,
    composed,
    cut_at,
    headline_spans,
    lines_of,
    reads_on,
    visible,
    without,
)
from rag.mapping import Span
from rag.models import Article, ArticleKind, Byline, Document, PartRole

MERGED, SPLIT, RETITLED, REKINDED = "人工合并", "人工拆分", "人工改题", "人工改类"
"""What ``doubts`` says where a person, not the cutter, decided."""

MAX_HEADLINE_CHARS = 40
"""A first line up to this long that ends no sentence heads the second article of a split."""


def written(document: Document, base: Article, lines: Sequence[Line], **fields: object) -> Article:
    """An article of these lines: text, map, id, and the fields that are parts of the text; the rest as in ``base``."""
    mapped, parts = composed(document.text, lines)
    first = min(run.source_start for run in mapped.runs)

    def field(role: PartRole) -> str | None:
        found = [mapped.text[part.start : part.end].replace("\n", " ") for part in parts if part.role == role]
        return " ".join(found) or None

    read = {
        "title": field("headline"),
        "kicker": field("kicker"),
        "subtitle": field("subtitle"),
        "column_label": field("column_label"),
        "page": _page(document, base, mapped.source_spans[0][0]),
    }
    changed = {"article_id": Article.identify(document.document_id, first), "mapped": mapped, "parts": parts}
    return replace(base, **{**changed, **read, **fields})  # type: ignore[arg-type]


def _page(document: Document, base: Article, at: int) -> str | None:
    """The page of the file, where form feeds part its pages and the sender named none."""
    if document.metadata.page is not None or document.is_record or "\f" not in document.text:
        return base.page
    return str(document.text.count("\f", 0, at) + 1)


def _by_hand(article: Article, note: str) -> dict[str, object]:
    """A person decided: certain, and noted with what other persons decided before."""
    notes = [doubt for doubt in article.doubts if doubt in (MERGED, SPLIT, RETITLED, REKINDED) and doubt != note]
    return {"confidence": 1.0, "doubts": (*notes, note)}


# --- merge -----------------------------------------------------------------------------------------------------------


def merged(document: Document, pieces: Sequence[Article]) -> list[Article]:
    """One article of several pieces, in the order given; the first headline heads it, later ones become subheads."""
    if len(pieces) < 2:
        return []
    groups = [lines_of(piece) for piece in pieces]
    head = next((n for n, lines in enumerate(groups) if any(line.role == "headline" for line in lines)), 0)
    front: list[Line] = []
    if head:
        size = next((n for n, line in enumerate(groups[head]) if line.role not in HEAD_ROLES), len(groups[head]))
        front, groups[head] = groups[head][:size], groups[head][size:]
    lines = list(front)
    for n, group in enumerate(groups):
        for m, line in enumerate(group):
            role: PartRole = "subhead" if n > head and line.role in HEAD_ROLES else line.role
            follows = bool(lines) and n > 0 and m == 0 and reads_on(document.text, lines[-1], replace(line, role=role))
            lines.append(replace(line, role=role, joined=follows if m == 0 else line.joined))
    first = pieces[0]
    kind: ArticleKind = "article" if any(piece.kind == "article" for piece in pieces) else first.kind
    article = written(
        document,
        first,
        lines,
        kind=kind,
        bylines=_unique(name for piece in pieces for name in piece.bylines),
        dateline=_first(piece.dateline for piece in pieces),
        place=_first(piece.place for piece in pieces),
        published=_first(piece.published for piece in pieces),
        continues=_first(piece.continues for piece in pieces) if kind == "continuation" else None,
        duplicate_of=None,
        **_by_hand(first, MERGED),
    )
    return [replace(article, title=article.title or _first(piece.title for piece in pieces))]


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _unique(names: Iterable[Byline]) -> tuple[Byline, ...]:
    seen: dict[str, Byline] = {}
    for name in names:
        seen.setdefault(name.name, name)
    return tuple(seen.values())


# --- split -----------------------------------------------------------------------------------------------------------


def split(document: Document, piece: Article, at: int, *, page_wide_date: bool) -> list[Article]:
    """Two articles of one: the second begins with the character at source position ``at``.

    Args:
        page_wide_date: whether the date belongs to the whole page; else it stays with the dateline.
    """
    before, after = cut_at(document.text, lines_of(piece), at)
    if not before or not after:
        return []
    after = _headed(document.text, after, whole=not _inside(piece, at))
    first_text, second_text = (_tight(composed(document.text, lines)[0].text) for lines in (before, after))
    moves = bool(piece.dateline) and _tight(piece.dateline or "") not in first_text
    gone = [name for name in piece.bylines if name.name in second_text and name.name not in first_text]
    kept_names = tuple(name for name in piece.bylines if name not in gone)
    dated = {"dateline": piece.dateline, "place": piece.place, "published": piece.published}
    bare = {"dateline": None, "place": None, "published": piece.published if page_wide_date else None}
    hand = {"duplicate_of": None, **_by_hand(piece, SPLIT)}
    first = written(document, piece, before, bylines=kept_names, **(bare if moves else dated), **hand)
    headed = any(line.role == "headline" for line in lines_of(piece))
    first = first if first.title or headed else replace(first, title=piece.title)
    kind: ArticleKind = "article" if piece.kind == "continuation" else piece.kind
    second = written(
        document,
        piece,
        after,
        kind=kind,
        bylines=tuple(gone),
        continues=None,
        **(dated if moves else bare),
        **hand,
    )
    return [first, second]


def _inside(piece: Article, at: int) -> bool:
    """Whether a source position stands inside a line, not at its beginning."""
    return all(line.spans[0][0] != at or line.joined for line in lines_of(piece))


def _headed(text: str, lines: list[Line], *, whole: bool) -> list[Line]:
    """The second article's lines with its headline marked, if it shows: a subhead, or a short line of its own."""
    first, *rest = lines
    if first.role == "subhead":
        return [replace(first, role="headline"), *rest]
    words = "".join(text[start:end] for start, end in first.spans)
    alone = whole and bool(rest) and not rest[0].joined
    if first.role == "body" and alone and len(words) <= MAX_HEADLINE_CHARS and words[-1] not in "。！？!?；;，,、：:…":
        return [replace(first, role="headline"), *rest]
    return lines


def _tight(text: str) -> str:
    return "".join(text.split())


# --- retitle ---------------------------------------------------------------------------------------------------------


def retitled(document: Document, piece: Article, title: Sequence[Span], others: Sequence[Article]) -> list[Article]:
    """The article under the headline at these source spans, then whatever other pieces keep when they lose it."""
    text = document.text
    wanted = headline_spans(text, title)
    taken = visible(text, wanted)
    old = lines_of(piece)
    if piece.title and visible(text, (s for line in old if line.role == "headline" for s in line.spans)) == taken:
        return []
    touches = any(line.role in HEAD_ROLES and visible(text, line.spans) & taken for line in old)
    removed = {at for start, end in wanted for at in range(start, end)}
    kept = [_demoted(line, min(taken), touches) for line in without(text, old, removed)]
    heads: list[Line] = [Line("headline", wanted, False, (piece.article_id, -1))]
    by_role = {role: [line for line in kept if line.role == role] for role in HEAD_ROLES}
    by_role["headline"] = heads
    lines = [line for role in HEAD_ROLES for line in by_role[role]]
    lines += [line for line in kept if line.role not in HEAD_ROLES]
    lines = [
        replace(line, joined=line.joined and n > 0 and _was_before(kept, lines, n)) for n, line in enumerate(lines)
    ]
    kind: ArticleKind = "article" if piece.kind == "furniture" else piece.kind
    made = [written(document, piece, lines, kind=kind, **_by_hand(piece, RETITLED))]
    for other in others:
        left = without(text, lines_of(other), removed)
        if left:
            headed = any(line.role == "headline" for line in lines_of(other))
            rest = written(document, other, left)
            made.append(rest if headed else replace(rest, title=other.title))
    return made


def _demoted(line: Line, at: int, touches: bool) -> Line:
    """A line of the old headline: above or below the new one if that was part of the head, else inside the text."""
    if line.role != "headline":
        return line
    role: PartRole = ("kicker" if line.spans[0][0] < at else "subtitle") if touches else "subhead"
    return replace(line, role=role)


def _was_before(kept: Sequence[Line], lines: Sequence[Line], n: int) -> bool:
    """Whether the line before this one is the one it read on from."""
    at = kept.index(lines[n]) if lines[n] in kept else 0
    return at > 0 and kept[at - 1] == lines[n - 1]


# --- kind ------------------------------------------------------------------------------------------------------------


def rekinded(piece: Article, kind: ArticleKind) -> list[Article]:
    """The piece as another kind; it repeats and continues nothing then."""
    if piece.kind == kind and piece.duplicate_of is None:
        return []
    continues = piece.continues if kind == "continuation" else None
    return [replace(piece, kind=kind, duplicate_of=None, continues=continues, **_by_hand(piece, REKINDED))]  # type: ignore[arg-type]
