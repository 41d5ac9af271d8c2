"""The string rule of the gold: when two texts count as the same words. Knows nothing of pages or questions.

NFKC, Traditional to Simplified (OpenCC t2s, 説 and 産 first), lower case, without white space, commas and quotation
marks. Kept apart from the engine's own folding on purpose: a fault there must not hide in the gold.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

_DROPPED = frozenset(",“”‘’\"'「」『』")
_VARIANTS = str.maketrans({"説": "說", "産": "產"})


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _converter() -> _Converter:
    from opencc import OpenCC

    converter: _Converter = OpenCC("t2s")
    return converter


def comparable(text: str) -> str:
    """The form in which gold strings are looked for in an answer."""
    plain = _converter().convert(unicodedata.normalize("NFKC", text).translate(_VARIANTS)).lower()
    return "".join(character for character in plain if not character.isspace() and character not in _DROPPED)


def squeezed(text: str) -> str:
    """The text without white space, every other character kept."""
    return "".join(text.split())


def holds(text: str, groups: Iterable[Sequence[str]]) -> bool:
    """Whether every group has one of its strings in the text."""
    return not missing(text, groups)


def missing(text: str, groups: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """The groups of which no string stands in the text."""
    folded = comparable(text)
    return [group for group in groups if not any(comparable(string) in folded for string in group)]
