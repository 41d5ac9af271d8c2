"""The statements that together tell most within a length, readable in order: whoever acts is named before what follows.

A statement is only worth what the chosen ones have not told yet, which removes redundancy (maximal marginal relevance
over facts; Carbonell and Goldstein 1998, with the cost-scaled greedy of Lin and Bilmes 2010, started once from each
way to quote the lead and kept where it tells most). Knows nothing of how drafts are checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models import Article
from rag.summarise.facts import Reader, Telling
from rag.summarise.grammar import dangles, noun_pointed_at
from rag.summarise.statements import Run, runs
from rag.summarise.units import Sentence
from rag.text.script import to_simplified

LEAD_BONUS = 1.3
"""How much more the lead tells than later sentences: news puts first what matters."""

COST_POWERS = (0.7, 0.9)
"""Between choosing by worth alone (0) and by worth a character (1); both are tried."""

OPENING_BONUS = 1.25
"""How much more the first sentence of a later paragraph tells: it says what the paragraph is about."""

PARAGRAPH = 0.3
"""What the first statement from a paragraph adds: summaries cover the report (Lin and Bilmes 2011)."""

FRESH_START_FACTOR = 1.0
HEADLINE_FACTOR = 0.6
LEAST_GAIN = 0.2
"""A statement adding less than this tells nothing new."""

LEAST_GROWTH = 0.02
"""A chosen statement may grow to the end of its sentence for less: a whole sentence reads better than its beginning."""

STATEMENT_COST = 0.1
"""Worth a statement must have before it counts: few complete statements read better than many scraps."""

MAX_STARTS = 2
"""Ways to quote the lead that are tried: as many of the shortest as of the longest that fit."""

MAX_OPTIONS = 150
"""Options kept of a long article for each cost power; no summary looks further down its list."""

_SENTENCE_ENDS = "。！？!?…"
_CLOSERS = '”」』）)"’'


@dataclass(frozen=True, slots=True)
class Shape:
    """What the summary should look like: its length, how many statements, how long each may be (characters)."""

    max_chars: int
    max_statements: int
    max_statement_chars: int

    @classmethod
    def brief(cls, max_chars: int) -> Shape:
        """Two to five statements in up to 200 characters, up to eight in more."""
        return cls(max_chars, min(8, max(2, -(-max_chars // 40))), max_chars)

    @classmethod
    def bullets(cls, max_chars: int) -> Shape:
        """Short lines of one fact each."""
        return cls(max_chars, max(2, max_chars // 20), min(max_chars, BULLET_CHARS))

    @classmethod
    def line(cls, max_chars: int) -> Shape:
        """One statement."""
        return cls(max_chars, 1, max_chars)


BULLET_CHARS = 44
"""Longest line of a list that is still taken in at a glance."""


@dataclass(frozen=True, slots=True)
class _Option:
    run: Run
    facts: dict[str, float]
    words: float
    cost: int
    plain: str
    dangles: bool


def length_of(text: str) -> int:
    """Characters a claim takes in the joined text: a full stop is added where it does not end in one."""
    return len(text) + (not ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Whether a claim ends in a mark that closes a sentence."""
    return text.rstrip(_CLOSERS)[-1:] in tuple(_SENTENCE_ENDS)


def choose(article: Article, sentences: Sequence[Sentence], shape: Shape) -> list[Run]:
    """Runs in source order that fit the shape; empty when not even one does."""
    options = _worthiest(_options(article, sentences, shape))
    if shape.max_statements == 1:
        options = [one for one in options if one.run.leans_on == "nothing" and not one.dangles] or options
    subjects = _subjects(options)
    starts: list[list[_Option]] = [[]]
    leads = [one for one in options if one.run.sentence.position == 0 and not one.run.first and not one.dangles
             and not one.run.sentence.is_headline and one.cost <= shape.max_chars]  # fmt: skip
    starts += [[lead] for lead in leads[:MAX_STARTS] + leads[MAX_STARTS:][-MAX_STARTS:]]
    best: list[_Option] = []
    best_worth = 0.0
    for start in starts:
        for power in COST_POWERS:
            found = _filled(list(start), options, subjects, shape, power)
            worth = _worth(found)
            if worth > best_worth:
                best, best_worth = found, worth
    for option in list(best):
        rest = [one for one in best if one is not option]
        others = [one for one in options if one is not option and not any(_overlap(one.run, kept.run) for kept in rest)]
        found = _filled(rest, others, subjects, shape, COST_POWERS[0])
        if _worth(found) > best_worth and all(_readable(one, found, subjects) for one in found):
            best, best_worth = found, _worth(found)
    return [option.run for option in sorted(best, key=lambda option: _order(option.run))]


def _worthiest(options: list[_Option]) -> list[_Option]:
    """The options that alone tell most for their length, and the sentence openings they lean on, in order."""
    kept: set[int] = set()
    for power in COST_POWERS:
        value = [(sum(one.facts.values()) + one.words - STATEMENT_COST) / one.cost**power for one in options]
        kept.update(sorted(range(len(options)), key=lambda at: -value[at])[:MAX_OPTIONS])
    sentences = {options[at].run.sentence.position for at in kept if options[at].run.leans_on == "sentence"} | {0}
    openings = (at for at, one in enumerate(options) if one.run.sentence.position in sentences
                and (not one.run.first or one.run.leans_on == "nothing"))  # fmt: skip
    return [options[at] for at in sorted(kept.union(openings))]


def _filled(
    chosen: list[_Option], options: Sequence[_Option], subjects: Sequence[int], shape: Shape, power: float
) -> list[_Option]:
    """The chosen options and what is best added to them, one at a time."""
    options = [one for one in options if all(_apart(one.run, kept.run) for kept in chosen)]
    while True:
        best = _best(options, chosen, subjects, shape, power)
        if best is None:
            return chosen
        chosen = [option for option in chosen if not _within(option.run, best.run)] + [best]
        options = [one for one in options if one is not best and _apart(one.run, best.run)]


