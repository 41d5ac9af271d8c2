"""Runs a plain BERT encoder folder with torch alone. Knows the folder's files; nothing of prefixes or batches.

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

if TYPE_CHECKING:
    import torch

_WORDS = "embeddings.word_embeddings.weight"


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
    """A BERT encoder with mean or first-token pooling, on the CPU."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        import torch
        from safetensors import safe_open
        from tokenizers import Tokenizer

        config = _read_json(folder / "config.json")
        self.dim: int = config["hidden_size"]
        self.max_tokens = _max_tokens(folder, config["max_position_embeddings"])
        self.closing_tokens = 1
        self._heads: int = config["num_attention_heads"]
        self._eps: float = config["layer_norm_eps"]
        self._pad: int = config.get("pad_token_id") or 0
        self._pooling = _pooling(folder / _read_json(folder / "modules.json")[1]["path"] / "config.json")
        self._dtype = dtype
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        with safe_open(folder / "model.safetensors", "pt") as file:
            self._words: torch.Tensor = file.get_tensor(_WORDS)  # stays mapped, in the file's own precision

            def read(name: str) -> torch.Tensor:
                tensor: torch.Tensor = file.get_tensor(name).to(dtype)
                return tensor

            kind = read("embeddings.token_type_embeddings.weight")[0]
            self._positions = read("embeddings.position_embeddings.weight") + kind
            self._norm = (read("embeddings.LayerNorm.weight"), read("embeddings.LayerNorm.bias"))
            self._layers = [_Layer(read, f"encoder.layer.{index}.") for index in range(config["num_hidden_layers"])]
        self._torch = torch

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Pooled vectors ``(len(batch), dim)``."""
        torch = self._torch
        functional = torch.nn.functional
        longest = max(map(len, batch))
        ids = torch.tensor([[*row, *[self._pad] * (longest - len(row))] for row in batch])
        lengths = torch.tensor([len(row) for row in batch])
        real = torch.arange(longest) < lengths[:, None]
        mask = None if bool(real.all()) else real[:, None, None, :]
        with torch.inference_mode():
            states = functional.embedding(ids, self._words).to(self._dtype) + self._positions[:longest]
            states = functional.layer_norm(states, (self.dim,), *self._norm, self._eps)
            for layer in self._layers:
                states = layer.run(states, mask, self._heads, self._eps)
            last = states.float()
            mean = (last * real[:, :, None]).sum(1) / lengths[:, None]
            pooled = last[:, 0] if self._pooling == "cls" else mean
            vectors: NDArray[np.float32] = pooled.numpy()
        return vectors


def _max_tokens(folder: Path, positions: int) -> int:
    return min(_said(folder).get("max_seq_length") or positions, positions)


def _said(folder: Path) -> dict[str, Any]:
    path = folder / "sentence_bert_config.json"
    said: dict[str, Any] = _read_json(path) if path.is_file() else {}
    return said


class _Layer:
    """One transformer layer (post-norm, Devlin et al. 2018); the three input projections run as one."""

    def __init__(self, read: Any, prefix: str) -> None:
        import torch

        self._functional = torch.nn.functional
        inputs = [f"{prefix}attention.self.{name}" for name in ("query", "key", "value")]
        self._inputs = tuple(torch.cat([read(f"{name}.{part}") for name in inputs]) for part in ("weight", "bias"))
        self._mixed, self._mixed_norm, self._wide, self._narrow, self._narrow_norm = (
            (read(f"{prefix}{name}.weight"), read(f"{prefix}{name}.bias"))
            for name in (
                "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense",
                "output.dense",
                "output.LayerNorm",
            )
        )

    def run(self, states: torch.Tensor, mask: torch.Tensor | None, heads: int, eps: float) -> torch.Tensor:
        """States ``(n, length, dim)`` to states; ``mask`` ``(n, 1, 1, length)`` is true at real tokens."""
        functional = self._functional
        count, length, dim = states.shape
        projected = functional.linear(states, *self._inputs).view(count, length, 3, heads, dim // heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = functional.linear(mixed.transpose(1, 2).reshape(count, length, dim), *self._mixed)
        states = functional.layer_norm(states + mixed, (dim,), *self._mixed_norm, eps)
        wide = functional.gelu(functional.linear(states, *self._wide))
        states = states + functional.linear(wide, *self._narrow)
        normed: torch.Tensor = functional.layer_norm(states, (dim,), *self._narrow_norm, eps)
        return normed
