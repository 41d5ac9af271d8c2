"""Whether every citation's characters are the document's characters at its spans."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, missing
from evals.samples.sample import Json, Sample


def cited(reply: Reply) -> list[Json]:
    """Every pointer of the reply: citations, and the nearest evidence of an abstention."""
    return [*(reply.get("citations") or ()), *((reply.get("abstention") or {}).get("nearest") or ())]


@dataclass(frozen=True)
class PointerValidity(MeanMeasure):
    """Share of replies with citations all of which quote the document exactly; documents are read by ourselves."""

    name = "pointer_validity"
    source = "Promise 1: the joined characters at source_spans are the quote (README.md)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 where every quote is the text at its spans."""
        if sample.task not in ("ask", "read", "summarise", "digest"):
            return None
        pointers = cited(reply)
        if not pointers:
            return missing(reply)
        texts = self.bench.documents(sample)
        unknown = [one["document"] for one in pointers if one.get("document") not in texts]
        if unknown and not texts:
            return Unscored("the documents cited are not at hand")
        return Score(float(not unknown and all(_valid(one, texts[one["document"]]) for one in pointers)))


def _valid(citation: Json, text: str) -> bool:
    spans = citation.get("source_spans") or []
    inside = all(0 <= start < end <= len(text) for start, end in spans)
    return bool(spans) and inside and "".join(text[start:end] for start, end in spans) == citation.get("quote")
