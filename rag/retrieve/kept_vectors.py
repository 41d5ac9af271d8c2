"""Vectors that were read once, at hand until their passages are written. Knows nothing of where they are stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.ledger import Kept, Touched
from rag.models import Hit
from rag.protocols import ReadVectors

MAX_BYTES = 32 << 20
"""Of vectors kept: 20,000 of dimension 384."""


class KeptVectors:
    """Searches like the vectors it wraps. Safe to use from several threads.

    What only the other leg found is scored by its stored vector; the same passages come up again and again.
    """

    def __init__(
        self, vectors: ReadVectors, changes: Callable[[], int], touched: Callable[[int, int], Touched | None]
    ) -> None:
        """Over vectors of one collection; ``changes`` and ``touched`` as the ledger's."""

        def stale(since: int, until: int, _: object) -> set[str] | None:
            found = touched(since, until)
            return None if found is None else {name for _, name in found.passages}

        self._vectors = vectors
        self._kept = Kept[str, NDArray[np.float32]](changes, MAX_BYTES, lambda row: row.nbytes, stale)

    def search(self, vector: NDArray[np.float32], k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """As the vectors underneath. Among few passages exactly, by vectors that are at hand for the next question: who
        reads one day's paper asks again.
        """
        if allowed is None or len(allowed) > self._vectors.few():
            return self._vectors.search(vector, k, allowed)
        scored = sorted((-float(row @ vector), name) for name, row in self.rows(list(allowed)).items())[:k]
        return [Hit(name, -score, rank) for rank, (score, name) in enumerate(scored, 1)]

    def rows(self, passage_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """As the vectors underneath; a vector is read once between two writes of it."""
        return self._kept.of(passage_ids, self._vectors.rows)
