"""A reranker out of a reader: passages rise by how surely they answer the question.

Knows nothing of how a reader works, of what the blend thought, or of stores.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from rag.protocols import Reader

SUREST_ADDS = 0.5
"""What a sure answer adds to the blend's score, whose candidates lie between 0 and 1. Chosen on news with noise;
figures in ``evals/README.md``."""

SLOPE = 0.5
"""Of the odds: a reader is surer than it is right."""

_LARGEST = 60.0  # exp() of more than 700 is no float


class AnsweringReranker:
    """Scores a text by its likeliest answer, in [0, 1]: 1/2 where that is as likely as that there is none."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """One float a text, 0 where there is nothing to read; the reader's errors pass."""
        return [_chance(found[0].score) if found else 0.0 for found in self._reader.read(query, texts)]


def _chance(odds: float) -> float:
    return 1.0 / (1.0 + exp(min(-SLOPE * odds, _LARGEST)))
