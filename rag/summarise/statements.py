"""Runs of a sentence's clauses that read as statements of their own: verb, subject, end, no quotation left open.

Verbatim spans of the article's text only. Knows nothing of worth or length limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.mapping import Span
from rag.models import Article
from rag.summarise.grammar import (
    has_subject,
    has_verb,
    leads_on,
    noun_pointed_at,
    only_quoted,
    opening_link,
    sets_time,
    subject,
    tied,
    wishes,
)
from rag.summarise.units import FINAL, Sentence, stripped
from rag.text.names import find_names
from rag.text.script import to_simplified

Lean = Literal["nothing", "sentence", "actor"]
"""What a statement needs before it: nothing, the opening of its own sentence (which names its subject), or the actor
the article is about."""


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses ``first`` to ``last`` of a sentence as one quotable span, its closing comma left out."""

    sentence: Sentence
    first: int
    last: int
    span: Span
    leans_on: Lean = "nothing"
    named_in: int = 0
    """For a run that leans on its sentence: the clause that names its subject."""

    def text(self, article: Article) -> str:
        """The quoted characters."""
        return article.text[self.span[0] : self.span[1]]


def runs(article: Article, sentence: Sentence, lead: str = "") -> Iterator[Run]:
    """Every run of clauses that may stand alone: from the sentence's start, or from a clause that opens afresh.

    Args:
        article: where the sentence stands.
        sentence: the sentence.
        lead: the article's first sentence; a subject that stands there is the article's actor and need not be repeated.
    """
    text, clauses = article.text, sentence.clauses
    plain = [to_simplified(text[start:end]) for start, end in clauses]
    wished, named = False, None
    for first in range(len(clauses)):
        quotable = _opens_a_run(plain[first], first, broken=sentence.broken, wished=wished)
        leans = _lean(plain, first, named, sentence, lead) if quotable else "nothing"
        last_named = named
        wished = wished or wishes(plain[first])
        if has_subject(plain[first]) and (first or not sentence.broken):
            named = first
        if not quotable:
            continue
        for last in range(first, min(first + MAX_CLAUSES, len(clauses))):
            final = last == len(clauses) - 1
            if leads_on(plain[last]) or (final and last > first and sentence.unfinished):
                continue
            span = without_link(text, stripped(text, (clauses[first][0], clauses[last][1])))
            if _stands(text[slice(*span)], "".join(plain[first : last + 1]), fresh=first > 0):
                yield Run(sentence, first, last, span, leans, last_named or 0)


def _opens_a_run(clause: str, first: int, *, broken: bool, wished: bool) -> bool:
    """Whether a statement may begin here: not leaning on the clause before, nor under its 要 or 将."""
    if first == 0:
        return not broken
    return not tied(clause) and (not wished or wishes(clause))


def _lean(plain: Sequence[str], first: int, named: int | None, sentence: Sentence, lead: str) -> Lean:
    if _opens_with_subject(plain, first):
        return "nothing"
    if named is None or (sentence.position and _speaks_of(plain[named], lead)):
        return "actor"
    return "sentence"


MAX_CLAUSES = 12
"""Longest run in clauses; a summary has no room for more, and the number of runs stays linear."""

MIN_CHARS = 12
"""Shortest statement without a figure or a name: shorter ones are scraps, whatever they say."""

_MARKS = (("“", "”"), ("「", "」"), ("《", "》"), ("（", "）"), ("(", ")"))


def _speaks_of(plain: str, lead: str) -> bool:
    """Whether the subject of a clause is that of the lead, by name or as 该…."""
    named = subject(plain)
    return named is not None and (noun_pointed_at(named) is not None or named in lead)


def _opens_with_subject(plain: Sequence[str], first: int) -> bool:
    """Whether the clauses from ``first`` name their subject: in the first one, or after clauses that set the scene."""
    for clause in plain[first:]:
        if has_subject(clause):
            return True
        if not (sets_time(clause) or leads_on(clause)):
            return False
    return False


def _stands(quote: str, plain: str, *, fresh: bool) -> bool:
    """Whether a run reads as a statement: it has a verb, is long enough, and leaves no quotation or bracket open."""
    closed = all(quote.count(start) == quote.count(end) for start, end in _MARKS) and quote.count('"') % 2 == 0
    if not closed or not has_verb(plain) or only_quoted(plain):
        return False
    return len(quote.rstrip(FINAL)) >= MIN_CHARS or (not fresh and _tells(plain))


def _tells(plain: str) -> bool:
    """Whether a short statement holds a figure or names somebody."""
    return any(char.isdigit() for char in plain) or any(name.kind != "quoted" for name in find_names(plain))


def without_link(text: str, span: Span) -> Span:
    """The span without an opening connective (同时, 据了解 …) that ties it to what stood before."""
    start = span[0] + opening_link(to_simplified(text[span[0] : span[1]]))
    return stripped(text, (start, span[1]))
