"""How long a reply takes, as the caller waits; questions asked at the same time wait for each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, missing
from evals.samples.sample import Sample
from evals.statistics import Parts


@dataclass(frozen=True)
class LatencyMs(MeanMeasure):
    """Mean milliseconds from question to reply."""

    name = "latency_ms"
    source = "Wall clock around the call"
    better = "lower"

    def score(self, sample: Sample, reply: Reply) -> Outcome:  # noqa: ARG002
        """Milliseconds."""
        return missing(reply) or Score(1000.0 * float(reply["seconds"]))


@dataclass(frozen=True)
class LatencyP95Ms(LatencyMs):
    """The milliseconds within which 95 of 100 replies are there."""

    name = "latency_p95_ms"
    source = "95th percentile of the wall clock around the call, linear between neighbours"

    @staticmethod
    def combine(parts: Parts) -> float:
        """The percentile."""
        return float(np.quantile(parts[:, 0], 0.95))
