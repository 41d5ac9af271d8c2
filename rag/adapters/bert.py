"""Runs a plain BERT encoder folder with torch alone. Knows nothing of prefixes, batches or layers.

sentence-transformers runs the same folder to the same vectors, but importing and loading it costs every command several
seconds more. Here the 250,000-row embedding table stays mapped in the file, and only the rows that are looked up are
read and converted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.adapters.bert_folder import KINDS, POSITIONS, WORDS, BertFolder
from rag.adapters.processor import share_out
from rag.adapters.unpadded import UnpaddedLayer, equal_lengths

if TYPE_CHECKING:
    import torch

ROUNDED_TOKENS, ROUNDED_FROM = 64, 256
"""Batches of more than 256 tokens are filled up to a multiple of 64: oneDNN keeps what it compiles for every size it
has met, so an ingest, where each batch has a size of its own, would grow by megabytes a batch."""


class BertEncoder:
    """A BERT encoder with mean or first-token pooling, on the CPU. Threads may call it at once."""

    def __init__(self, folder: Path, dtype: torch.dtype, threads: int) -> None:
        import torch
        from safetensors import safe_open

        self._folder = said = BertFolder.read(folder)
        self.dim, self.max_tokens, self.closing_tokens = said.dim, said.max_tokens, 1
        self._dtype = dtype
        self._threads = threads
        with safe_open(said.weights, "pt") as file:
            self._words: torch.Tensor = file.get_tensor(WORDS)  # stays mapped, in the file's own precision

            def read(name: str) -> torch.Tensor:
                tensor: torch.Tensor = file.get_tensor(name).float()
                return tensor

            kind = read(KINDS)[0]
            self._positions = (read(POSITIONS) + kind).to(dtype)
            self._norm = tuple(read(f"embeddings.LayerNorm.{part}").to(dtype) for part in ("weight", "bias"))
            self._layers = [
                UnpaddedLayer(read, f"encoder.layer.{index}.", said.heads, said.eps, dtype)
                for index in range(said.layers)
            ]
        self._torch = torch

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        return self._folder.tokenise(list(texts))

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Pooled vectors ``(len(batch), dim)``; fastest where texts of equal length are neighbours."""
        torch = self._torch
        functional = torch.nn.functional
        lengths = [len(row) for row in batch]
        groups = list(equal_lengths(lengths))
        share_out(sum(lengths), self._threads)
        with torch.inference_mode():
            filling = -sum(lengths) % ROUNDED_TOKENS if sum(lengths) > ROUNDED_FROM else 0
            ids = torch.tensor([*(token for row in batch for token in row), *[0] * filling])
            positions = torch.cat([*(self._positions[:length] for length in lengths), self._positions[:filling]])
            states = functional.embedding(ids, self._words).to(self._dtype) + positions
            states = functional.layer_norm(states, (self.dim,), *self._norm, self._folder.eps)
            for layer in self._layers:
                states = layer.run(states, groups)
            texts = states[: sum(lengths)].float().split(lengths)
            pooled = torch.stack([text[0] if self._folder.pooling == "cls" else text.mean(0) for text in texts])
            vectors: NDArray[np.float32] = pooled.numpy()
        return vectors
