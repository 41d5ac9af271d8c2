"""From what a person asks (ids of articles, words of the page) to a correction anchored in the document.

Knows nothing of stores or of how corrections are applied.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from rag.corrections.anchors import Ground, shown
from rag.corrections.lines import lines_of, visible
from rag.errors import CorrectionError
from rag.mapping import Span, merge_spans
from rag.models import Anchor, Article, Correction, CorrectionKind, CorrectionRequest, Document
from rag.text.normalise import fold, fold_mapped

ANCHOR_CHARS = (24, 200)
"""Characters on either side of a cut: at least so many, and more where they stand on the page twice."""

SHOWN_CANDIDATES = 8
_OPENERS = frozenset("“‘「『《【（([")


def made(request: CorrectionRequest, articles: Sequence[Article], document: Document, created: str) -> Correction:
    """The correction asked for.

    Args:
        request: what a person wants.
        articles: the articles it names, in its order, as they are cut now; all of ``document``.
        document: whose cut is corrected.
        created: now, ISO 8601 in UTC.

    Raises:
        CorrectionError: the words do not stand there, stand there more than once, or the request makes no sense.
    """
    ground = Ground(document)
    anchors = _MAKERS[request.kind](request, articles, ground)
    name = f"cor_{secrets.token_hex(8)}"
    return Correction(name, request.kind, document.document_id, tuple(anchors), created, request.to_kind)


def _merge(request: CorrectionRequest, articles: Sequence[Article], ground: Ground) -> list[Anchor]:
    if len({article.article_id for article in articles}) < max(2, len(articles)):
        raise CorrectionError(
            f"to {request.kind}, name two or more articles of one document, each once, in reading order"
        )
    return [Anchor.of(ground.text, article.source_spans) for article in articles]


def _split(request: CorrectionRequest, articles: Sequence[Article], ground: Ground) -> list[Anchor]:
    article = _only(request, articles)
    if ground.document.is_record:
        raise CorrectionError(f"{ground.document.document} is a record; a record is one article and is never split")
    words = _words(request)
    text = article.text
    found = list(fold_mapped(text).occurrences(fold(words)))
    if len(found) != 1:
        raise CorrectionError(_uncertain(words, text, found, "text of the article"))
    at = _widened(text, found[0], words)[0]
    if not text[:at].strip():
        raise CorrectionError(f"the article already begins with {shown(words)}; give the words where the second begins")
    flat = [span for line in lines_of(article) for span in line.spans]
    cut = article.mapped.source_position(at)
    assert cut is not None  # folding drops line breaks: a match begins with a character of the source
    return [_edge(ground, flat, cut, forward=False), _edge(ground, flat, cut, forward=True)]


def _edge(ground: Ground, spans: Sequence[Span], cut: int, *, forward: bool) -> Anchor:
    """The words on one side of a cut, as far as they stand together on the page, grown until they stand there once."""
    text = ground.text
    order = [at for start, end in spans for at in range(start, end)]
    n = order.index(cut)
    side = [at for at in (order[n:] if forward else order[:n][::-1]) if not text[at].isspace()]
    apart = (k for k in range(1, len(side)) if not _together(text, side[k - 1], side[k], forward))
    side = side[: next(apart, len(side))]
    fewest, most = ANCHOR_CHARS
    for size in range(fewest, most + 1, fewest):
        ends = (side[0], side[min(size, len(side)) - 1])
        anchor = Anchor.of(text, ((min(ends), max(ends) + 1),))
        if size >= len(side) or len(ground.places(anchor.words[0], 2)) == 1:
            break
    return anchor


def _together(text: str, one: int, other: int, forward: bool) -> bool:
    """Whether two characters in reading order stand together on the page, with white space between them at most."""
    low, high = (one, other) if forward else (other, one)
    return low < high and not text[low + 1 : high].strip()


def _widened(text: str, span: Span, words: str) -> Span:
    """The span with the quotation marks of the words, and an opening one that belongs to what follows it."""
    start, end = span
    while start and (text[start - 1] in _OPENERS or (text[start - 1] == words[0] and not fold(words[0]))):
        start -= 1
    while end < len(text) and text[end] == words[-1] and not fold(words[-1]):
        end += 1
    return start, end


def _retitle(request: CorrectionRequest, articles: Sequence[Article], ground: Ground) -> list[Anchor]:
    article = _only(request, articles)
    words = _words(request)
    inside = list(fold_mapped(article.text).occurrences(fold(words)))
    title: tuple[Span, ...]
    if inside:
        heads = [(part.start, part.end) for part in article.parts if part.role != "body"]
        best = [span for span in inside if any(s <= span[0] and span[1] <= e for s, e in heads)] or inside
        if len(best) > 1:
            raise CorrectionError(_uncertain(words, article.text, best, "text of the article"))
        title = article.mapped.spans_of(*_widened(article.text, best[0], words))
    else:
        places = ground.places(words)
        if len(places) != 1:
            raise CorrectionError(
                _uncertain(words, ground.text, places, "document") + "; a headline must be words of the page"
            )
        title = (_widened(ground.text, places[0], words),)
    body = merge_spans(_apart(article.source_spans, visible(ground.text, title)))
    return [Anchor.of(ground.text, body or article.source_spans), Anchor.of(ground.text, title)]


def _apart(spans: Sequence[Span], taken: set[int]) -> list[Span]:
    return [(at, at + 1) for start, end in spans for at in range(start, end) if at not in taken]


def _rekind(request: CorrectionRequest, articles: Sequence[Article], ground: Ground) -> list[Anchor]:
    if request.to_kind is None:
        raise CorrectionError("say which kind the piece is: article, photo_caption, continuation or furniture")
    return [Anchor.of(ground.text, _only(request, articles).source_spans)]


_Maker = Callable[[CorrectionRequest, Sequence[Article], Ground], list[Anchor]]
_MAKERS: Mapping[CorrectionKind, _Maker] = {"merge": _merge, "split": _split, "retitle": _retitle, "rekind": _rekind}


def _only(request: CorrectionRequest, articles: Sequence[Article]) -> Article:
    if len(articles) != 1:
        raise CorrectionError(f"{request.kind} takes one article, not {len(articles)}")
    return articles[0]


def _words(request: CorrectionRequest) -> str:
    words = (request.words or "").strip()
    if not fold(words):
        raise CorrectionError(f"{request.kind} needs words of the page")
    return words


def _uncertain(words: str, text: str, found: Sequence[Span], where: str) -> str:
    """Why words name no one place, with the candidates, or with the nearest words that do stand there."""
    if not found:
        near = _nearest(words, text)
        hint = f"; nearest: {shown(near)}" if near else ""
        return f"the words {shown(words)} do not stand in the {where}{hint}; copy them from `gazette show`"
    listed = "; ".join(shown(text[max(0, start - 8) : end + 12]) for start, end in found[:SHOWN_CANDIDATES])
    return f"the words {shown(words)} stand {len(found)} times in the {where}; give more of one of: {listed}"


def _nearest(words: str, text: str) -> str | None:
    """What stands where the longest beginning or end of the words is found."""
    folded, wanted = fold_mapped(text), fold(words)
    for size in range(len(wanted) - 1, 1, -1):
        for part in (wanted[:size], wanted[-size:]):
            place = folded.find(part)
            if place is not None:
                return text[max(0, place[0] - 4) : place[1] + 12]
    return None
