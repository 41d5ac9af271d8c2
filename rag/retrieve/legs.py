"""The two searches: by meaning and by terms, one standing in where the other fails.

Knows nothing of how scores are combined or of what is done with the hits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rag.errors import ModelUnavailableError, StoreError
from rag.models import Hit, Leg
from rag.protocols import Embedder, LexicalIndex, VectorIndex
from rag.text.script import to_simplified

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What each leg brought, None for one that failed; ``exhausted`` when asking deeper would bring nothing more."""

    dense: list[Hit] | None
    lexical: list[Hit] | None
    degraded: tuple[Leg, ...]
    exhausted: bool


class Legs:
    """Vectors and terms of one collection, asked with the same words."""

    def __init__(self, vectors: VectorIndex, terms: LexicalIndex, embedder: Embedder) -> None:
        self._vectors = vectors
        self._terms = terms
        self._embedder = embedder

    def search(self, text: str, depth: int, allowed: Collection[str] | None) -> Found:
        """Both legs, one after the other: the terms take half a millisecond, less than handing them to a thread.

        Raises:
            StoreError, ModelUnavailableError: both legs failed.
        """
        dense = _attempt("dense", lambda: self._dense(text, depth, allowed))
        lexical = _attempt("lexical", lambda: self._terms.search(text, depth, allowed))
        legs: dict[Leg, list[Hit] | Exception] = {"dense": dense, "lexical": lexical}
        failed = {leg: result for leg, result in legs.items() if isinstance(result, Exception)}
        if len(failed) == len(legs):
            raise failed["dense"]
        hits = {leg: result for leg, result in legs.items() if not isinstance(result, Exception)}
        exhausted = all(len(result) < depth for result in hits.values())
        return Found(hits.get("dense"), hits.get("lexical"), tuple(failed), exhausted)

    def _dense(self, text: str, depth: int, allowed: Collection[str] | None) -> list[Hit]:
        # Passages are embedded in Simplified characters too; see ``rag.chunk.index_text``.
        vector = self._embedder.embed_queries([to_simplified(text)])[0]
        return self._vectors.search(vector, depth, allowed)


def _attempt(leg: Leg, search: Callable[[], list[Hit]]) -> list[Hit] | Exception:
    """The leg's hits, or the error that says it is not available; any other error is a bug and passes."""
    try:
        return search()
    except (StoreError, ModelUnavailableError) as error:
        log.warning("the %s leg failed, the other one answers alone: %s", leg, error)
        return error
