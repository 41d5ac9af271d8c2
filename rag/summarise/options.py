"""What an article offers to its summary: each statement with what it tells, what it costs and how it reads.

Worth is set so that facts of the development pages' nuggets are told (``evals/README.md``, *summaries*); which of the
statements to take is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.mapping import Span
from rag.models import Article
from rag.summarise.facts import Reader, Telling, opens_in_general, sentence_factors
from rag.summarise.grammar import dangles, lacks_noun
from rag.summarise.statements import Run, runs
from rag.summarise.units import Sentence, length_of
from rag.text.script import to_simplified

LEAD_BONUS = 1.3
"""How much more the lead tells than later sentences: news puts first what matters."""

OPENING_BONUS = 1.25
"""How much more the first sentence of a later paragraph tells: it says what the paragraph is about."""

PARAGRAPH = 0.3
"""What the first statement from a paragraph adds: summaries cover the report (Lin and Bilmes 2011)."""

HEADLINE_FACTOR = 0.6
"""What a headline keeps of its worth: it is printed above the summary too."""

OPENING_SENTENCES = 4
"""How far down the lead may stand."""

LEAD_CHARS = 26
"""Shorter sentences without a figure only announce the news, they are not the lead."""

SCRAP_CHARS = 16
"""A shorter statement without a figure, a name or a measure tells nothing that a reader would miss."""


@dataclass(frozen=True, slots=True)
class Option:
    """A statement that may be taken: worth by fact key, worth of its other words, and its length in characters.

    ``plain`` is its text simplified; ``dangles`` and ``lacks_noun`` say that it points at what stands elsewhere.
    """

    run: Run
    facts: dict[str, float]
    words: float
    cost: int
    plain: str
    dangles: bool
    lacks_noun: bool
    worth: float
    """What it tells alone."""

    position: int
    """The place of its sentence in the body; -1 for the headline."""

    span: Span
    """From its first character to its last."""

    kept: frozenset[int]
    """The clauses it quotes."""

    def holds(self, other: Option) -> bool:
        """Whether it says all that another statement of its sentence says."""
        return self.position == other.position and other.kept <= self.kept

    def apart(self, chosen: Option) -> bool:
        """Whether it may be taken beside a chosen statement, or in its place because it holds all of it."""
        overlap = self.span[0] < chosen.span[1] and chosen.span[0] < self.span[1]
        return not overlap or self.holds(chosen)


def options_of(
    article: Article, sentences: Sequence[Sentence], reader: Reader, lead: int, max_chars: tuple[int, int]
) -> list[Option]:
    """Every statement of the sentences that is worth looking at, in reading order.

    Args:
        article: what is summarised.
        sentences: of its body, and its headline where that may be quoted.
        reader: of the article.
        lead: position of the sentence that opens the report.
        max_chars: longest statement, and longest one from the lead.
    """
    body = [one for one in sentences if not one.is_headline]
    actor = to_simplified(article.text[slice(*body[0].span)]) if body else ""
    found: list[Option] = []
    for sentence in sentences:
        tellings = _tellings(article, sentence, reader)
        longest = max(max_chars) if sentence.position == lead and not sentence.is_headline else max_chars[0]
        for run in _runs(article, sentence, tellings, actor):
            text = run.text(article)
            told = [tellings[at] for at in run.kept]
            if length_of(text) <= longest and _tells(run, told, text, len(tellings), lead):
                found.append(_option(run, told, text, lead))
    return found


def lead_position(article: Article, sentences: Sequence[Sentence], reader: Reader) -> int:
    """Position of the sentence that opens the report: the first that tells news, not a general truth or a slogan."""
    for sentence in [one for one in sentences if not one.is_headline][:OPENING_SENTENCES]:
        text = article.text[slice(*sentence.span)]
        if sentence.broken or opens_in_general(to_simplified(text)):
            continue
        tellings = [reader.read(article.text[start:end]) for start, end in sentence.clauses]
        if (len(text) >= LEAD_CHARS or any(map(str.isdigit, text))) and not _hollow(tellings):
            return sentence.position
    return 0


def _runs(article: Article, sentence: Sentence, tellings: Sequence[Telling], actor: str) -> list[Run]:
    if sentence.is_headline:
        return [Run(sentence, (0,), (sentence.span,))]
    density = [_density(telling, span) for telling, span in zip(tellings, sentence.clauses, strict=True)]
    return list(runs(article, sentence, actor, density))


def _tellings(article: Article, sentence: Sentence, reader: Reader) -> list[Telling]:
    """What each clause tells, in its sentence."""
    clauses = [article.text[start:end] for start, end in sentence.clauses]
    factors = sentence_factors([to_simplified(clause) for clause in clauses])
    read = zip(map(reader.read, clauses), factors, strict=True)
    return [replace(telling, factor=telling.factor * factor) if factor < 1.0 else telling for telling, factor in read]


def _option(run: Run, told: Sequence[Telling], text: str, lead: int) -> Option:
    factor, plain = _factor(run, lead), to_simplified(text)
    facts = _facts(told, factor)
    facts[f"p{run.sentence.paragraph}"] = 0.0 if run.sentence.is_headline else PARAGRAPH
    words = sum(telling.words * telling.factor for telling in told) * factor
    return Option(
        run,
        facts,
        words,
        length_of(text),
        plain,
        dangles(plain),
        lacks_noun(plain),
        worth=sum(facts.values()) + words,
        position=-1 if run.sentence.is_headline else run.sentence.position,
        span=run.span,
        kept=frozenset(run.kept),
    )


def _tells(run: Run, told: Sequence[Telling], text: str, clauses: int, lead: int) -> bool:
    """Whether a statement is neither a scrap nor a slogan, and does not end in one that could be left off."""
    if len(told) > 1 and run.last < clauses - 1 and _hollow(told[-1:]):
        return False
    if run.sentence.is_headline:
        return True
    firm = any(telling.firm for telling in told)
    if run.sentence.position < lead and (not firm or opens_in_general(to_simplified(text))):
        return False
    if not firm and len(text) < SCRAP_CHARS and run.sentence.position > lead:
        return False
    return run.sentence.position == lead or not _hollow(told)


def _density(telling: Telling, span: Span) -> float:
    """Worth a character of a clause by itself."""
    return (sum(telling.facts.values()) * telling.factor + telling.words) / (span[1] - span[0])


def _hollow(tellings: Sequence[Telling]) -> bool:
    """Whether every clause is a slogan, a formula or a mere time, with nothing in it to check."""
    return all(telling.factor < 1.0 and not telling.firm for telling in tellings)


def _factor(run: Run, lead: int) -> float:
    if run.sentence.is_headline:
        return HEADLINE_FACTOR
    factor = LEAD_BONUS if run.sentence.position == lead else 1.0
    return factor * (OPENING_BONUS if not run.first and run.sentence.opens_paragraph else 1.0)


def _facts(tellings: Sequence[Telling], factor: float) -> dict[str, float]:
    facts: dict[str, float] = {}
    for telling in tellings:
        for key, worth in telling.facts.items():
            facts[key] = max(facts.get(key, 0.0), worth * telling.factor * factor)
    return facts
