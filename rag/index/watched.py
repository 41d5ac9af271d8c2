"""Vectors that live where others may empty them: searched only while they hold what the ledger shows.

Knows nothing of where they live.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.ledger import Ledger
from rag.models import Hit
from rag.protocols import VectorIndex, Vectors


class CountedVectors(VectorIndex, Protocol):
    """A vector index that knows its size without listing it."""

    def count(self) -> int:
        """Passages that have a vector."""
        ...


class WatchedVectors:
    """A ``VectorIndex`` whose search fails, and so is reported as degraded, while vectors are missing.

    A vector is written before its passage becomes visible and removed after, so fewer vectors than visible passages
    always mean a loss.
    """

    def __init__(self, vectors: CountedVectors, ledger: Ledger, collection: str) -> None:
        self._vectors = vectors
        self._ledger = ledger
        self._collection = collection
        self._visible = (-1, 0)

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """As the index underneath."""
        self._vectors.upsert(passage_ids, vectors)

    def delete(self, passage_ids: Sequence[str]) -> None:
        """As the index underneath."""
        self._vectors.delete(passage_ids)

    def rows(self, passage_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """As the index underneath."""
        return self._vectors.rows(passage_ids)

    def few(self) -> int:
        """None: only a search sees whether vectors are missing."""
        return 0

    def ids(self) -> set[str]:
        """As the index underneath."""
        return self._vectors.ids()

    def search(self, vector: NDArray[np.float32], k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """As the index underneath.

        Raises:
            StoreError: it holds fewer vectors than the ledger shows passages.
        """
        visible, held = self._count_visible(), self._vectors.count()
        if held < visible:
            raise StoreError(
                f"vector index of collection {self._collection!r} holds {held} of {visible} passages; "
                "run `gazette doctor --repair`"
            )
        return self._vectors.search(vector, k, allowed)

    def _count_visible(self) -> int:
        """Visible passages, counted again only after the ledger was written."""
        changes = self._ledger.changes
        if self._visible[0] != changes:
            self._visible = (changes, self._ledger.counts(self._collection).passages)
        return self._visible[1]
