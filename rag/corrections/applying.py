"""Pieces of a page and the corrections of a person → the pieces as corrected. Pure; the same words give the same cut.

Whatever the cutter gives, afterwards every non-space character is again in exactly one piece, mapped exactly. What a
better cutter already cuts so is left alone; what finds no place is reported with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.corrections.anchors import Ground
from rag.corrections.lines import headline_spans, visible
from rag.corrections.pieces import merged, rekinded, retitled, split
from rag.errors import CorrectionError
from rag.mapping import Span
from rag.models import Anchor, Article, Correction, Document, KeptCorrection

MOSTLY = 0.5
"""A piece belongs to the words of an anchor when more than this share of its characters is among them."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The pieces in order of their first character, and what became of each correction."""

    pieces: tuple[Article, ...]
    kept: tuple[KeptCorrection, ...]


def corrected(pieces: Sequence[Article], corrections: Sequence[Correction], document: Document) -> Corrected:
    """Apply corrections in order to a fresh cut.

    Args:
        pieces: what a cutter made of ``document``.
        corrections: made on this document or on an earlier text of the same source.
        document: what the pieces' spans index.
    """
    if not corrections:
        return Corrected(tuple(pieces), ())
    ground = Ground(document)
    page = tuple(pieces)
    made: list[tuple[Correction, tuple[int, ...], str | None]] = []
    for correction in corrections:
        try:
            old, new = _KINDS[correction.kind](page, correction, ground)
        except CorrectionError as error:
            made.append((correction, (), str(error)))
            continue
        page = _replaced(page, old, new) if new else page
        made.append((correction, tuple(_first_position(piece) for piece in _made(correction, old, new)), None))
    owners = {at: piece.article_id for piece in page for start, end in piece.source_spans for at in range(start, end)}
    kept = [
        KeptCorrection(correction, tuple(dict.fromkeys(owners[at] for at in positions if at in owners)), reason)
        for correction, positions, reason in made
    ]
    return Corrected(page, tuple(kept))


Change = tuple[list[Article], list[Article]]
"""Pieces that go, and what stands in their place; nothing in their place: the page is already cut so."""


def _merge(page: Sequence[Article], correction: Correction, ground: Ground) -> Change:
    chosen: list[Article] = []
    for anchor in correction.anchors:
        extent = ground.extent(anchor)
        if extent is None:
            raise CorrectionError("a piece to be merged is not found in the document as it is now")
        wanted = visible(ground.text, extent)
        holder = _holder(page, wanted, ground.text)
        parts = [piece for piece in page if piece is holder or _belongs(piece, wanted, ground.text)]
        chosen += [piece for piece in _along(parts, extent) if piece not in chosen]
    return chosen, merged(ground.document, chosen)


def _along(parts: Sequence[Article], extent: Sequence[Span]) -> list[Article]:
    """Pieces in the order in which an extent, which is in reading order, comes upon them."""
    order: list[Article] = []
    for start, end in extent:
        for piece in parts:
            if piece not in order and any(low < end and start < high for low, high in piece.source_spans):
                order.append(piece)
    return order


def _split(page: Sequence[Article], correction: Correction, ground: Ground) -> Change:
    before, at = ground.last(correction.anchors[0]), ground.first(correction.anchors[1])
    if isinstance(before, str) or isinstance(at, str):
        raise CorrectionError(before if isinstance(before, str) else str(at))
    piece, other = _owner(page, at), _owner(page, before)
    if piece is not other:
        return [other, piece], []
    order = [position for start, end in piece.source_spans for position in range(start, end)]
    if order.index(before) > order.index(at):
        raise CorrectionError("the two articles stand in the other order in the piece as it is cut now")
    dates = {one.published for one in page}
    return [piece], split(ground.document, piece, at, page_wide_date=len(dates) == 1)


def _retitle(page: Sequence[Article], correction: Correction, ground: Ground) -> Change:
    article, headline = correction.anchors
    piece = _target(page, article, ground)
    title = ground.point(headline, within=visible(ground.text, piece.source_spans))
    if isinstance(title, str):
        raise CorrectionError(title)
    # A blank between the headline's words may stand in a piece that lends it nothing else.
    taken = _positions(headline_spans(ground.text, title))
    others = [one for one in page if one is not piece and _positions(one.source_spans) & taken]
    return [piece, *others], retitled(ground.document, piece, title, others)


def _positions(spans: Iterable[Span]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _rekind(page: Sequence[Article], correction: Correction, ground: Ground) -> Change:
    piece = _target(page, correction.anchors[0], ground)
    assert correction.to_kind is not None
    return [piece], rekinded(piece, correction.to_kind)


_KINDS = {"merge": _merge, "split": _split, "retitle": _retitle, "rekind": _rekind}


def _made(correction: Correction, old: list[Article], new: list[Article]) -> list[Article]:
    """The pieces a correction is about, not those that only lost their share of a headline."""
    count = 2 if correction.kind == "split" else 1
    return (new or old)[:count]


def _target(page: Sequence[Article], anchor: Anchor, ground: Ground) -> Article:
    extent = ground.extent(anchor)
    if extent is None:
        raise CorrectionError("the article is not found in the document as it is now")
    return _holder(page, visible(ground.text, extent), ground.text)


def _holder(page: Sequence[Article], wanted: set[int], text: str) -> Article:
    """The piece that holds most of some characters; of equals the one that holds least else."""
    return max(
        page,
        key=lambda piece: (
            len((mine := visible(text, piece.source_spans)) & wanted),
            -len(mine),
            -_first_position(piece),
        ),
    )


def _belongs(piece: Article, wanted: set[int], text: str) -> bool:
    mine = visible(text, piece.source_spans)
    return len(mine & wanted) > MOSTLY * len(mine)


def _owner(page: Sequence[Article], at: int) -> Article:
    return next(piece for piece in page if any(start <= at < end for start, end in piece.source_spans))


def _first_position(piece: Article) -> int:
    return min(start for start, _ in piece.source_spans)


def _replaced(page: Sequence[Article], old: Sequence[Article], new: Sequence[Article]) -> tuple[Article, ...]:
    """The page with new pieces in place of old ones, in order, and no reference to a piece that is gone."""
    gone = {id(piece) for piece in old}
    pieces = [piece for piece in page if id(piece) not in gone] + list(new)
    firsts = {piece.article_id: _first_position(piece) for piece in page}
    owners = {at: piece for piece in pieces for start, end in piece.source_spans for at in range(start, end)}

    def now(reference: str | None, own: Article) -> str | None:
        if reference not in firsts:
            return reference
        owner = owners[firsts[reference]]
        return None if owner.article_id == own.article_id else owner.article_id

    def original(reference: str | None, own: Article) -> str | None:
        """What a piece repeats now; nothing if that is furniture now, for then its text would be found nowhere."""
        found = now(reference, own)
        changed = found in {piece.article_id for piece in new if piece.kind == "furniture"}
        return None if changed else found

    pieces = [
        replace(piece, duplicate_of=original(piece.duplicate_of, piece), continues=now(piece.continues, piece))
        for piece in pieces
    ]
    return tuple(sorted(pieces, key=_first_position))
