"""Embeds texts in batches sorted by length, over any encoder. Knows prefixes, batches and limits; nothing of torch.

Sorting by length keeps padding small, and batches of a fixed number of tokens keep memory bounded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.protocols import Vectors

logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """A loaded model, for several threads at once.

    ``closing_tokens``: special tokens at the end of every input, which survive a cut.
    """

    dim: int
    max_tokens: int
    closing_tokens: int

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        ...

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Pooled vectors ``(len(batch), dim)``, of any length."""
        ...


class BatchingEmbedder:
    """An ``Embedder`` over an encoder that threads share: a question waits for no batch of an ingest."""

    def __init__(
        self,
        encoder: Encoder,
        *,
        fingerprint: str,
        query_prefix: str = "",
        passage_prefix: str = "",
        batch_tokens: int,
        of_questions: Encoder | None = None,
    ) -> None:
        """Over a model; ``of_questions``: the same model in a precision that suits few tokens."""
        self._encoder = encoder
        self._of_questions = of_questions or encoder
        self._fingerprint = fingerprint
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._batch_tokens = batch_tokens

    @property
    def fingerprint(self) -> str:
        """Names the weights, the pooling and the passage prefix; the same in every precision."""
        return self._fingerprint

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, special tokens and prefix included; longer input is cut and logged."""
        return self._encoder.max_tokens

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors ``(n, dim)`` of questions."""
        return self._embed(self._of_questions, [self._query_prefix + text for text in texts], "question")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors ``(n, dim)`` of passages."""
        return self._embed(self._encoder, [self._passage_prefix + text for text in texts], "passage")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prefix and special tokens included."""
        return [len(ids) for ids in self._tokenise([self._passage_prefix + text for text in texts])]

    def count_question_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a question, prefix and special tokens included."""
        return [len(ids) for ids in self._tokenise([self._query_prefix + text for text in texts])]

    def _tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        return self._encoder.tokenise(texts) if texts else []

    def _embed(self, encoder: Encoder, texts: Sequence[str], noun: str) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        inputs = self._cut(self._tokenise(texts), noun)
        for batch in batches([len(ids) for ids in inputs], self._batch_tokens):
            vectors[batch] = encoder.encode([inputs[index] for index in batch])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(norms, np.finfo(np.float32).tiny)
        return vectors

    def _cut(self, inputs: list[list[int]], noun: str) -> list[list[int]]:
        limit, closing = self.max_tokens, self._encoder.closing_tokens
        long = [len(ids) for ids in inputs if len(ids) > limit]
        if long:
            logger.warning(
                "%d of %d %ss cut to %d tokens (longest: %d); what was cut cannot be found by meaning",
                *(len(long), len(inputs), noun, limit, max(long)),
            )
        return [ids if len(ids) <= limit else ids[: limit - closing] + ids[len(ids) - closing :] for ids in inputs]


def batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Indices in batches of like length, longest first, each at most ``batch_tokens`` when padded (or one text)."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
