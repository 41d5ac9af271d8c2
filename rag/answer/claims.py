"""Claims made of sentences: cut to what is needed, told under their headline, the same thing told once.

Knows nothing of which sentence is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rag.answer.candidates import Candidate
from rag.answer.coverage import Scale
from rag.answer.question import Question
from rag.answer.scoring import FIGURE_KINDS, Scored
from rag.answer.trim import trim
from rag.answer.wanted import means_in
from rag.mapping import Span
from rag.models import DraftClaim, Evidence, Pointer
from rag.text.normalise import find_folded, fold

_NUMERALS = re.compile(r"[0-9.]+|[零一二三四五六七八九十百千万亿两]+")
ALIKE = 0.8
"""Share of character pairs in common from which two claims say the same."""
_CLOSING = frozenset('”"」』’》')
"""Marks a headline may end with, which folding passes over."""
TOLD_CHARS = 60
"""Characters a report's sentence may have beside its headline."""


def claim_of(question: Question, scale: Scale, scored: Scored) -> DraftClaim:
    """The claim that a chosen sentence makes: its needed clauses, with the answer in them."""
    text, found = scored.candidate.text, scored.found
    span = means_in(question, scored.candidate.plain) or ((found.start, found.end) if found else None)
    start, end = trim(text, span, lambda piece: scale.share(fold(piece)))
    quote = text[start:end]
    answer = text[span[0] : span[1]] if span and (question.kind in FIGURE_KINDS or found) else None
    return DraftClaim(quote, (Pointer(scored.candidate.evidence, quote),), answer, scored.support)


def under_headline(
    candidate: Candidate, evidence: Sequence[Evidence], scale: Scale, kept: Span | None = None
) -> DraftClaim:
    """A sentence cut to what the scale weighs, behind the headline of its report where the evidence shows that.

    Both are quoted; without a headline the sentence stands alone. ``kept`` is a span of it that must stay.
    """
    article = evidence[candidate.evidence].article
    within = kept if kept and kept[1] <= len(candidate.text) else None
    start, end = trim(candidate.text, within, lambda piece: scale.share(fold(piece)), TOLD_CHARS)
    said = Pointer(candidate.evidence, candidate.text[start:end])
    return told_under(headline(article.article_id, evidence), said)


def told_under(printed: Pointer | None, said: Pointer) -> DraftClaim:
    """A quote behind the headline of its report; alone where there is none, or where it says the headline itself."""
    if printed is None or fold(printed.quote) in fold(said.quote):
        return DraftClaim(said.quote, (said,))
    return DraftClaim(f"《{_one_line(printed.quote)}》:{said.quote}", (printed, said))


def headline(article_id: str, evidence: Sequence[Evidence]) -> Pointer | None:
    """Where the evidence prints the headline of an article; None where it has none or no passage shows it."""
    for index, item in enumerate(evidence):
        if item.article.article_id == article_id and item.article.title:
            span = find_folded(item.article.title, item.passage.text)
            if span is not None:
                start, end = span
                end += item.passage.text[end : end + 1] in _CLOSING
                return Pointer(index, item.passage.text[start:end])
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("《", "〈").replace("》", "〉")


def said_once(claims: Iterable[DraftClaim]) -> list[DraftClaim]:
    """The claims without those that only repeat another: inside it, or worded nearly the same."""
    kept: list[DraftClaim] = []
    for claim in claims:
        if not any(_repeats(claim, other) for other in kept):
            kept = [other for other in kept if not _is_inside(other, claim)]
            kept.append(claim)
    return kept


def _is_inside(claim: DraftClaim, other: DraftClaim) -> bool:
    """Whether a longer quote of the same passage says it all."""
    return claim.text in other.text and _passages(claim) == _passages(other)


def _repeats(claim: DraftClaim, other: DraftClaim) -> bool:
    """Whether a claim says what another said: all of it stands there, or the same figures in nearly the same words."""
    if claim.text == other.text or _is_inside(claim, other):
        return True
    mine, theirs = _pairs(claim.text), _pairs(other.text)
    alike = len(mine & theirs) >= ALIKE * max(len(mine | theirs), 1)
    return alike and _NUMERALS.findall(claim.text) == _NUMERALS.findall(other.text)


def _passages(claim: DraftClaim) -> set[int]:
    return {pointer.evidence for pointer in claim.pointers}


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(fold(text))}
