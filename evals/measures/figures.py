"""Whether the figures of the gold answer stand in the answer, in whatever dress."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.answers import answer_text
from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, answerable, missing
from evals.samples.sample import Sample
from rag.text.figures import find_figures, same_figure


@dataclass(frozen=True)
class FigureAccuracy(MeanMeasure):
    """Share of answerable questions with figures in their gold answer all of which the answer states."""

    name = "figure_accuracy"
    source = "Own: value, unit and hedge compared by rag.text.figures.same_figure (320万元 is 3200000元)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 where every figure of one gold answer stands in the answer."""
        golds = [find_figures(gold) for gold in sample.gold.get("answers", ())] if answerable(sample) else []
        golds = [figures for figures in golds if figures]
        if not golds:
            return None
        said = find_figures(answer_text(reply))
        right = any(all(any(same_figure(one, other) for other in said) for one in figures) for figures in golds)
        return missing(reply) or Score(float(right))
