"""Whether the verifier tells true claims from altered ones."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, missing
from evals.samples.sample import Sample

_SOURCE = (
    "Binary claim verification: supported against not supported; 'partial' is not supported (FEVER, Thorne et al. 2018)"
)


def _right(sample: Sample, reply: Reply) -> Outcome:
    if (fault := missing(reply)) is not None:
        return fault
    verdict = reply.get("verdict")
    if verdict not in ("supported", "partial", "unsupported"):
        return Unscored(f"verdict {verdict!r}")
    return Score(float((verdict == "supported") == (sample.gold["label"] == "supported")))


@dataclass(frozen=True)
class VerdictAccuracy(MeanMeasure):
    """Share of claims judged as labelled."""

    name = "verdict_accuracy"
    source = _SOURCE

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0."""
        return _right(sample, reply) if sample.task == "verify" else None


@dataclass(frozen=True)
class FalseClaimsCaught(MeanMeasure):
    """Share of altered claims that are not passed as supported."""

    name = "false_claims_caught"
    source = _SOURCE

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0 for an altered claim."""
        return _right(sample, reply) if sample.task == "verify" and sample.gold["label"] != "supported" else None


@dataclass(frozen=True)
class TrueClaimsKept(MeanMeasure):
    """Share of true claims that are passed as supported."""

    name = "true_claims_kept"
    source = _SOURCE

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0 for a true claim."""
        return _right(sample, reply) if sample.task == "verify" and sample.gold["label"] == "supported" else None
