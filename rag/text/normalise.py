"""Folding: one form for texts that differ only in dress, and the way back to the original positions.

Folded text is NFKC, Simplified, lower case, without white space, commas and quotation marks. Folding works character
by character, so every folded character knows which original character it came from. Knows nothing of words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rag.mapping import Span
from rag.text.script import to_simplified

_DROPPED = frozenset(",，、､﹐﹑“”‘’\"'「」『』﹁﹂﹃﹄〝〞‟„‚‛«»`´" + "\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Commas, quotation marks and characters without width: typesetters add and drop them without changing a word."""

_UNIFIED = str.maketrans(dict.fromkeys("–—―‐‑‒−─━", "-") | dict.fromkeys("・•‧∙⋅", "·") | {"〇": "零", "○": "零"})
"""Signs printed in several shapes: dashes, the dot inside foreign names, the round zero."""

_MAX_ROUNDS = 4
"""NFKC, simplification and lower case settle in two rounds; the bound only guards against a cycle."""


class _FoldTable(dict[int, str]):
    """Folded form by code point, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    folded = character
    for _ in range(_MAX_ROUNDS):
        before = folded
        folded = to_simplified(unicodedata.normalize("NFKC", folded)).lower().translate(_UNIFIED)
        folded = "".join(c for c in folded if not c.isspace() and c not in _DROPPED)
        if folded == before:
            break
    return folded


_TABLE = _FoldTable()


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``positions[i]`` is the index in the original of folded character ``i`` (never decreasing)."""

    text: str
    positions: tuple[int, ...]

    def original_span(self, start: int, end: int) -> Span:
        """The original characters that folded characters ``[start, end)`` came from; ``start < end``."""
        return self.positions[start], self.positions[end - 1] + 1

    def occurrences(self, needle: str) -> Iterator[Span]:
        """Original spans of every place where the folded ``needle`` stands, whole characters only."""
        at = self.text.find(needle) if needle else -1
        while at >= 0:
            end = at + len(needle)
            starts_whole = at == 0 or self.positions[at - 1] != self.positions[at]
            ends_whole = end == len(self.text) or self.positions[end - 1] != self.positions[end]
            if starts_whole and ends_whole:
                yield self.original_span(at, end)
            at = self.text.find(needle, at + 1)

    def find(self, needle: str) -> Span | None:
        """The first of the occurrences, or None."""
        return next(self.occurrences(needle), None)


def fold(text: str) -> str:
    """NFKC, Simplified, lower case; white space, commas and quotation marks dropped. ``fold(fold(x)) == fold(x)``."""
    return text.translate(_TABLE)


def fold_character(character: str) -> str:
    """``fold`` of one character, without the cost of a text."""
    return _TABLE[ord(character)]


def fold_mapped(text: str) -> Folded:
    """``fold`` with the way back: which original character each folded character came from."""
    parts: list[str] = []
    positions: list[int] = []
    for index, character in enumerate(text):
        folded = _TABLE[ord(character)]
        parts.append(folded)
        positions.extend([index] * len(folded))
    return Folded("".join(parts), tuple(positions))


def find_folded(needle: str, haystack: str) -> Span | None:
    """The smallest span of ``haystack``, first in reading order, that folds to ``fold(needle)``.

    Returns:
        ``[start, end)`` in ``haystack``, or None where it does not occur or ``needle`` folds to nothing.
    """
    return fold_mapped(haystack).find(fold(needle))
