"""The statements that together tell most within a length, readable in order: whoever acts is named before what follows.

A statement is only worth what the chosen ones have not told yet, which removes redundancy (maximal marginal relevance
over facts; Carbonell and Goldstein 1998, with the cost-scaled greedy of Lin and Bilmes 2010, started once from each
way to quote the lead and kept where it tells most). Knows nothing of how drafts are checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models import Article
from rag.summarise.facts import Reader
from rag.summarise.options import Option, lead_position, options_of
from rag.summarise.statements import Run
from rag.summarise.subjects import Subjects
from rag.summarise.units import Sentence

COST_POWERS = (0.7, 0.9)
"""Between choosing by worth alone (0) and by worth a character (1); both are tried."""

LEAST_GAIN = 0.2
"""A statement adding less than this tells nothing new."""

LEAST_GROWTH = 0.02
"""A chosen statement may grow to the end of its sentence for less: a whole sentence reads better than its beginning."""

STATEMENT_COST = 0.2
"""Worth a statement must have before it counts: few complete statements read better than many scraps."""

MAX_STARTS = 6
"""Ways to quote the lead that are tried."""

START_POWER = 0.8
"""Between starting with the way to quote the lead that tells most (0) and most a character (1)."""

MAX_OPTIONS = 150
"""Options kept of a long article for each cost power; no summary looks further down its list."""

STATEMENT_CHARS = 30
"""A summary may hold one statement for so many characters."""

BULLET_CHARS = 44
"""Longest line of a list that is still taken in at a glance."""

LEAD_LINE_CHARS = 70
"""Longest first line of a list: who did what, when and where needs more."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the summary should look like: its length, how many statements, how long each and the lead may be."""

    max_chars: int
    max_statements: int
    max_statement_chars: int
    max_lead_chars: int

    @classmethod
    def brief(cls, max_chars: int) -> Shape:
        """Three statements in up to 90 characters, seven in 200, twelve at most."""
        return cls(max_chars, min(12, max(3, -(-max_chars // STATEMENT_CHARS))), max_chars, max_chars)

    @classmethod
    def bullets(cls, max_chars: int) -> Shape:
        """Short lines of one fact each."""
        return cls(
            max_chars, max(2, max_chars // 20), min(max_chars, BULLET_CHARS), min(max_chars // 2, LEAD_LINE_CHARS)
        )

    @classmethod
    def line(cls, max_chars: int) -> Shape:
        """One statement."""
        return cls(max_chars, 1, max_chars, max_chars)


def choose(article: Article, sentences: Sequence[Sentence], shape: Shape) -> list[Run]:
    """Runs in source order that fit the shape; empty when not even one does."""
    reader = Reader(article)
    lead = lead_position(article, sentences, reader)
    options = _worthiest(
        options_of(article, sentences, reader, lead, (shape.max_statement_chars, shape.max_lead_chars)), lead
    )
    if shape.max_statements == 1:
        options = [one for one in options if one.run.leans_on == "nothing" and not one.dangles] or options
    choice = _Choice(options, Subjects.of(article, sentences, options, lead), shape)
    tried = [choice.filled(start, power) for start in choice.starts(lead) for power in COST_POWERS]
    best = choice.exchanged(max(tried, key=_worth), lead)
    return [option.run for option in sorted(best, key=lambda option: (option.position >= 0, option.run.span))]


@dataclass(frozen=True, slots=True)
class _Choice:
    """The options, and what decides between them."""

    options: Sequence[Option]
    subjects: Subjects
    shape: Shape

    def starts(self, lead: int) -> list[list[Option]]:
        """The ways to begin: with the lead as it tells most a character, or with nothing where no part of it fits."""
        leads = [one for one in self.options if one.position == lead and self.subjects.readable(one, ())]
        leads.sort(key=lambda one: -one.worth / one.cost**START_POWER)
        return [[one] for one in leads[:MAX_STARTS] if one.cost <= self.shape.max_chars] or [[]]

    def filled(self, chosen: Sequence[Option], power: float) -> list[Option]:
        """The chosen options and what is best added to them, one at a time."""
        chosen = list(chosen)
        options = [one for one in self.options if all(one.apart(kept) for kept in chosen)]
        while (added := self._best(options, chosen, power)) is not None:
            chosen = [option for option in chosen if not added.holds(option)] + [added]
            options = [one for one in options if one is not added and one.apart(added)]
        return chosen

    def exchanged(self, best: list[Option], lead: int) -> list[Option]:
        """The same, each statement but the lead's given up in turn where others in its place tell more."""
        for option in [one for one in best if one.position != lead]:
            rest = [one for one in best if one is not option]
            others = _Choice([one for one in self.options if one is not option], self.subjects, self.shape)
            found = others.filled(rest, COST_POWERS[0])
            if _worth(found) > _worth(best) and all(self.subjects.readable(one, found) for one in found):
                best = found
        return best

    def _best(self, options: Sequence[Option], chosen: Sequence[Option], power: float) -> Option | None:
        told = {key for option in chosen for key in option.facts}
        room = self.shape.max_chars - sum(option.cost for option in chosen)
        full = len(chosen) >= self.shape.max_statements
        beside = {one.position for one in chosen}
        best_value, best = 0.0, None
        for option in options:
            inside = [one for one in chosen if option.holds(one)] if option.position in beside else []
            cost = option.cost - sum(one.cost for one in inside)
            if cost > room or (full and not inside):
                continue
            scale = max(cost, 1) ** power
            if best is not None and not inside and option.worth - STATEMENT_COST <= best_value * scale:
                continue  # it cannot tell more than all it holds
            gain = sum([worth for key, worth in option.facts.items() if key not in told])
            gain += option.words - sum(one.words for one in inside) - STATEMENT_COST * (1 - len(inside))
            if chosen and gain < (LEAST_GROWTH if inside else LEAST_GAIN):
                continue
            if (best is None or gain / scale > best_value) and self.subjects.readable(option, chosen):
                best_value, best = gain / scale, option
        return best


def _worthiest(options: list[Option], lead: int) -> list[Option]:
    """The options that alone tell most for their length, and the sentence openings they lean on, in order."""
    kept: set[int] = set()
    for power in COST_POWERS:
        value = [(one.worth - STATEMENT_COST) / one.cost**power for one in options]
        kept.update(sorted(range(len(options)), key=lambda at: -value[at])[:MAX_OPTIONS])
    sentences = {options[at].position for at in kept if options[at].run.leans_on == "sentence"} | {0, lead}
    openings = (at for at, one in enumerate(options) if one.position in sentences
                and (not one.run.first or one.run.leans_on == "nothing"))  # fmt: skip
    return [options[at] for at in sorted(kept.union(openings))]


def _worth(chosen: Sequence[Option]) -> float:
    told: dict[str, float] = {}
    for option in chosen:
        for key, worth in option.facts.items():
            told[key] = max(told.get(key, 0.0), worth)
    return sum(told.values()) + sum(option.words - STATEMENT_COST for option in chosen)
