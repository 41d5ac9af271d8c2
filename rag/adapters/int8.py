"""Runs a plain BERT encoder in 8-bit integers. Knows nothing of prefixes or batches; the graph is ``graphs.py``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.adapters.bert_folder import KINDS, POSITIONS, WORDS, BertFolder, mapped
from rag.adapters.graphs import Graph, States, rounded_graph
from rag.adapters.quantised import SAMPLES, long_samples


class Int8Encoder:
    """A BERT encoder on the CPU. Threads may call it at once.

    Args:
        folder: one that ``is_plain_bert``.
        name: names the weights.
        cache: the user cache folder.
        threads: texts of a batch that are run at the same time.

    Raises:
        OSError, ValueError: the folder cannot be read, or the cache cannot be written.
    """

    def __init__(self, folder: Path, name: str, cache: Path, threads: int) -> None:
        self._folder = BertFolder.read(folder)
        self.dim, self.max_tokens, self.closing_tokens = self._folder.dim, self._folder.max_tokens, 1
        self._tables = Tables(self._folder)
        self._graph = Graph(name, cache, threads, self._rounded)

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        return self._folder.tokenise(list(texts))

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Pooled vectors ``(len(batch), dim)``."""
        return np.concatenate(self._graph.run([self._tables.summed(ids) for ids in batch]))

    def _rounded(self) -> bytes:
        from safetensors import safe_open

        texts = [ids[: self.max_tokens] for ids in self.tokenise([*SAMPLES, *long_samples()])]
        with safe_open(self._folder.weights, "np") as opened:
            return rounded_graph(
                self._folder,
                lambda name: np.asarray(opened.get_tensor(name), np.float32),
                [self._tables.summed(ids) for ids in texts],
            )


class Tables:
    """The embedding tables of a model: words stay mapped in the file."""

    def __init__(self, folder: BertFolder) -> None:
        self._words = mapped(folder.weights, WORDS)
        positions, kinds = (mapped(folder.weights, name).astype(np.float32) for name in (POSITIONS, KINDS))
        self._positions = positions + kinds[0]

    def summed(self, ids: Sequence[int]) -> States:
        """Words and positions of one text, added up: ``(1, tokens, dim)``."""
        both: States = self._words[np.asarray(ids)].astype(np.float32) + self._positions[: len(ids)]
        return both[None]
