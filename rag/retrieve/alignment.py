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
    within ``NEAR_CHARS``. ``beside``: the folded text of the stretch that ``near`` was measured in, with as much again
    before and behind it; empty where the passage has none of the question's words. ``held``: pairs and words that stand
    anywhere in it.
    """

    near: float
    wide: float
    characters: float
    beside: str = ""
    held: float = 0.0


class Aligner:
    """Looks for one question's terms in passages.

    Args:
        rarity: weight of each term of the question, rarer is heavier (inverse document frequency).
    """

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self._words = _Terms({term: weight for term, weight in rarity.items() if len(term) > 1})
        self._characters = _Terms({term: weight for term, weight in rarity.items() if len(term) == 1})

    def align(self, folded: str) -> Alignment:
        """The alignment with a folded text (``rag.text.normalise.fold``)."""
        words = self._words.occurrences(folded)
        characters = self._characters.occurrences(folded)
        near, at = self._words.densest(words, NEAR_CHARS)
        wide, _ = self._words.densest(words, WIDE_CHARS)
        near_characters, _ = self._characters.densest(characters, NEAR_CHARS)
        beside = folded[max(at - NEAR_CHARS, 0) : at + 2 * NEAR_CHARS] if near else ""
        return Alignment(near, wide, near_characters, beside, self._words.share(words))


class _Terms:
    """Terms of a question, numbered, with their weights; 50 passages are looked through for each question."""

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self._terms = sorted(rarity)
        self._weights = [rarity[term] for term in self._terms]
        self._total = sum(rarity.values())

    def occurrences(self, text: str) -> list[tuple[int, int]]:
        """Where which term begins, in order."""
        found: list[tuple[int, int]] = []
        find = text.find
        for number, term in enumerate(self._terms):
            at = find(term)
            while at >= 0:
                found.append((at, number))
                at = find(term, at + 1)
        found.sort()
        return found

    def share(self, occurrences: Sequence[tuple[int, int]]) -> float:
        """Share of all weight whose terms occur at all."""
        if not self._total:
            return 0.0
        return sum(self._weights[number] for number in {number for _, number in occurrences}) / self._total

    def densest(self, occurrences: Sequence[tuple[int, int]], width: int) -> tuple[float, int]:
        """Largest share of all weight whose terms begin within ``width`` characters, each once; where it begins."""
        if not self._total:
            return 0.0, 0
        weights, held = self._weights, [0] * len(self._terms)
        best = current = 0.0
        first = begins = 0
        for at, number in occurrences:
            if not held[number]:
                current += weights[number]
            held[number] += 1
            while at - occurrences[first][0] > width:
                leaving = occurrences[first][1]
                held[leaving] -= 1
                if not held[leaving]:
                    current -= weights[leaving]
                first += 1
            if current > best:
                best, begins = current, occurrences[first][0]
        return best / self._total, begins
