"""The two searches: by meaning and by terms, one standing in where the other fails.

Knows nothing of how scores are combined or of what is done with the hits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailableError, StoreError
from rag.models import Hit, Leg, Overlong
from rag.protocols import Embedder, LexicalIndex, SearchedVectors
from rag.text.asked import one_form, word_forms

log = logging.getLogger(__name__)

MAX_EMBEDDED = 1024
"""Questions whose vectors are kept, 1.5 kB each: asked again, with another filter, or as part of a longer one."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Side:
    """One leg: its best passages, and its exact score of every candidate, also of those only the other leg brought.

    ``overlong``: that the leg did not read the question to its end.
    """

    hits: list[Hit]
    scores: dict[str, float]
    overlong: Overlong | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What each leg brought, None for one that failed; ``exhausted`` when asking deeper would bring nothing more.

    ``rarity``: the question's terms and how rare each is; empty where the lexical leg failed. ``asked``: the question's
    one form, which both were asked with.
    """

    dense: Side | None
    lexical: Side | None
    rarity: Mapping[str, float]
    degraded: tuple[Leg, ...]
    exhausted: bool
    asked: str = ""


class Legs:
    """Vectors and terms of one collection, asked with the same words."""

    def __init__(self, vectors: SearchedVectors, terms: LexicalIndex, embedder: Embedder) -> None:
        self._vectors = vectors
        self._terms = terms
        self._embedder = embedder
        self._embedded = lru_cache(MAX_EMBEDDED)(self._embed)

    def search(self, text: str, depth: int, allowed: Collection[str] | None) -> Found:
        """Both legs, asked with the question's one form (``rag.text.asked``).

        One after the other: the terms take half a millisecond, less than handing them to a thread.

        Raises:
            StoreError, ModelUnavailableError: both legs failed.
        """
        asked = one_form(text)
        words = word_forms(asked)
        by_words = _attempt("lexical", lambda: self._terms.search(words, depth, allowed))
        rivals = [] if isinstance(by_words, Exception) else by_words
        dense = _attempt("dense", lambda: self._by_meaning(asked, depth, allowed, rivals))
        if isinstance(by_words, Exception):
            if isinstance(dense, Exception):
                raise dense
            return Found(dense, None, {}, ("lexical",), len(dense.hits) < depth, asked)
        rivals = [] if isinstance(dense, Exception) else dense.hits
        lexical = _attempt("lexical", lambda: self._by_words(words, by_words, rivals))
        sides: dict[Leg, Side | Exception] = {"dense": dense, "lexical": lexical}
        failed = {leg: side for leg, side in sides.items() if isinstance(side, Exception)}
        if len(failed) == len(sides):
            raise failed["dense"]
        well = {leg: side for leg, side in sides.items() if not isinstance(side, Exception)}
        exhausted = all(len(side.hits) < depth for side in well.values())
        rarity = self._terms.rarity(words) if "lexical" in well else {}
        return Found(well.get("dense"), well.get("lexical"), rarity, tuple(failed), exhausted, asked)

    def _by_meaning(self, text: str, depth: int, allowed: Collection[str] | None, rivals: Sequence[Hit]) -> Side:
        # Passages are embedded in Simplified characters too; see ``rag.chunk.index_text``.
        vector, tokens = self._embedded(text)
        hits = self._vectors.search(vector, depth, allowed)
        # Both are unit vectors, so their product is the cosine. Asking Chroma for it costs 30 times as much.
        rest = {name: float(row @ vector) for name, row in self._vectors.rows(_missing(hits, rivals)).items()}
        limit = self._embedder.max_tokens
        overlong = Overlong(tokens, limit) if tokens > limit else None
        return Side(hits, rest | {hit.passage_id: hit.score for hit in hits}, overlong)

    def _embed(self, text: str) -> tuple[NDArray[np.float32], int]:
        """The vector of a question, and its tokens."""
        return self._embedder.embed_queries([text])[0], self._embedder.count_question_tokens([text])[0]

    def _by_words(self, text: str, hits: list[Hit], rivals: Sequence[Hit]) -> Side:
        missing = _missing(hits, rivals)
        rest = self._terms.search(text, len(missing), missing) if missing else []
        # A passage without any of the terms is not found at all: its exact score is 0.
        return Side(hits, dict.fromkeys(missing, 0.0) | {hit.passage_id: hit.score for hit in (*rest, *hits)})


def _missing(hits: Sequence[Hit], rivals: Sequence[Hit]) -> list[str]:
    known = {hit.passage_id for hit in hits}
    return [hit.passage_id for hit in rivals if hit.passage_id not in known]


def _attempt(leg: Leg, search: Callable[[], T]) -> T | Exception:
    """The leg's hits, or the error that says it is not available; any other error is a bug and passes."""
    try:
        return search()
    except (StoreError, ModelUnavailableError) as error:
        log.warning("the %s leg failed, the other one answers alone: %s", leg, error)
        return error
