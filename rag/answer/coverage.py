"""How much of a question's content a sentence says, alone and together with what stands around it.

Terms are folded character bigrams (see ``question.content_terms``); rare ones in the evidence weigh more. Knows nothing
of answer types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from rag.answer.candidates import Candidate
from rag.answer.question import Question, content_runs, content_terms

SHORTEST_RUN = 2


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the question's content, each in [0, 1]: said by the sentence, near it, and anywhere in its article.

    ``missing`` is the longest stretch of content (characters) of which the article says nothing.
    """

    sentence: float
    near: float
    article: float
    common: float
    missing: int


class Scale:
    """Weighs a question's terms by their rarity among the candidates."""

    def __init__(self, question: Question, candidates: Sequence[Candidate]) -> None:
        self.runs = content_runs(question)
        base = content_terms(question)
        count = len(candidates)
        self.weights: dict[str, float] = {}
        for term, weight in base.items():
            holding = sum(term in candidate.folded for candidate in candidates)
            self.weights[term] = weight * (0.25 + log((count + 1) / (holding + 0.5)) / log(2 * count + 2))
        self.total = sum(self.weights.values()) or 1.0
        self._articles: dict[str, tuple[float, int]] = {}

    def share(self, text: str) -> float:
        """Weighted share of the terms that a folded text holds."""
        return sum(weight for term, weight in self.weights.items() if term in text) / self.total

    def cover(self, candidate: Candidate) -> Coverage:
        """Measure one candidate."""
        whole = candidate.setting.whole
        if whole not in self._articles:
            self._articles[whole] = (self.share(whole), self._longest_missing(whole))
        article, missing = self._articles[whole]
        return Coverage(
            self.share(candidate.folded), self.share(candidate.near), article, self._common(candidate.folded), missing
        )

    def _longest_missing(self, text: str) -> int:
        longest = 0
        for run in self.runs:
            length = 0
            for first, second in zip(run, run[1:], strict=False):
                length = 0 if first + second in text else (length or 1) + 1
                longest = max(longest, length)
        return longest

    def _common(self, text: str) -> float:
        """Longest stretch of content the text repeats, as a share of the longest stretch there is, at most 8."""
        best = 0
        for run in self.runs:
            for start in range(len(run)):
                while start + best < len(run) and run[start : start + best + 1] in text:
                    best += 1
        return best / min(8, max((len(run) for run in self.runs), default=1)) if best < 8 else 1.0
