"""Summaries by quoting: the headline, or the clauses of an article that tell most within the length asked.

Every claim is a verbatim slice of the article's text. Knows nothing of verification or how claims are joined beyond
the full stop that the join adds.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.mapping import Span
from rag.models import Article, Draft, DraftClaim, Pointer
from rag.protocols import SummaryRequest
from rag.summarise.choose import Shape, choose, length_of
from rag.summarise.statements import Run
from rag.summarise.units import Sentence, body_sentences, headline
from rag.text.figures import find_figures
from rag.text.names import find_names
from rag.text.normalise import fold

MODEL = "extractive"

HEADLINE_CHARS = 30
"""Length of a headline where none is printed; printed ones rarely run longer."""


class ExtractiveSummariser:
    """Drafts summaries of one article from its own words."""

    model = MODEL

    def summarise(self, request: SummaryRequest) -> Draft:
        """At most ``request.max_chars`` characters, facts first, in source order.

        Never empty for a piece that holds a sentence or a headline; abstains with ``no_evidence`` for any other.
        """
        article = request.article
        if request.style == "headline":
            spans = _headline_style(article, request.max_chars)
        elif request.style == "bullets":
            spans = _statements(article, Shape.bullets(request.max_chars), _lines)
        else:
            spans = _whole(article, request.max_chars) or _statements(article, Shape.brief(request.max_chars))
        if not spans:
            return Draft((), MODEL, "no_evidence")
        return Draft(tuple(_claim(article, span) for span in spans), MODEL)


def _claim(article: Article, span: Span) -> DraftClaim:
    quote = article.text[span[0] : span[1]]
    return DraftClaim(quote, (Pointer(0, quote),))


def _headline_style(article: Article, max_chars: int) -> list[Span]:
    """The printed headline; without one that fits, the start of the lead that says who did what, in one line."""
    printed = headline(article)
    if printed and length_of(article.text[slice(*printed.span)]) <= max_chars:
        return [printed.span]
    sentences = body_sentences(article)
    line = Shape.line(min(max_chars, HEADLINE_CHARS))
    for few in (sentences[:2], sentences):
        if chosen := choose(article, few, line):
            return _joined(chosen)
    return _cut(sentences, line.max_chars)


def _whole(article: Article, max_chars: int) -> list[Span]:
    """All sentences of a body that fits; empty for a longer one."""
    sentences = [one for one in body_sentences(article) if not one.broken]
    if not sentences:
        printed = headline(article)
        return [printed.span] if printed and length_of(article.text[slice(*printed.span)]) <= max_chars else []
    fits = sum(length_of(article.text[slice(*sentence.span)]) for sentence in sentences) <= max_chars
    return [sentence.span for sentence in sentences] if fits else []


def _statements(article: Article, shape: Shape, joined: Callable[[list[Run]], list[Span]] | None = None) -> list[Span]:
    joined = joined or _joined
    sentences = body_sentences(article)
    printed = headline(article)
    if not sentences:
        return [printed.span] if printed else []
    if printed and _adds(article, printed, [sentences[0].span]):
        spans = joined(choose(article, [printed, *sentences], shape))
        if printed.span not in spans or _adds(article, printed, [one for one in spans if one != printed.span]):
            return spans or _cut(sentences, shape.max_chars)
    return joined(choose(article, sentences, shape)) or _cut(sentences, shape.max_chars)


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


def _joined(chosen: list[Run]) -> list[Span]:
    """Spans of the runs, runs of one sentence that touch joined."""
    spans: list[Span] = []
    before: Run | None = None
    for run in chosen:
        touch = before is not None and before.sentence is run.sentence and run.span[0] - before.span[1] <= 1
        if touch:
            spans[-1] = (spans[-1][0], run.span[1])
        else:
            spans.append(run.span)
        before = run
    return spans


def _lines(chosen: list[Run]) -> list[Span]:
    """Spans of the runs, each a line of its own."""
    return [run.span for run in chosen]


def _cut(sentences: list[Sentence], max_chars: int) -> list[Span]:
    """The start of the lead where no whole clause fits; the one cut inside a clause there is."""
    if not sentences:
        return []
    start, end = sentences[0].span
    return [(start, min(end, start + max_chars - 1))]
