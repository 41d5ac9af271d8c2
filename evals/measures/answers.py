"""Whether the answer says what is wanted, by the string rule of the gold; and both ways of being right together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evals.gold.strings import comparable, holds
from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, answerable, missing, replied
from evals.samples.sample import Sample

_MARKERS = re.compile(r"\[\d{1,3}\]")


def answer_text(reply: Reply) -> str:
    """The answer without citation markers; empty where the reply declines."""
    return "" if reply.get("abstained") else _MARKERS.sub("", reply.get("answer") or "")


def wanted_groups(sample: Sample) -> list[list[str]]:
    """Groups of which each needs one string; without groups any of the answers will do."""
    gold = sample.gold
    return gold.get("must") or [[*gold.get("answers", ()), *gold.get("variants", ())]]


def matches(sample: Sample, reply: Reply) -> bool:
    """Whether the answer holds a string of every group."""
    return holds(answer_text(reply), wanted_groups(sample))


def right(sample: Sample, reply: Reply) -> bool:
    """Whether the reply is what the gold wants: the answer, or an abstention; over altered texts also a flag."""
    if answerable(sample):
        return matches(sample, reply)
    flagged = bool(sample.gold.get("may_flag")) and (bool(reply.get("conflicts")) or matches(sample, reply))
    return bool(reply.get("abstained")) or flagged


@dataclass(frozen=True)
class AnswerMatch(MeanMeasure):
    """Share of answerable questions whose answer holds what is wanted; declining is wrong here."""

    name = "answer_match"
    source = "String rule of the gold (evals/gold/README.md); inclusion as in RGB, Chen et al. 2024, section 3.2"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0."""
        return (missing(reply) or Score(float(matches(sample, reply)))) if answerable(sample) else None


@dataclass(frozen=True)
class Accuracy(MeanMeasure):
    """Share of questions answered as wanted, or declined where the pages do not answer."""

    name = "accuracy"
    source = "answer_match on answerable questions, abstention on the others; over altered texts a flag (RGB)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0."""
        if not replied(sample):
            return None
        if (fault := missing(reply)) is not None:
            return fault
        if not answerable(sample) and reply.get("abstained") is None:
            return Unscored("the system does not say whether it declines")
        return Score(float(right(sample, reply)))


@dataclass(frozen=True)
class MixUpRate(MeanMeasure):
    """Share of answers that hold a string telling of a mix-up. A hint: a right answer may mention one."""

    name = "mix_up_rate"
    source = "`must_not` of the gold; counterfactual `fake_answers` as in RGB, Chen et al. 2024, section 3.2"
    better = "lower"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 where one of the strings stands in the answer."""
        wrong = sample.gold.get("must_not")
        if not replied(sample) or not wrong:
            return None
        folded = comparable(answer_text(reply))
        return missing(reply) or Score(float(any(comparable(string) in folded for string in wrong)))
