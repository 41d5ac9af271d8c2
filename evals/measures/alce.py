"""Citation recall and precision, judged by our verifier in the place of an entailment model.

Recall: a statement counts when its citations, read together, support it. Precision: a citation counts when its
statement is so supported, and it supports the statement alone or the others do not without it. An answer's score is the
mean over its statements, or over its citations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, Unscored, missing
from evals.samples.sample import Sample
from rag.protocols import Verifier

_ALCE = "ALCE: Gao et al. 2023, Enabling Large Language Models to Generate Text with Citations, section 3"


@dataclass(frozen=True)
class CitationRecall(MeanMeasure):
    """Mean over answers of the share of statements that their citations support."""

    name = "citation_recall"
    source = _ALCE

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 1]; replies without statements have no say."""
        statements = list(_statements(sample, reply))
        verifier = self.bench.verifier
        if not statements or verifier is None:
            return missing(reply) or _silent(sample, reply, verifier)
        held = [bool(quotes) and _entails(verifier, quotes, claim) for claim, quotes in statements]
        return Score(sum(held) / len(held))


@dataclass(frozen=True)
class CitationPrecision(MeanMeasure):
    """Mean over answers of the share of citations that are needed by or carry their statement."""

    name = "citation_precision"
    source = _ALCE

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 1]; replies without citations have no say."""
        statements = list(_statements(sample, reply))
        verifier = self.bench.verifier
        if not statements or verifier is None:
            return missing(reply) or _silent(sample, reply, verifier)
        useful = [good for claim, quotes in statements for good in _useful(verifier, claim, quotes)]
        return Score(sum(useful) / len(useful)) if useful else None


def _statements(sample: Sample, reply: Reply) -> Iterator[tuple[str, list[str]]]:
    """Each claim with the quotes of its citations."""
    if sample.task not in ("ask", "read", "summarise"):
        return
    quotes: dict[int, str] = {one["marker"]: one["quote"] for one in reply.get("citations") or () if "marker" in one}
    for claim in reply.get("claims") or ():
        yield claim["text"], [quotes[marker] for marker in claim.get("citations") or () if marker in quotes]


def _silent(sample: Sample, reply: Reply, verifier: Verifier | None) -> Outcome:
    """An answer without statements that could be judged is unscored; a reply that declines has no say."""
    if sample.task not in ("ask", "read", "summarise") or not (reply.get("answer") or reply.get("summary")):
        return None
    return Unscored("the reply names no claims with citations" if verifier else "no verifier at hand")


def _entails(verifier: Verifier, quotes: list[str], claim: str) -> bool:
    return verifier.verify(claim, ["\n".join(quotes)]).label == "supported"


def _useful(verifier: Verifier, claim: str, quotes: list[str]) -> list[bool]:
    if not quotes or not _entails(verifier, quotes, claim):
        return [False] * len(quotes)
    found = []
    for index, quote in enumerate(quotes):
        others = quotes[:index] + quotes[index + 1 :]
        irrelevant = not _entails(verifier, [quote], claim) and bool(others) and _entails(verifier, others, claim)
        found.append(not irrelevant)
    return found
