"""Texts to vectors for whoever asks, off the event loop and in pieces. Knows nothing of what the vectors are for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rag.errors import OverlongError
from rag.protocols import Embedder, Vectors

AT_A_TIME = 64
"""Texts between two looks at whether somebody still waits, and at whose turn it is."""

Role = Literal["passage", "query"]
"""What a text is: something to be found, or a question to find it by. A model may write another prefix before each."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Row ``i`` of ``vectors`` belongs to text ``i``; ``tokens`` of all, prefixes and special tokens included."""

    vectors: Vectors
    tokens: int


class Embedding:
    """The embedder of a corpus, for texts that are not in it."""

    def __init__(self, embedder: Embedder, pool: Executor) -> None:
        self._embedder = embedder
        self._pool = pool

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._embedder.dim

    async def embed(self, texts: Sequence[str], role: Role) -> Embedded:
        """Vectors of texts; cancelling it stops between two pieces of the work.

        Raises:
            OverlongError: one of them is longer than the model reads.
            ModelError: the model failed.
        """
        loop = asyncio.get_running_loop()
        rows, tokens = [np.zeros((0, self.dim), np.float32)], 0
        for start in range(0, len(texts), AT_A_TIME):
            piece = texts[start : start + AT_A_TIME]
            found = await loop.run_in_executor(self._pool, self._embedded, piece, role, start)
            rows.append(found.vectors)
            tokens += found.tokens
        return Embedded(np.concatenate(rows), tokens)

    def _embedded(self, texts: Sequence[str], role: Role, start: int) -> Embedded:
        asked = role == "query"
        counts = self._embedder.count_question_tokens(texts) if asked else self._embedder.count_tokens(texts)
        for at, count in enumerate(counts):
            if count > self._embedder.max_tokens:
                raise OverlongError(start + at, count, self._embedder.max_tokens)
        vectors = self._embedder.embed_queries(texts) if asked else self._embedder.embed_passages(texts)
        return Embedded(vectors, sum(counts))
