"""Whether the citations stand where a careful reader found the answer. Gold is spans, so any chunker can be judged."""

from __future__ import annotations

from dataclasses import dataclass

from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, answerable, missing
from evals.samples.sample import Json, Sample


@dataclass(frozen=True)
class SupportRecall(MeanMeasure):
    """Of the gold supporting spans of answerable questions, the share that some citation overlaps; declining is 0.

    Where the gold names whole documents of which each will do, one of them is enough.
    """

    name = "support_recall"
    source = "Own: overlap of source spans with the supporting spans of the gold"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 1]."""
        support = sample.gold.get("support") if answerable(sample) else None
        any_of = sample.gold.get("support_any") if answerable(sample) else None
        citations = reply.get("citations") or ()
        if any_of:
            found = any(_overlaps(citation, one) for citation in citations for one in any_of)
            return missing(reply) or Score(float(found))
        if not support:
            return None
        hit = sum(any(_overlaps(citation, one) for citation in citations) for one in support)
        return missing(reply) or Score(hit / len(support))


@dataclass(frozen=True)
class CitedArticle(MeanMeasure):
    """Of the citations of an answer, the share that lies wholly within the article that holds the answer."""

    name = "cited_article"
    source = "Own: source spans inside the gold article's spans (white space apart)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 1]; declined replies have no say."""
        spans = sample.gold.get("article_spans") if answerable(sample) else None
        citations = reply.get("citations") or ()
        if not spans or not citations:
            return missing(reply) if spans else None
        inside = [one["document"] == sample.gold["file"] and _within(one, spans) for one in citations]
        return Score(sum(inside) / len(inside))


def _overlaps(citation: Json, gold: Json) -> bool:
    if citation.get("document") != gold["file"]:
        return False
    return any(start < gold["end"] and gold["start"] < end for start, end in citation.get("source_spans") or ())


def _within(citation: Json, spans: list[list[int]]) -> bool:
    cited = citation.get("source_spans") or ()
    return all(any(low <= start and end <= high for low, high in spans) for start, end in cited)
