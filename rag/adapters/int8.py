"""Runs a plain BERT encoder in 8-bit integers, with onnxruntime. Knows nothing of prefixes or batches.

The graph is written once for each model (``quantised.py``) and kept in the cache. A text is run by itself, so its
vector never depends on what it was embedded with; several threads work on several texts. One call is one text: it
holds no lock of Python's meanwhile.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from rag.adapters.bert_folder import KINDS, POSITIONS, WORDS, BertFolder, mapped
from rag.adapters.quantised import SAMPLES, long_samples, observable, quantised

_LONGEST_BUILD = 300  # seconds; two on two cores
_VERSION = 1  # part of the file's name: raise it when the graph changes


class Int8Encoder:
    """A BERT encoder on the CPU. Threads may call it at once.

    Args:
        folder: one that ``is_plain_bert``.
        name: names the weights; the graph is kept under it.
        cache: the user cache folder.
        threads: texts of a batch that are run at the same time.

    Raises:
        OSError, ValueError: the folder cannot be read, or the cache cannot be written.
    """

    def __init__(self, folder: Path, name: str, cache: Path, threads: int) -> None:
        self._folder = BertFolder.read(folder)
        self.dim, self.max_tokens, self.closing_tokens = self._folder.dim, self._folder.max_tokens, 1
        self._inputs = _Inputs(self._folder)
        self._session = _session(_graph(self._folder, name, cache, self._inputs).read_bytes())
        self._pool = ThreadPoolExecutor(threads, "embed") if threads > 1 else None

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, not cut."""
        return self._folder.tokenise(list(texts))

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Pooled vectors ``(len(batch), dim)``."""
        several = self._pool is not None and len(batch) > 1
        rows = self._pool.map(self._pooled, batch) if several and self._pool else map(self._pooled, batch)
        return np.concatenate(list(rows))

    def _pooled(self, ids: Sequence[int]) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._session.run(["pooled"], {"embedded": self._inputs.of(ids)})[0]
        return vector


class _Inputs:
    """Rows of the embedding tables, added up."""

    def __init__(self, folder: BertFolder) -> None:
        self._words = mapped(folder.weights, WORDS)
        positions, kinds = (mapped(folder.weights, name).astype(np.float32) for name in (POSITIONS, KINDS))
        self._positions = positions + kinds[0]

    def of(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """``(1, tokens, dim)``."""
        summed: NDArray[np.float32] = self._words[np.asarray(ids)].astype(np.float32) + self._positions[: len(ids)]
        return summed[None]


def _graph(folder: BertFolder, name: str, cache: Path, inputs: _Inputs) -> Path:
    """The file of the graph, written on first use; writers wait for each other."""
    file = cache / "models" / f"{name}-int8-v{_VERSION}.onnx"
    if file.is_file():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.parent / f".{file.name}.lock", timeout=_LONGEST_BUILD):
        if not file.is_file():
            _write(file, _quantised(folder, inputs))
    return file


def _write(file: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as opened:
        try:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
            Path(opened.name).chmod(0o644)
            Path(opened.name).replace(file)
        except BaseException:
            Path(opened.name).unlink(missing_ok=True)
            raise


def _quantised(folder: BertFolder, inputs: _Inputs) -> bytes:
    from safetensors import safe_open

    with safe_open(folder.weights, "np") as opened:

        def read(name: str) -> NDArray[np.float32]:
            return np.asarray(opened.get_tensor(name), np.float32)

        content, watched = observable(folder, read)
        texts = [ids[: folder.max_tokens] for ids in folder.tokenise([*SAMPLES, *long_samples()])]
        return quantised(folder, read, _observed(content, watched, [inputs.of(ids) for ids in texts]))


def _observed(
    content: bytes, watched: Mapping[str, str], texts: Sequence[NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """By product, the largest absolute value of each channel of what it was given."""
    session, names = _session(content), list(dict.fromkeys(watched.values()))
    seen = [session.run(names, {"embedded": text}) for text in texts]
    largest = {
        name: np.max([np.abs(values[at]).max((0, 1)) for values in seen], axis=0) for at, name in enumerate(names)
    }
    return {key: largest[name] for key, name in watched.items()}


def _session(content: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the longest text
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
