"""How much of what is said has no ground in what is cited."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.measure import Outcome, RatioMeasure, Reply, Unscored, missing
from evals.samples.sample import Sample


@dataclass(frozen=True)
class UnsupportedClaimRate(RatioMeasure):
    """Share of all claims said that our verifier finds unsupported by the quotes they cite.

    The reply's own verdicts do not count: a system with its verifier off must not pass.
    """

    name = "unsupported_claim_rate"
    source = "Own, after the hallucination rate of FActScore (Min et al. 2023): unsupported claims over claims"
    better = "lower"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Unsupported claims over claims."""
        if sample.task not in ("ask", "read", "summarise", "digest"):
            return None
        claims = reply.get("claims") or ()
        if not claims:
            said = reply.get("answer") or reply.get("summary") or reply.get("digest")
            return missing(reply) or (Unscored("the reply names no claims") if said else None)
        verifier = self.bench.verifier
        if verifier is None:
            return Unscored("no verifier at hand")
        quotes = {one["marker"]: one["quote"] for one in reply.get("citations") or () if "marker" in one}
        bad = 0
        for claim in claims:
            evidence = [quotes[marker] for marker in claim.get("citations") or () if marker in quotes]
            bad += not evidence or verifier.verify(claim["text"], evidence).label == "unsupported"
        return self.share(bad, len(claims))
