"""Writes a character map in SentencePiece's precompiled form, the one the ``tokenizers`` library reads and runs fast.

The form is a double-array trie over UTF-8 bytes (Aoe 1989; bit layout of darts-clone) followed by the replacements,
each ended by a zero byte. Knows nothing of models or vocabularies.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

_BLOCK = 256  # one unit for every byte a key can go on with
_HAS_LEAF = 1 << 8
_FAR = 1 << 9  # the offset is counted in steps of 256
_NEAR_LIMIT = 1 << 21
_LEAF = 1 << 31
_FEW = 4


@dataclass(slots=True)
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)
    value: int | None = None


def encode_charsmap(replacements: Mapping[str, str]) -> bytes:
    """The precompiled form of a map from characters (or short strings) to their replacements.

    Args:
        replacements: keys are not empty and hold no NUL, which is the trie's end mark; values hold no NUL.

    Raises:
        ValueError: a key or value breaks these rules.
    """
    root, texts = _Node(), bytearray()
    for key, text in sorted(replacements.items()):
        if not key or "\0" in key or "\0" in text:
            raise ValueError(f"cannot map {key!r} to {text!r}: an empty key, or a NUL character")
        node = root
        for byte in key.encode():
            node = node.children.setdefault(byte, _Node())
        node.value = len(texts)
        texts += text.encode() + b"\0"
    units = _double_array(root)
    return struct.pack("<I", units.nbytes) + units.tobytes() + bytes(texts)


def _double_array(root: _Node) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Lay the trie out: of a node with base ``b``, byte ``c`` leads to ``b ^ c``, and the value stands at ``b``."""
    units: list[int | None] = [None] * _BLOCK
    units[0] = 0
    first_free = 1
    taken: set[int] = set()  # a base belongs to one node, or a key could go on along another node's child
    waiting = [(root, 0)]
    while waiting:
        node, position = waiting.pop()
        labels = sorted(node.children) if node.value is None else [0, *sorted(node.children)]
        while first_free < len(units) and (units[first_free] is not None or first_free in taken):
            first_free += 1
        start = (
            first_free if len(labels) <= _FEW else len(units) - _BLOCK
        )  # the old blocks' gaps are too narrow for many
        base = _find_base(units, labels, position, start, taken)
        taken.add(base)
        units[position] = (
            (units[position] or 0) | _offset_bits(position ^ base) | (_HAS_LEAF if node.value is not None else 0)
        )
        for label in labels:
            units[base ^ label] = label
        if node.value is not None:
            units[base] = _LEAF | node.value
        waiting.extend((child, base ^ label) for label, child in node.children.items())
    return np.array([unit or 0 for unit in units], dtype="<u4")


def _find_base(units: list[int | None], labels: list[int], position: int, start: int, taken: set[int]) -> int:
    """A base with a free unit for every label, the first at ``start`` or later, and an offset that can be written."""
    unit = start
    while True:
        if unit >= len(units):
            units.extend([None] * _BLOCK)
        base = unit ^ labels[0]
        offset = position ^ base
        writable = 0 < offset < _NEAR_LIMIT or (offset >= _NEAR_LIMIT and not offset & 0xFF)
        if writable and base not in taken and all(units[base ^ label] is None for label in labels):
            return base
        unit += 1


def _offset_bits(offset: int) -> int:
    return offset << 10 if offset < _NEAR_LIMIT else (offset >> 8) << 10 | _FAR
