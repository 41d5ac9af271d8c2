"""MinHash band keys of shingles, by rensa. Knows nothing of texts, articles or where keys are kept."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rag.models import Article

PERMUTATIONS = 96
ROWS = 3
"""32 bands of 3: two texts share a band with probability .99 at a Jaccard of .5 (half of a report), .88 at .4, .0009
at .03 (two reports that have nothing to do with each other). Source: Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, section 3.4."""

_SEED = 20240706
_KEY_BYTES = 8


class RensaSigner:
    """Signs articles by a set of hashes of each, so that alike sets share a key."""

    def __init__(self, hashes_of: Callable[[Article], NDArray[np.uint64]]) -> None:
        self._hashes_of = hashes_of

    def keys(self, article: Article) -> tuple[int, ...]:
        """One key a band, each in [0, 2**63); none for an empty set. The same set gives the same keys everywhere."""
        from rensa import RMinHash

        hashes = self._hashes_of(article)
        if not len(hashes):
            return ()
        offsets = np.array([0, len(hashes)], np.uint64)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, PERMUTATIONS, _SEED)
        digest = np.asarray(matrix.to_rows()[0], np.uint32)
        return tuple(_key(at, digest[at : at + ROWS].tobytes()) for at in range(0, PERMUTATIONS, ROWS))


def _key(band: int, values: bytes) -> int:
    hashed = blake2b(band.to_bytes(2, "little") + values, digest_size=_KEY_BYTES).digest()
    return int.from_bytes(hashed, "little") >> 1
