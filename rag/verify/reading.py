"""What a text holds, read once: the same passages are compared with one claim after another.

Bounded caches of the pure readers of ``rag.text``; results are tuples, so none can be changed. Knows nothing of claims.
"""

from __future__ import annotations

from functools import lru_cache

from rag.mapping import Span
from rag.text.figures import Figure, find_figures
from rag.text.mentions import NameMention
from rag.text.names import find_names
from rag.text.normalise import Folded, fold_mapped
from rag.text.script import narrow
from rag.text.sentences import split_clauses, split_sentences

_KEPT = 1024
"""Texts kept: some thirty passages, their sentences and clauses, and the claims of one reply."""


@lru_cache(maxsize=_KEPT)
def sentences_in(text: str) -> tuple[Span, ...]:
    """Sentence spans."""
    return tuple(split_sentences(text))


@lru_cache(maxsize=_KEPT)
def clauses_in(text: str) -> tuple[Span, ...]:
    """Clause spans."""
    return tuple(split_clauses(text))


@lru_cache(maxsize=4 * _KEPT)
def figures_in(text: str, *, lone_one: bool = False) -> tuple[Figure, ...]:
    """Figures; ``lone_one`` as in ``find_figures``."""
    return tuple(find_figures(text, lone_one=lone_one))


@lru_cache(maxsize=_KEPT)
def names_in(text: str) -> tuple[NameMention, ...]:
    """Names, titles and quoted terms."""
    return tuple(find_names(text))


@lru_cache(maxsize=_KEPT)
def folded(text: str) -> Folded:
    """Folded text with its way back."""
    return fold_mapped(text)


@lru_cache(maxsize=_KEPT)
def narrowed(text: str) -> str:
    """Simplified, half-width text of the same length."""
    return narrow(text)
