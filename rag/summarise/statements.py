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
from rag.summarise.omission import shortened, without_brackets
from rag.summarise.units import FINAL, Sentence, ends_sentence, stripped
from rag.text.names import find_names
from rag.text.script import to_simplified

Lean = Literal["nothing", "sentence", "actor"]
"""What a statement needs before it: nothing, the opening of its own sentence (which names its subject), or the actor
the article is about."""


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses of a sentence as one statement: the ``pieces`` of the text it quotes, its closing comma left out."""

    sentence: Sentence
    kept: tuple[int, ...]
    pieces: tuple[Span, ...]
    leans_on: Lean = "nothing"
    named_in: int = 0
    """For a run that leans on its sentence: the clause that names its subject."""

    @property
    def first(self) -> int:
        """The clause it begins with."""
        return self.kept[0]

    @property
    def last(self) -> int:
        """The clause it ends with."""
        return self.kept[-1]

    @property
    def span(self) -> Span:
        """From its first character to its last, what it leaves out included."""
        return self.pieces[0][0], self.pieces[-1][1]

    def text(self, article: Article) -> str:
        """The quoted characters."""
        return "".join(article.text[start:end] for start, end in self.pieces)


def runs(article: Article, sentence: Sentence, lead: str = "", density: Sequence[float] | None = None) -> Iterator[Run]:
    """Every run of clauses that may stand alone: from the sentence's start, or from a clause that opens afresh.

    Args:
        article: where the sentence stands.
        sentence: the sentence.
        lead: the article's first sentence; a subject that stands there is the article's actor and need not be repeated.
        density: worth a character of each clause; with it, runs come also without their weaker clauses.
    """
    plain = [to_simplified(article.text[start:end]) for start, end in sentence.clauses]
    wished, named = False, None
    aims = _aims(plain)
    for first in range(len(plain)):
        quotable = (
            first not in aims
            and not _is_share(plain, first)
            and _opens_a_run(plain[first], first, broken=sentence.broken, wished=wished)
        )
        leans = _lean(plain, first, named, sentence, lead) if quotable else "nothing"
        last_named = named
        wished = wished or wishes(plain[first])
        if has_subject(plain[first]) and (first or not sentence.broken):
            named = first
        if not quotable:
            continue
        earliest = _main_clause(plain, first)
        for last in range(first, min(first + MAX_CLAUSES, len(plain))):
            final = last == len(plain) - 1
            if last < earliest or leads_on(plain[last]) or (final and last > 0 and sentence.unfinished):
                continue
            shorter = shortened(plain, first, last, density) if density and last > first + 1 else ()
            for kept in (tuple(range(first, last + 1)), *shorter):
                pieces = _pieces(article.text, sentence, kept)
                quote = "".join(article.text[slice(*piece)] for piece in pieces)
                whole = not first and final and ends_sentence(quote)
                if _stands(quote, "".join(plain[at] for at in kept), fresh=first > 0, whole=whole):
                    yield Run(sentence, kept, pieces, leans, last_named or 0)


def _is_share(plain: Sequence[str], first: int) -> bool:
    """Whether a clause tells of a part of what the clause before its 「其中」 counts; alone it would add to it."""
    return first > 0 and plain[first - 1].rstrip("，,") in ("其中", "其余")


def _aims(plain: Sequence[str]) -> range:
    """Clauses that only go on with the purpose a sentence opens with: what was meant is never told as done."""
    if not plain or not plain[0].startswith("为"):
        return range(0)
    ends = (at for at in range(1, len(plain)) if has_subject(plain[at]) or sets_time(plain[at]))
    return range(1, next(ends, 1))


def _main_clause(plain: Sequence[str], first: int) -> int:
    """The first clause that a run from ``first`` may end with: a purpose stands before the time, then who did what."""
    if not plain[first].startswith("为"):
        return first
    times = [at for at in range(first, len(plain) - 1) if sets_time(plain[at])]
    return times[0] + 1 if times else first


def _pieces(text: str, sentence: Sentence, kept: Sequence[int]) -> tuple[Span, ...]:
    """The spans that the kept clauses are quoted from: no opening connective, no comma at the end, no asides."""
    start, end = without_link(text, stripped(text, (sentence.clauses[kept[0]][0], sentence.clauses[kept[-1]][1])))
    spans: list[Span] = []
    for at in kept:
        low, high = max(start, sentence.clauses[at][0]), min(end, sentence.clauses[at][1])
        if spans and spans[-1][1] == low:
            spans[-1] = (spans[-1][0], high)
        elif low < high:
            spans.append((low, high))
    return tuple(piece for span in spans for piece in without_brackets(text, span))


def _opens_a_run(clause: str, first: int, *, broken: bool, wished: bool) -> bool:
    """Whether a statement may begin here: not leaning on the clause before, nor under its 要 or 将."""
    if first == 0:
        return not broken
    return not tied(clause) and (not wished or wishes(clause))


def _lean(plain: Sequence[str], first: int, named: int | None, sentence: Sentence, lead: str) -> Lean:
    if _opens_with_subject(plain, first):
        return "nothing"
    if named is None or (sentence.position and speaks_of(plain[named], lead)):
        return "actor"
    return "sentence"


MAX_CLAUSES = 12
"""Longest run in clauses; a summary has no room for more, and the number of runs stays linear."""

MIN_CHARS = 12
"""Shortest statement without a figure or a name: shorter ones are scraps, whatever they say."""

_MARKS = (("“", "”"), ("「", "」"), ("《", "》"), ("（", "）"), ("(", ")"))


def speaks_of(plain: str, lead: str) -> bool:
    """Whether the subject of a clause is that of the lead, by name or as 该…."""
    named = subject(plain)
    return named is not None and (noun_pointed_at(named) is not None or named in lead)


def _opens_with_subject(plain: Sequence[str], first: int) -> bool:
    """Whether the clauses from ``first`` name their subject: in the first one, or after clauses that set the scene."""
    for clause in plain[first:]:
        if has_subject(clause):
            return True
        heading = clause.endswith("。") and not first
        if not (heading or sets_time(clause) or leads_on(clause)):
            return False
    return False


def _stands(quote: str, plain: str, *, fresh: bool, whole: bool) -> bool:
    """Whether a run reads as a statement: it has a verb or is a whole sentence, is long enough, leaves nothing open."""
    closed = all(quote.count(start) == quote.count(end) for start, end in _MARKS) and quote.count('"') % 2 == 0
    if not closed or not (whole or has_verb(plain)) or only_quoted(plain):
        return False
    return len(quote.rstrip(FINAL)) >= MIN_CHARS or (not fresh and _tells(plain))


def _tells(plain: str) -> bool:
    """Whether a short statement holds a figure or names somebody."""
    return any(char.isdigit() for char in plain) or any(name.kind != "quoted" for name in find_names(plain))


def without_link(text: str, span: Span) -> Span:
    """The span without an opening connective (同时, 据了解 …) that ties it to what stood before."""
    start = span[0] + opening_link(to_simplified(text[span[0] : span[1]]))
    return stripped(text, (start, span[1]))
