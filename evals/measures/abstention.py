"""Declining when it is right, and only then."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, answerable, missing, replied
from evals.samples.sample import Sample

_UNTOLD = Unscored("the system does not say whether it declines")


@dataclass(frozen=True)
class AbstentionPrecision(MeanMeasure):
    """Of the replies that decline, the share of questions that the pages do not answer."""

    name = "abstention_precision"
    source = "Precision over 'unanswerable', Rajpurkar et al. 2018 (SQuAD 2.0)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0 for a reply that declines."""
        if not replied(sample) or reply.get("abstained") is False:
            return None
        if reply.get("abstained") is None:
            return missing(reply) or _UNTOLD
        return Score(float(not answerable(sample)))


@dataclass(frozen=True)
class AbstentionRecall(MeanMeasure):
    """Of the questions that the pages do not answer, the share that is declined."""

    name = "abstention_recall"
    source = "Recall over 'unanswerable', Rajpurkar et al. 2018 (SQuAD 2.0); rejection rate of RGB, Chen et al. 2024"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0 for a question that wants declining."""
        if not replied(sample) or answerable(sample) or sample.gold.get("may_flag"):
            return None
        if reply.get("abstained") is None:
            return missing(reply) or _UNTOLD
        return Score(float(reply["abstained"]))


@dataclass(frozen=True)
class WrongAbstentionRate(MeanMeasure):
    """Of the questions that the pages answer, the share that is declined."""

    name = "wrong_abstention_rate"
    source = "1 - answered share of the answerable half, Rajpurkar et al. 2018 (SQuAD 2.0)"
    better = "lower"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0 for a question that wants an answer."""
        if not answerable(sample):
            return None
        if reply.get("abstained") is None:
            return missing(reply) or _UNTOLD
        return Score(float(reply["abstained"]))


@dataclass(frozen=True)
class AbstentionReason(MeanMeasure):
    """Of the rightly declined questions whose gold says why, the share declined for that reason."""

    name = "abstention_reason"
    source = "Own: the reply's abstention code against the gold's reason"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0 for a rightly declined question."""
        reason = sample.gold.get("reason")
        if not replied(sample) or answerable(sample) or not reason or not reply.get("abstained"):
            return None
        return Score(float((reply.get("abstention") or {}).get("code") == reason))
