"""How much two stretches of a page talk about the same thing, from the characters they share.

Cosine of character bigrams, weighted by how few blocks of the page hold them and, where it is given, by how rare they
are in the language; no dictionary, no vectors. Knows nothing of headlines or bodies.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from operator import add

_FUNCTION = "的了在是和与及对为将以也就都而并等有不我你他她它们这那一个上下中年月日时之其所到从被把向"
"""Characters that say nothing about the subject; a bigram that begins or ends with one does not count."""
_RUN = re.compile(rf"(?:(?![{_FUNCTION}])[\u3400-\u9fffA-Za-z0-9]){{2,}}")
_FIGURES = frozenset(a + b for a in "0123456789" for b in "0123456789")
"""Nor does half a number."""


def bigrams(plain: str) -> set[str]:
    """Telling bigrams of a folded stretch; they do not cross punctuation."""
    found: set[str] = set()
    for run in _RUN.findall(plain):
        found.update(map(add, run, run[1:]))
    return found - _FIGURES


class Cohesion:
    """Similarity of any two of the texts it was made from; pairs are worked out when first asked for."""

    def __init__(self, texts: Sequence[str], rarity: Callable[[str], float] | None = None) -> None:
        self._grams = [bigrams(text) for text in texts]
        spread = Counter(gram for grams in self._grams for gram in grams)
        total = len(texts) + 1
        self._weight = {
            gram: (rarity(gram) if rarity else 1.0) * math.log(total / (count + 0.5)) for gram, count in spread.items()
        }
        self._mass = [math.fsum(self._weight[gram] for gram in grams) or 1e-9 for grams in self._grams]
        self._shared: dict[tuple[int, int], float] = {}
        self._joints = Counter(text[i : i + 2] for text in texts for i in range(len(text) - 1))

    def shared(self, a: int, b: int) -> float:
        """Weight of the bigrams both hold."""
        pair = (a, b) if a < b else (b, a)
        found = self._shared.get(pair)
        if found is None:
            weight = self._weight
            found = math.fsum(weight[gram] for gram in self._grams[a] & self._grams[b])
            self._shared[pair] = found
        return found

    def cosine(self, a: int, b: int) -> float:
        """Similarity in [0, 1], fair to both lengths."""
        return self.shared(a, b) / math.sqrt(self._mass[a] * self._mass[b])

    def contained(self, part: int, whole: int) -> float:
        """Which share of ``part`` stands in ``whole``, in [0, 1]."""
        return self.shared(part, whole) / self._mass[part]

    def contained_in_all(self, part: int, wholes: Sequence[int]) -> float:
        """Which share of ``part`` stands in any of ``wholes``, in [0, 1]."""
        grams = self._grams[part]
        if not grams or not wholes:
            return 0.0
        found = grams & set().union(*(self._grams[whole] for whole in wholes))
        return math.fsum(self._weight[gram] for gram in found) / self._mass[part]

    def joint(self, pair: str) -> int:
        """How often two neighbouring characters stand together inside the page's blocks."""
        return self._joints[pair]
