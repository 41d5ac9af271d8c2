"""How close the question's content stands to a stretch of a sentence: what tells one figure or name from its neighbour.

Knows nothing of answer types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from rag.answer.candidates import Candidate
from rag.answer.coverage import Scale
from rag.mapping import Span

REACH = 25.0
"""Characters over which closeness falls to 1/e; about one clause of newspaper prose."""

COMMA_COST = 5
RIVAL_COST = 30
_COMMAS = frozenset("，,：:")


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch ``[start, end)`` of a candidate's text that could be the answer.

    ``fit`` in [0, 1]: how well it is the kind of thing asked; ``close`` in [0, 1]: how near the question's content is.
    """

    start: int
    end: int
    fit: float
    close: float = 0.0

    @property
    def worth(self) -> float:
        """Fit and closeness in one figure."""
        return self.fit * (0.35 + 0.65 * self.close)


class Locality:
    """Where the question's terms stand in one candidate."""

    def __init__(self, candidate: Candidate, scale: Scale) -> None:
        self._text = candidate.plain
        self._places: list[tuple[float, list[Span]]] = []
        for term, weight in scale.weights.items():
            places: list[Span] = []
            at = candidate.folded.find(term)
            while at >= 0:
                places.append(candidate.mapping.original_span(at, at + len(term)))
                at = candidate.folded.find(term, at + 1)
            if places:
                self._places.append((weight, places))
        self._total = sum(weight for weight, _ in self._places) or 1.0

    def close(self, start: int, end: int, rivals: Sequence[Span] = ()) -> float:
        """Weighted closeness of the sentence's share of the content to ``[start, end)``; rivals in between cost."""
        near = 0.0
        for weight, places in self._places:
            near += weight * max(exp(-self._distance(place, (start, end), rivals) / REACH) for place in places)
        return near / self._total

    def _distance(self, place: Span, answer: Span, rivals: Sequence[Span]) -> float:
        low, high = (place[1], answer[0]) if place[0] < answer[0] else (answer[1], place[0])
        if low >= high:
            return 0.0
        commas = sum(char in _COMMAS for char in self._text[low:high])
        between = sum(low <= rival[0] and rival[1] <= high for rival in rivals)
        return high - low + COMMA_COST * commas + RIVAL_COST * between
