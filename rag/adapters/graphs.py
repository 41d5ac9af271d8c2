"""Graphs in 8-bit integers: written once into the cache, run by onnxruntime. Knows nothing of models' tables or heads.

A text is run by itself, so what comes out never depends on what stood beside it; several threads work on several
texts. One call is one text: it holds no lock of Python's meanwhile.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from rag.adapters.bert_folder import BertFolder
from rag.adapters.processor import ONE_THREAD_TOKENS
from rag.adapters.quantised import Read, observable, quantised

_LONGEST_BUILD = 300  # seconds; two on two cores
_VERSION = 3  # part of the file's name: raise it when the graph changes

States = NDArray[np.float32]


class Graph:
    """A graph that is kept in the cache. Threads may call it at once.

    Args:
        name: names the weights; the file is kept under it.
        cache: the user cache folder.
        threads: texts that are run at the same time.
        write: makes the file's content, on first use; writers wait for each other.

    Raises:
        OSError: the cache cannot be written.
    """

    def __init__(self, name: str, cache: Path, threads: int, write: Callable[[], bytes]) -> None:
        self._session = _session(_kept(cache / "models" / f"{name}-int8-v{_VERSION}.onnx", write).read_bytes())
        self._pool = ThreadPoolExecutor(threads, "graph") if threads > 1 else None

    def run(self, texts: Sequence[States]) -> list[States]:
        """What comes out for each ``(1, tokens, dim)``."""
        if self._pool is None or sum(text.shape[1] for text in texts) <= ONE_THREAD_TOKENS:
            return [self._result(text) for text in texts]
        return list(self._pool.map(self._result, texts))

    def _result(self, text: States) -> States:
        result: States = self._session.run(["result"], {"given": text})[0]
        return result


def rounded_graph(folder: BertFolder, read: Read, texts: Sequence[States]) -> bytes:
    """The graph in integers, its channels smoothed by how large they grow on ``texts``.

    Args:
        folder, read: as ``rag.adapters.quantised.quantised``.
        texts: what the graph is given for texts of the kinds it will be given, each ``(1, tokens, dim)``.
    """
    content, watched = observable(folder, read)
    session, names = _session(content), [name for name in dict.fromkeys(watched.values()) if name != "given"]
    seen = [dict(zip(names, session.run(names, {"given": text}), strict=True)) | {"given": text} for text in texts]
    largest = {name: np.max([np.abs(values[name]).max((0, 1)) for values in seen], axis=0) for name in seen[0]}
    return quantised(folder, read, {key: largest[name] for key, name in watched.items()})


def _kept(file: Path, write: Callable[[], bytes]) -> Path:
    if file.is_file():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.parent / f".{file.name}.lock", timeout=_LONGEST_BUILD):
        if not file.is_file():
            _write(file, write())
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


def _session(content: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the longest text
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
