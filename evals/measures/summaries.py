"""What a summary holds: the nuggets wanted of it, and how many facts it packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.gold.strings import holds
from evals.measures.measure import MeanMeasure, Outcome, RatioMeasure, Reply, Score, missing
from evals.samples.sample import Json, Sample
from rag.text.figures import find_figures
from rag.text.names import find_names


def summary_text(reply: Reply) -> str:
    """The summary; empty where it declines."""
    return reply.get("summary") or ""


def _recalled(nuggets: Sequence[Json], reply: Reply) -> tuple[int, int]:
    text = summary_text(reply)
    return sum(holds(text, nugget["must"]) for nugget in nuggets), len(nuggets)


@dataclass(frozen=True)
class NuggetRecall(RatioMeasure):
    """Share of all nuggets that stand in their article's summary, by the string rule."""

    name = "nugget_recall"
    source = "Nuggets after TREC QA (Voorhees 2003); AutoNuggetizer, Pradeep et al. 2024; strings for the assessor"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Found over wanted."""
        nuggets = sample.gold.get("nuggets") or ()
        return (missing(reply) or self.share(*_recalled(nuggets, reply))) if nuggets else None


@dataclass(frozen=True)
class VitalNuggetRecall(RatioMeasure):
    """The same over vital nuggets alone."""

    name = "vital_nugget_recall"
    source = NuggetRecall.source

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Found over wanted."""
        nuggets = [one for one in sample.gold.get("nuggets") or () if one["vital"]]
        return (missing(reply) or self.share(*_recalled(nuggets, reply))) if nuggets else None


@dataclass(frozen=True)
class FactDensity(RatioMeasure):
    """Different figures, dates and names a hundred characters of summary."""

    name = "fact_density"
    source = "Own, after entity density of Adams et al. 2023 (Chain of Density), with figures and dates"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Facts over hundreds of characters."""
        if sample.task != "summarise":
            return None
        text = summary_text(reply)
        facts = {figure.raw for figure in find_figures(text)} | {name.text for name in find_names(text)}
        return missing(reply) or self.share(len(facts), len(text) / 100)


@dataclass(frozen=True)
class SummaryRate(MeanMeasure):
    """Share of articles that got a summary rather than an abstention."""

    name = "summary_rate"
    source = "Own: one row per article always"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0."""
        return (missing(reply) or Score(float(bool(summary_text(reply))))) if sample.task == "summarise" else None