def _worth(chosen: Sequence[_Option]) -> float:
    told: dict[str, float] = {}
    for option in chosen:
        for key, worth in option.facts.items():
            told[key] = max(told.get(key, 0.0), worth)
    return sum(told.values()) + sum(option.words - STATEMENT_COST for option in chosen)


def _options(article: Article, sentences: Sequence[Sentence], shape: Shape) -> list[_Option]:
    reader = Reader(article)
    lead = next((to_simplified(article.text[slice(*one.span)]) for one in sentences if not one.is_headline), "")
    return [
        option
        for sentence in sentences
        for option in _sentence_options(article, sentence, reader, shape, lead)
    ]  # fmt: skip


def _sentence_options(article: Article, sentence: Sentence, reader: Reader, shape: Shape, lead: str) -> list[_Option]:
    if sentence.is_headline:
        found = [Run(sentence, 0, 0, sentence.span)]
    else:
        found = [run for run in runs(article, sentence, lead) if run.span[1] - run.span[0] <= shape.max_statement_chars]
    tellings = [reader.read(article.text[start:end]) for start, end in sentence.clauses] if found else []
    options: list[_Option] = []
    for run in found:
        plain = to_simplified(run.text(article))
        told = tellings[run.first : run.last + 1]
        if sentence.position and _hollow(told):
            continue
        facts = _facts(told, _factor(run))
        facts[f"p{sentence.paragraph}"] = 0.0 if sentence.is_headline else PARAGRAPH
        words = sum(telling.words * telling.factor for telling in told) * _factor(run)
        options.append(_Option(run, facts, words, length_of(run.text(article)), plain, dangles(plain)))
    return options


def _hollow(tellings: Sequence[Telling]) -> bool:
    """Whether every clause is a slogan, a formula or a mere time, with nothing in it to check."""
    return all(telling.factor < 1.0 and not telling.firm for telling in tellings)


def _factor(run: Run) -> float:
    if run.sentence.is_headline:
        return HEADLINE_FACTOR
    factor = LEAD_BONUS if run.sentence.position == 0 else 1.0
    return factor * (FRESH_START_FACTOR if run.first else OPENING_BONUS if run.sentence.opens_paragraph else 1.0)


def _facts(tellings: Sequence[Telling], factor: float) -> dict[str, float]:
    facts: dict[str, float] = {}
    for telling in tellings:
        for key, worth in telling.facts.items():
            facts[key] = max(facts.get(key, 0.0), worth * telling.factor * factor)
    return facts


def _best(
    options: Sequence[_Option], chosen: Sequence[_Option], subjects: Sequence[int], shape: Shape, power: float
) -> _Option | None:
    told = {key for option in chosen for key in option.facts}
    room = shape.max_chars - sum(option.cost for option in chosen)
    best: tuple[float, _Option] | None = None
    for option in options:
        inside = [one for one in chosen if _within(one.run, option.run)]
        cost = option.cost - sum(one.cost for one in inside)
        if cost > room or (not inside and len(chosen) >= shape.max_statements):
            continue
        gain = sum(worth for key, worth in option.facts.items() if key not in told) - STATEMENT_COST * (1 - len(inside))
        gain += option.words - sum(one.words for one in inside)
        if (chosen and gain < (LEAST_GROWTH if inside else LEAST_GAIN)) or not _readable(option, chosen, subjects):
            continue
        value = gain / max(cost, 1) ** power
        if best is None or value > best[0]:
            best = (value, option)
    return best[1] if best else None


def _subjects(options: Sequence[_Option]) -> list[int]:
    """Positions of the body's sentences that open with their subject, in order."""
    heads = [option.run for option in options if not option.run.first and not option.run.sentence.is_headline]
    return sorted({run.sentence.position for run in heads if run.leans_on == "nothing"})


def _readable(option: _Option, chosen: Sequence[_Option], subjects: Sequence[int]) -> bool:
    """Whether the chosen statements before this one name what it leans on and what its opening word points at."""
    before = [one for one in chosen if one.run.span < option.run.span or one.run.sentence.is_headline]
    if option.dangles and not _resolved(option, before):
        return False
    if option.run.leans_on == "nothing":
        return True
    position = option.run.sentence.position
    if option.run.leans_on == "sentence":
        named = option.run.named_in
        return any(one.run.sentence.position == position and one.run.first <= named <= one.run.last
                   and not one.run.sentence.is_headline for one in before)  # fmt: skip
    opens = not option.run.first and position <= min(subjects, default=0)
    return opens or any(not one.run.sentence.is_headline for one in before)


def _resolved(option: _Option, before: Sequence[_Option]) -> bool:
    noun = noun_pointed_at(option.plain)
    if noun is not None and any(noun in one.plain for one in before):
        return True
    near = (option.run.sentence.position - 1, option.run.sentence.position)
    return any(one.run.sentence.position in near and not one.run.sentence.is_headline for one in before)


def _within(inner: Run, outer: Run) -> bool:
    return outer.span[0] <= inner.span[0] and inner.span[1] <= outer.span[1]


def _overlap(first: Run, second: Run) -> bool:
    return first.span[0] < second.span[1] and second.span[0] < first.span[1]


def _apart(option: Run, chosen: Run) -> bool:
    """Whether an option may still be chosen beside a chosen run, or in its place because it holds all of it."""
    return not _overlap(option, chosen) or _within(chosen, option)


def _order(run: Run) -> tuple[int, int]:
    return (0 if run.sentence.is_headline else 1, run.span[0])
