"""Likeness of a summary to a reference: ROUGE-L and chrF, both on characters."""

from __future__ import annotations

from dataclasses import dataclass

from evals.gold.strings import comparable
from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, missing
from evals.measures.summaries import summary_text
from evals.samples.sample import Sample


def longest_common(first: str, second: str) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004): one integer operation a character."""
    where: dict[str, int] = {}
    for index, character in enumerate(first):
        where[character] = where.get(character, 0) | 1 << index
    full = (1 << len(first)) - 1
    row = full
    for character in second:
        match = row & where.get(character, 0)
        row = ((row + match) | (row - match)) & full
    return len(first) - row.bit_count()


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of comparable characters."""
    said, wanted = comparable(text), comparable(reference)
    common = longest_common(said, wanted)
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


@dataclass(frozen=True)
class CharacterRouge(MeanMeasure):
    """Mean ROUGE-L F1 on characters against the reference."""

    name = "rouge_l"
    source = "Lin 2004 (ROUGE-L), beta 1, characters for words; texts made comparable by the string rule"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 1]."""
        reference = sample.gold.get("reference")
        return (missing(reply) or Score(rouge_l(summary_text(reply), reference))) if reference else None


@dataclass(frozen=True)
class ChrF(MeanMeasure):
    """Mean chrF against the reference, in [0, 100]."""

    name = "chrf"
    source = "Popović 2015, by sacrebleu (chrF2, character n-grams to 6)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 100]."""
        reference = sample.gold.get("reference")
        if not reference:
            return None
        import sacrebleu

        return missing(reply) or Score(float(sacrebleu.sentence_chrf(summary_text(reply), [reference]).score))
