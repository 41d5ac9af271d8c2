"""Runs a plain BERT encoder folder with torch alone. Knows the folder's files; nothing of prefixes, batches or layers.

sentence-transformers runs the same folder to the same vectors, but importing and loading it costs every command several
seconds more. Here the 250,000-row embedding table stays mapped in the file, and only the rows that are looked up are
read and converted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.adapters.processor import share_out
from rag.adapters.unpadded import UnpaddedLayer, equal_lengths

if TYPE_CHECKING:
    import torch

_WORDS = "embeddings.word_embeddings.weight"

ROUNDED_TOKENS, ROUNDED_FROM = 64, 256
"""Batches of more than 256 tokens are filled up to a multiple of 64: oneDNN keeps what it compiles for every size it
has met, so an ingest, where each batch has a size of its own, would grow by megabytes a batch."""


def is_plain_bert(folder: Path) -> bool:
    """Whether the folder is a BERT encoder this module runs exactly; if not, sentence-transformers must."""
    try:
        config, modules = _read_json(folder / "config.json"), _read_json(folder / "modules.json")
    except (OSError, ValueError):
        return False
    kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
        and modules[0]["path"] == ""
        and _pooling(folder / modules[1]["path"] / "config.json") is not None
        and (folder / "tokenizer.json").is_file()
        and not _said(folder).get("do_lower_case")
        and _has_plain_weights(folder / "model.safetensors")
    )


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _pooling(path: Path) -> str | None:
    """``mean`` or ``cls``; None for any other pooling."""
    if not path.is_file():
        return None
    config = _read_json(path)
    modes = [name for name, value in config.items() if name.startswith("pooling_mode_") and value is True]
    named = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    mode = named.get(modes[0]) if len(modes) == 1 else config.get("pooling_mode")
    return mode if mode in ("mean", "cls") else None


def _has_plain_weights(path: Path) -> bool:
    from safetensors import safe_open

    if not path.is_file():
        return False
    with safe_open(path, "pt") as file:
        return _WORDS in set(file.keys())


class BertEncoder:
    """A BERT encoder with mean or first-token pooling, on the CPU. Threads may call it at once."""

    def __init__(self, folder: Path, dtype: torch.dtype, threads: int) -> None:
        import torch
        from safetensors import safe_open
        from tokenizers import Tokenizer

        config = _read_json(folder / "config.json")
        self.dim: int = config["hidden_size"]
        self.max_tokens = _max_tokens(folder, config["max_position_embeddings"])
        self.closing_tokens = 1
        self._eps: float = config["layer_norm_eps"]
        self._pooling = _pooling(folder / _read_json(folder / "modules.json")[1]["path"] / "config.json")
        self._dtype = dtype
        self._threads = threads
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        with safe_open(folder / "model.safetensors", "pt") as file:
            self._words: torch.Tensor = file.get_tensor(_WORDS)  # stays mapped, in the file's own precision

            def read(name: str) -> torch.Tensor:
                tensor: torch.Tensor = file.get_tensor(name).float()
                return tensor

            kind = read("embeddings.token_type_embeddings.weight")[0]
            self._positions = (read("embeddings.position_embeddings.weight") + kind).to(dtype)
            self._norm = tuple(read(f"embeddings.LayerNorm.{part}").to(dtype) for part in ("weight", "bias"))
            self._layers = [
                UnpaddedLayer(
                    read, f"encoder.layer.{index}.", config["num_attention_heads"], config["layer_norm_eps"], dtype
                )
                for index in range(config["num_hidden_layers"])
            ]
        self._torch = torch

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

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
            states = functional.layer_norm(states, (self.dim,), *self._norm, self._eps)
            for layer in self._layers:
                states = layer.run(states, groups)
            texts = states[: sum(lengths)].float().split(lengths)
            pooled = torch.stack([text[0] if self._pooling == "cls" else text.mean(0) for text in texts])
            vectors: NDArray[np.float32] = pooled.numpy()
        return vectors


def _max_tokens(folder: Path, positions: int) -> int:
    return min(_said(folder).get("max_seq_length") or positions, positions)


def _said(folder: Path) -> dict[str, Any]:
    path = folder / "sentence_bert_config.json"
    said: dict[str, Any] = _read_json(path) if path.is_file() else {}
    return said
