"""Summaries by quoting: the headline, or the clauses of an article that tell most within the length asked.

Every claim is a verbatim slice of the article's text. Knows nothing of verification or how claims are joined beyond
the full stop that the join adds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.mapping import Span
from rag.models import Article, Draft, DraftClaim, Pointer
from rag.protocols import SummaryRequest
from rag.summarise.choose import Shape, choose
from rag.summarise.heading import line_of
from rag.summarise.statements import Run
from rag.summarise.units import Sentence, body_sentences, ends_sentence, headline, length_of, stripped
from rag.text.figures import find_figures
from rag.text.names import find_names
from rag.text.normalise import fold

MODEL = "extractive"

Pieces = tuple[Span, ...]
"""What one claim quotes: stretches of one sentence, in order; more than one where something between is left out."""

_BOUNDARIES = " 　\n,，、;；(（"

HEADLINE_CHARS = 40
"""Longest line where no headline is printed; printed ones of news rarely run longer."""


class ExtractiveSummariser:
    """Drafts summaries of one article from its own words."""

    model = MODEL

    def summarise(self, request: SummaryRequest) -> Draft:
        """At most ``request.max_chars`` characters, facts first, in source order.

        Never empty for a piece that holds a sentence or a headline; abstains with ``no_evidence`` for any other.
        """
        article = request.article
        if request.style == "headline":
            found = _headline_style(article, request.max_chars)
        elif request.style == "bullets":
            found = _statements(article, Shape.bullets(request.max_chars), _lines)
        else:
            found = _whole(article, request.max_chars) or _statements(article, Shape.brief(request.max_chars))
        if not found:
            return Draft((), MODEL, "no_evidence")
        return Draft(tuple(_claim(article, pieces) for pieces in found), MODEL)


def _claim(article: Article, pieces: Pieces) -> DraftClaim:
    quotes = [article.text[start:end] for start, end in pieces]
    return DraftClaim("".join(quotes), tuple(Pointer(0, quote) for quote in quotes))


def _headline_style(article: Article, max_chars: int) -> list[Pieces]:
    """The printed headline; without one that fits, the start of the lead that says who did what, in one line."""
    printed = headline(article)
    if printed and length_of(article.text[slice(*printed.span)]) <= max_chars:
        return [(printed.span,)]
    sentences = body_sentences(article)
    line = Shape.line(min(max_chars, HEADLINE_CHARS))
    if found := line_of(article, sentences, line.max_chars):
        return [found]
    for few in (sentences[:2], sentences):
        if chosen := choose(article, few, line):
            return _joined(chosen)
    return _in_order(article, sentences, line.max_chars) if sentences else []


def _whole(article: Article, max_chars: int) -> list[Pieces]:
    """All sentences of a body that fits; empty for a longer one."""
    sentences = [one for one in body_sentences(article) if not one.broken]
    if not sentences:
        printed = headline(article)
        return [(printed.span,)] if printed and length_of(article.text[slice(*printed.span)]) <= max_chars else []
    fits = sum(length_of(article.text[slice(*sentence.span)]) for sentence in sentences) <= max_chars
    return [(sentence.span,) for sentence in sentences] if fits else []


def _statements(
    article: Article, shape: Shape, joined: Callable[[list[Run]], list[Pieces]] | None = None
) -> list[Pieces]:
    joined = joined or _joined
    sentences = body_sentences(article)
    printed = headline(article)
    if not sentences:
        return [(_cut(article.text, printed.span, shape.max_chars - 1),)] if printed else []
    if _is_list(article, sentences):
        return _in_order(article, sentences, shape.max_chars)
    if printed and _adds(article, printed, [sentences[0].span]):
        found = joined(choose(article, [printed, *sentences], shape))
        others = [span for pieces in found for span in pieces if span != printed.span]
        if (printed.span,) not in found or _adds(article, printed, others):
            return found or _in_order(article, sentences, shape.max_chars)
    return joined(choose(article, sentences, shape)) or _in_order(article, sentences, shape.max_chars)


SAID = 0.6
"""Share of a headline's character pairs that other statements hold when they say what it says."""


def _adds(article: Article, printed: Sentence, spans: list[Span]) -> bool:
    """Whether the headline holds a figure or a name that the statements do not, and says it in other words."""
    head = fold(article.text[slice(*printed.span)])
    rest = fold("\n".join(article.text[slice(*span)] for span in spans))
    pairs = {head[at : at + 2] for at in range(len(head) - 1)}
    if sum(pair in rest for pair in pairs) >= SAID * len(pairs):
        return False
    figures = [figure.raw for figure in find_figures(head)]
    names = [name.text for name in find_names(head) if name.kind != "quoted"]
    return any(fact not in rest for fact in figures + names)


def _joined(chosen: list[Run]) -> list[Pieces]:
    """What the runs quote; a run that goes on from another of its sentence is put behind it, after a comma."""
    found: list[Pieces] = []
    before: Run | None = None
    for run in chosen:
        if before is not None and before.sentence is run.sentence and _goes_on(before, run):
            *head, (start, _) = found[-1]
            gap = before.last + 1 == run.first
            found[-1] = (*head, *_linked((start, before.sentence.clauses[before.last][1]), run, gap))
        else:
            found.append(run.pieces)
        before = run
    return found


def _goes_on(before: Run, run: Run) -> bool:
    return run.leans_on == "sentence" or before.last + 1 == run.first


def _linked(last: Span, run: Run, touching: bool) -> Pieces:
    """The last piece, to its comma, and those of a run behind it; one piece where they touch."""
    first, *rest = run.pieces
    return ((last[0], first[1]), *rest) if touching else (last, first, *rest)


def _lines(chosen: list[Run]) -> list[Pieces]:
    """What each run quotes, a line of its own."""
    return [run.pieces for run in chosen]


LISTED = 0.5
"""Share of lines without a full stop from which a body is a list: prices, prizes, tables, verse."""


def _is_list(article: Article, sentences: Sequence[Sentence]) -> bool:
    """Whether a body is made of lines rather than sentences."""
    lines = sum(not ends_sentence(article.text[slice(*one.span)]) for one in sentences)
    return len(sentences) > 2 and lines > LISTED * len(sentences)


def _in_order(article: Article, sentences: Sequence[Sentence], max_chars: int) -> list[Pieces]:
    """The sentences or lines of a body from its first on, as many as fit; the start of the first where it does not."""
    found: list[Pieces] = []
    for sentence in sentences:
        cost = length_of(article.text[slice(*sentence.span)])
        if cost > max_chars:
            break
        found.append((sentence.span,))
        max_chars -= cost
    return found or [(_cut(article.text, sentences[0].span, max_chars - 1),)]


def _cut(text: str, span: Span, max_chars: int) -> Span:
    """The start of a span, to the end of a word or an item where one ends in its second half."""
    start, end = span
    if end - start <= max_chars:
        return span
    low, high = start + max_chars // 2, start + max_chars
    ends = [at for at in range(low, high + 1) if text[at] in _BOUNDARIES]
    return stripped(text, (start, ends[-1] if ends else high))
