"""Summaries by quoting: the headline, or the clauses of an article that tell most within the length asked.

Every claim is a verbatim slice of the article's text. Knows nothing of verification or how claims are joined beyond
the full stop that the join adds.
"""

from __future__ import annotations

from rag.mapping import Span
from rag.models import Article, Draft, DraftClaim, Pointer
from rag.protocols import SummaryRequest
from rag.summarise.choose import choose, length_of
from rag.summarise.units import Run, Sentence, body_sentences, headline

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
        spans = _headline_style(article, request.max_chars) if request.style == "headline" else []
        spans = spans or _brief(article, request.max_chars if request.style != "headline" else HEADLINE_CHARS)
        if not spans:
            return Draft((), MODEL, "no_evidence")
        return Draft(tuple(_claim(article, span) for span in spans), MODEL)


def _claim(article: Article, span: Span) -> DraftClaim:
    quote = article.text[span[0] : span[1]]
    return DraftClaim(quote, (Pointer(0, quote),))


def _headline_style(article: Article, max_chars: int) -> list[Span]:
    printed = headline(article)
    if printed and length_of(article.text[printed.span[0] : printed.span[1]]) <= max_chars:
        return [printed.span]
    return []


def _brief(article: Article, max_chars: int) -> list[Span]:
    sentences = body_sentences(article)
    printed = headline(article)
    if not sentences:
        sentences, printed = ([printed] if printed else []), None
    if sum(length_of(article.text[slice(*sentence.span)]) for sentence in sentences) <= max_chars:
        return [sentence.span for sentence in sentences]
    options = [printed, *sentences] if printed and not _said(article, printed, sentences[0]) else sentences
    chosen = choose(article, options, max_chars)
    return _joined(article, chosen) or _cut(sentences, max_chars)


def _said(article: Article, printed: Sentence, lead: Sentence) -> bool:
    """Whether the lead already says the headline in the same words."""
    head = article.text[slice(*printed.span)]
    first = article.text[slice(*lead.span)]
    pairs = {head[at : at + 2] for at in range(len(head) - 1)}
    return bool(pairs) and sum(pair in first for pair in pairs) >= 0.7 * len(pairs)


def _joined(article: Article, chosen: list[Run]) -> list[Span]:
    """Spans of the runs, runs of one sentence that touch joined."""
    spans: list[Span] = []
    for run in chosen:
        between = article.text[spans[-1][1] : run.span[0]] if spans and spans[-1][1] <= run.span[0] else "|"
        if spans and len(between) <= 1 and between in ("，", ",", "；", ";", ""):
            spans[-1] = (spans[-1][0], run.span[1])
        else:
            spans.append(run.span)
    return spans


def _cut(sentences: list[Sentence], max_chars: int) -> list[Span]:
    """The start of the lead where no whole clause fits; the one cut inside a clause there is."""
    if not sentences:
        return []
    start, end = sentences[0].span
    return [(start, min(end, start + max_chars - 1))]
