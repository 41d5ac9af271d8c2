"""The risk-coverage curve: how wrong the answered share is when only the surest replies are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.measures.answers import right
from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, missing, replied
from evals.samples.sample import Sample
from evals.statistics import Parts


def curve(parts: Parts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coverage and risk after each of the surest ``1..n`` replies.

    Args:
        parts: rows (confidence, wrong); ties of confidence share their risk, so order among them does not matter.
    """
    order = np.argsort(-parts[:, 0], kind="stable")
    confidence, wrong = parts[order, 0], parts[order, 1].astype(np.float64).copy()
    edges = np.flatnonzero(np.diff(confidence)) + 1
    for group in np.split(np.arange(len(wrong)), edges):
        wrong[group] = wrong[group].mean()
    counts = np.arange(1, len(wrong) + 1)
    return counts / len(wrong), np.cumsum(wrong) / counts


@dataclass(frozen=True)
class RiskCoverageArea(MeanMeasure):
    """Area under the risk-coverage curve of the replies that answer, surest first; lower is better.

    Confidence is the reply's own ``confidence`` where it has one, else the best retrieval score among its citations.
    """

    name = "aurc"
    source = "El-Yaniv and Wiener 2010; area as the mean risk over coverages, Geifman et al. 2019"
    better = "lower"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Row (confidence, wrong) of a reply that answers."""
        if not replied(sample) or reply.get("abstained"):
            return None
        if (fault := missing(reply)) is not None:
            return fault
        confidence = reply.get("confidence")
        if confidence is None:
            confidence = max((one["score"] for one in reply.get("citations") or () if "score" in one), default=None)
        if confidence is None:
            return Unscored("the reply says nothing to take its confidence from")
        wrong = float(not right(sample, reply))
        return Score(wrong, (float(confidence), wrong))

    @staticmethod
    def combine(parts: Parts) -> float:
        """Mean risk over the curve."""
        return float(curve(parts)[1].mean())
