"""Whether the best sentence of the given text holds the answer, whether or not the system then dared to say it."""

from __future__ import annotations

from dataclasses import dataclass

from evals.gold.strings import holds
from evals.measures.answers import wanted_groups
from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, answerable, missing
from evals.samples.sample import Sample


@dataclass(frozen=True)
class SentenceAtOne(MeanMeasure):
    """Share of answerable questions whose first-ranked sentence holds an answer by the string rule."""

    name = "sentence@1"
    source = "Answer sentence selection, Yang et al. 2015 (WikiQA): hit at rank 1"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0."""
        if sample.task != "read" or not answerable(sample):
            return None
        if "sentences" not in reply:
            return missing(reply) or Unscored("the system does not rank sentences")
        first = reply["sentences"][0] if reply["sentences"] else ""
        return Score(float(holds(first, wanted_groups(sample))))
