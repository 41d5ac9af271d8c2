"""How closely a passage answers to a question's words: the rare ones together in one place count most.

A score over a whole passage (BM25) does not see whether the words stand together. Knows nothing of stores or legs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEAR_CHARS, WIDE_CHARS = 40, 100
"""About one clause group and about two sentences of newspaper Chinese."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Shares in [0, 1] of the question's weight that one stretch of a passage holds.

    ``near`` and ``wide``: pairs and words within ``NEAR_CHARS`` and ``WIDE_CHARS``; ``characters``: single characters
    within ``NEAR_CHARS``.
    """

    near: float
    wide: float
    characters: float


class Aligner:
    """Looks for one question's terms in passages.

    Args:
        rarity: weight of each term of the question, rarer is heavier (inverse document frequency).
    """

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self._words = {term: weight for term, weight in rarity.items() if len(term) > 1}
        self._characters = {term: weight for term, weight in rarity.items() if len(term) == 1}

    def align(self, folded: str) -> Alignment:
        """The alignment with a folded text (``rag.text.normalise.fold``)."""
        words = _occurrences(folded, self._words)
        characters = _occurrences(folded, self._characters)
        return Alignment(
            _densest(words, self._words, NEAR_CHARS),
            _densest(words, self._words, WIDE_CHARS),
            _densest(characters, self._characters, NEAR_CHARS),
        )


def _occurrences(text: str, terms: Mapping[str, float]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for term in terms:
        at = text.find(term)
        while at >= 0:
            found.append((at, term))
            at = text.find(term, at + 1)
    found.sort()
    return found


def _densest(occurrences: Sequence[tuple[int, str]], weights: Mapping[str, float], width: int) -> float:
    """Largest share of all weight whose terms begin within ``width`` characters, each term counted once."""
    total = sum(weights.values())
    if not total:
        return 0.0
    best = current = 0.0
    held: dict[str, int] = {}
    first = 0
    for at, term in occurrences:
        if not held.get(term):
            current += weights[term]
        held[term] = held.get(term, 0) + 1
        while at - occurrences[first][0] > width:
            leaving = occurrences[first][1]
            held[leaving] -= 1
            if not held[leaving]:
                current -= weights[leaving]
            first += 1
        best = max(best, current)
    return best / total
