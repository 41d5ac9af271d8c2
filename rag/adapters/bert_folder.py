"""A sentence-transformers folder that holds a plain BERT encoder: what its files say. Runs nothing.

The 250,000-row embedding table stays mapped in the file, and only the rows that are looked up are read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS = "embeddings.word_embeddings.weight"
POSITIONS = "embeddings.position_embeddings.weight"
KINDS = "embeddings.token_type_embeddings.weight"

_NUMPY_TYPES = {"F16": "<f2", "F32": "<f4"}


@dataclass(frozen=True, slots=True)
class BertFolder:
    """Shape and pooling of the encoder in a folder.

    ``pooling``: ``mean`` or ``cls``; ``max_tokens``: longest input, special tokens included.
    """

    path: Path
    dim: int
    heads: int
    layers: int
    eps: float
    max_tokens: int
    pooling: str

    @classmethod
    def read(cls, path: Path) -> BertFolder:
        """What ``config.json`` and its neighbours say of a folder that ``is_plain_bert``."""
        config, said = _read_json(path / "config.json"), _said(path)
        positions = config["max_position_embeddings"]
        return cls(
            path,
            config["hidden_size"],
            config["num_attention_heads"],
            config["num_hidden_layers"],
            config["layer_norm_eps"],
            min(said.get("max_seq_length") or positions, positions),
            str(_pooling(path / _read_json(path / "modules.json")[1]["path"] / "config.json")),
        )

    @property
    def weights(self) -> Path:
        """The safetensors file."""
        return self.path / "model.safetensors"

    def tokenise(self, texts: list[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        return [encoding.ids for encoding in tokenizer(self.path / "tokenizer.json").encode_batch_fast(texts)]


@lru_cache(maxsize=2)
def tokenizer(file: Path) -> Any:
    """The tokenizer in a file, neither cutting nor padding; one a process, for it is shared and never changed."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(file))
    made.no_truncation()
    made.no_padding()
    return made


def is_plain_bert(folder: Path) -> bool:
    """Whether the folder is a BERT encoder our own modules run exactly; if not, sentence-transformers must."""
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


def mapped(file: Path, name: str) -> NDArray[np.floating[Any]]:
    """A matrix of a safetensors file, mapped and not read; its layout: https://github.com/huggingface/safetensors.

    Raises:
        ValueError: it is stored in a precision numpy has no name for.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        told = json.loads(opened.read(length))[name]
    if told["dtype"] not in _NUMPY_TYPES:
        raise ValueError(f"{file}: {name} is stored as {told['dtype']}, not as {' or '.join(_NUMPY_TYPES)}")
    start = 8 + length + int(told["data_offsets"][0])
    return np.memmap(file, _NUMPY_TYPES[told["dtype"]], "r", start, tuple(told["shape"]))


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
    with safe_open(path, "np") as file:
        return WORDS in set(file.keys())


def _said(folder: Path) -> dict[str, Any]:
    path = folder / "sentence_bert_config.json"
    said: dict[str, Any] = _read_json(path) if path.is_file() else {}
    return said
