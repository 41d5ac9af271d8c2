"""Whether the figures of the gold answer stand in the answer, and those said in what is cited, in whatever dress."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.answers import answer_text
from evals.measures.measure import MeanMeasure, Outcome, RatioMeasure, Reply, Score, answerable, missing
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


@dataclass(frozen=True)
class UnsupportedFigureRate(RatioMeasure):
    """Share of the figures said that no quote cited for them holds; the reply's own verdicts do not count."""

    name = "unsupported_figure_rate"
    source = FigureAccuracy.source
    better = "lower"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Figures without ground over figures."""
        if sample.task not in ("ask", "read", "summarise", "digest"):
            return None
        quotes = {one["marker"]: one["quote"] for one in reply.get("citations") or () if "marker" in one}
        said = bad = 0
        for claim in reply.get("claims") or ():
            cited = [quotes[marker] for marker in claim.get("citations") or () if marker in quotes]
            held = find_figures("".join(cited)) + [one for quote in cited for one in find_figures(quote)]
            for figure in find_figures(claim["text"]):
                said += 1
                bad += not any(same_figure(figure, other) for other in held)
        return missing(reply) or self.share(bad, said)
