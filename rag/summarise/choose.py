"""The runs of clauses that together tell most within a length: greedy choice by new worth, then by worth a character.

A run is only worth what the chosen ones have not told yet, which removes redundancy (maximal marginal relevance over
facts; Carbonell and Goldstein 1998, with the cost-scaled greedy of Lin and Bilmes 2010). Knows nothing of styles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.models import Article
from rag.summarise.facts import Reader, Telling
from rag.summarise.units import Run, Sentence, dangles, runs, without_link

LEAD_BONUS = 1.6
"""How much more the lead tells than later sentences: news puts first what matters."""

COST_POWER = 0.9
"""Between choosing by worth alone (0) and by worth a character (1)."""

OPENING_BONUS = 1.1
"""How much more the first sentence of a later paragraph tells: it says what the paragraph is about."""

FRESH_START_FACTOR = 0.85
HEADLINE_FACTOR = 0.7
LEAST_GAIN = 0.2
"""A run adding less than this tells nothing new."""

_SENTENCE_ENDS = "。！？!?…"
_CLOSERS = '”」』）)"’'


@dataclass(frozen=True, slots=True)
class _Option:
    run: Run
    facts: dict[str, float]
    cost: int
    dangles: bool


def length_of(text: str) -> int:
    """Characters a claim takes in the joined text: a full stop is added where it does not end in one."""
    return len(text) + (not ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Whether a claim ends in a mark that closes a sentence."""
    return text.rstrip(_CLOSERS)[-1:] in tuple(_SENTENCE_ENDS)


def choose(article: Article, sentences: Sequence[Sentence], max_chars: int) -> list[Run]:
    """Runs in source order whose joined length is at most ``max_chars``; empty when not even one fits."""
    options = _options(article, sentences)
    chosen: list[_Option] = []
    told: dict[str, float] = {}
    room = max_chars
    while True:
        best = _best(options, chosen, told, room)
        if best is None:
            break
        chosen = [option for option in chosen if not _within(option.run, best.run)] + [best]
        told |= best.facts
        room = max_chars - sum(option.cost for option in chosen)
        options = [one for one in options if not _overlap(one.run, best.run) or _within(best.run, one.run)]
    return [option.run for option in sorted(chosen, key=lambda option: _order(option.run))]


def _options(article: Article, sentences: Sequence[Sentence]) -> list[_Option]:
    reader = Reader(article)
    return [
        option
        for sentence in sentences
        for option in _sentence_options(article, sentence, reader.read)
    ]  # fmt: skip


def _sentence_options(article: Article, sentence: Sentence, read: Callable[[str], Telling]) -> list[_Option]:
    tellings = [read(article.text[start:end]) for start, end in sentence.clauses]
    options: list[_Option] = []
    for run in runs(article.text, sentence):
        span = without_link(article.text, run.span)
        run = Run(sentence, run.first, run.last, span)
        factor = HEADLINE_FACTOR if sentence.is_headline else LEAD_BONUS if sentence.position == 0 else 1.0
        factor *= FRESH_START_FACTOR if run.first else OPENING_BONUS if sentence.opens_paragraph else 1.0
        facts: dict[str, float] = {}
        for telling in tellings[run.first : run.last + 1]:
            for key, worth in telling.facts.items():
                facts[key] = max(facts.get(key, 0.0), worth * telling.factor * factor)
        options.append(_Option(run, facts, length_of(run.text(article)), dangles(article.text, span)))
    return options


def _best(options: Sequence[_Option], chosen: Sequence[_Option], told: dict[str, float], room: int) -> _Option | None:
    best: tuple[float, _Option] | None = None
    for option in options:
        cost = option.cost - sum(one.cost for one in chosen if _within(one.run, option.run))
        if cost > room or not _readable(option, chosen):
            continue
        gain = sum(worth for key, worth in option.facts.items() if key not in told)
        if gain < LEAST_GAIN and chosen:
            continue
        value = gain / max(cost, 1) ** COST_POWER
        if best is None or value > best[0]:
            best = (value, option)
    return best[1] if best else None


def _readable(option: _Option, chosen: Sequence[_Option]) -> bool:
    """Whether nothing in the run points at a noun that the summary does not hold."""
    if not option.dangles:
        return True
    position = option.run.sentence.position
    return any(other.run.sentence.position in (position - 1, position) and not other.run.sentence.is_headline
               and other.run.span < option.run.span for other in chosen)  # fmt: skip


def _within(inner: Run, outer: Run) -> bool:
    return outer.span[0] <= inner.span[0] and inner.span[1] <= outer.span[1]


def _overlap(first: Run, second: Run) -> bool:
    return first.span[0] < second.span[1] and second.span[0] < first.span[1]


def _order(run: Run) -> tuple[int, int]:
    return (0 if run.sentence.is_headline else 1, run.span[0])
