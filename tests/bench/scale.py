"""Ingest and search of a large collection: speed by part of the run, memory, and warm search, with made-up vectors.

    python -m tests.bench.scale --articles 40000 --queries 200

The vectors are random (dimension 384, drawn from each text's digest), so what is timed is everything but the model:
reading, cutting, ledger, Chroma, tantivy. Articles are shuffled out of the sentences of the sample pages, or of
``--sentences FILE`` (JSONL with ``text``). One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.adapters.chroma import ChromaVectorIndex
from rag.adapters.rensa import RensaSigner
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.chunk import Chunker
from rag.duplicates import signed_hashes
from rag.index import Index
from rag.intake import Intake
from rag.ledger import Ledger
from rag.models import Query
from rag.pages import segment
from rag.protocols import Vectors
from rag.retrieve import Retriever
from rag.settings import ChromaSettings, RetrieveSettings
from rag.text.ngrams import terms
from rag.text.sentences import split_sentences
from tests.conftest import SEEDS

DIM = 384
REPORTS = 8
"""Parts of the ingest that are reported one by one, to see whether it slows down."""


class RandomEmbedder:
    """Unit vectors drawn from the digest of a text: equal for equal texts, far apart for any others."""

    fingerprint, dim, max_tokens = "random", DIM, 512

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.stack([self._row(text) for text in texts])
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [int(len(text) * 0.65) + 2 for text in texts]  # Chinese news in e5's vocabulary: 0.65 tokens a character

    def count_question_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.count_tokens(texts)

    def _row(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(sha256(text.encode()).digest()[:8])
        return np.random.default_rng(seed).standard_normal(DIM, np.float32)


class House:
    """One collection in a folder: the real stores over made-up vectors."""

    def __init__(self, folder: Path) -> None:
        embedder = RandomEmbedder()
        self.ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}", RensaSigner(signed_hashes))
        self.vectors = ChromaVectorIndex.open(ChromaSettings(), folder / "chroma", "default")
        self.terms = TantivyLexicalIndex.open(folder / "terms", terms)
        chunker = Chunker(embedder.count_tokens, 700, 500)
        self.index = Index(self.ledger, self.vectors, self.terms, embedder, chunker, segment, "default")
        self.retriever = Retriever(self.ledger, self.vectors, self.terms, embedder, RetrieveSettings())

    def close(self) -> None:
        self.vectors.close()
        self.terms.close()
        self.ledger.close()


def sentences(path: Path | None) -> list[str]:
    """Sentences of more than twelve characters to make articles of."""
    if path is None:
        texts = [page.read_text(encoding="utf-8") for page in sorted(SEEDS.iterdir())]
    else:
        with path.open(encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line, _ in zip(lines, range(20_000), strict=False)]
    return [text[start:end] for text in texts for start, end in split_sentences(text) if end - start > 12]


def write_articles(path: Path, known: Sequence[str], count: int) -> None:
    """``count`` records of about eight sentences, each with a sentence of its own."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = "".join([f"第{number}号消息。", *chance.choices(known, k=8)])
            file.write(
                json.dumps({"_id": f"r{number}", "title": text[-18:-2], "text": text}, ensure_ascii=False) + "\n"
            )


def resident_mib() -> int:
    """Memory of this process now, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def ingest(house: House, source: Path, count: int) -> Iterator[dict[str, object]]:
    """Speed and memory of each part of one ingest."""
    step = max(count // REPORTS, 1)
    laps: list[tuple[int, float, float, int]] = [(0, time.perf_counter(), time.process_time(), resident_mib())]

    def progress(stage: str, done: int, total: int | None) -> None:
        if done % step == 0:
            laps.append((done, time.perf_counter(), time.process_time(), resident_mib()))

    intake = Intake([source], "default", 50_000_000)
    report = house.index.ingest(intake.documents(intake.walk()), progress=progress)
    for (first, began, began_cpu, _), (last, ended, ended_cpu, resident) in pairwise(laps):
        yield {
            "what": f"ingest of articles {first}–{last}",
            "articles a second": round((last - first) / (ended - began)),
            "CPU ms an article": round((ended_cpu - began_cpu) / (last - first) * 1000, 2),
            "resident MiB": resident,
        }
    yield {
        "what": "ingest",
        "passages": report.passages,
        "failed": len(report.failed),
        "seconds": round(report.seconds),
    }


def search(house: House, known: Sequence[str], queries: int) -> Iterator[dict[str, object]]:
    """Warm search, one at a time: both legs and the ledger, the model left out."""
    chance = random.Random(11)
    asked = [chance.choice(known)[:24] for _ in range(queries)]
    for question in asked[:20]:
        house.retriever.retrieve(Query(question, question), 10)
    laps = []
    for question in asked:
        began = time.perf_counter()
        house.retriever.retrieve(Query(question, question), 10)
        laps.append((time.perf_counter() - began) * 1000)
    laps.sort()
    yield {
        "what": "search, warm",
        "n": queries,
        "p50 ms": round(statistics.median(laps), 1),
        "p95 ms": round(laps[int(queries * 0.95)], 1),
        "resident MiB": resident_mib(),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--sentences", type=Path)
    parser.add_argument("--folder", type=Path, help="where the collection is made; kept afterwards")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="gazette-scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        known = sentences(given.sentences)
        write_articles(folder / "articles.jsonl", known, given.articles)
        house = House(folder)
        for rows in (ingest(house, folder / "articles.jsonl", given.articles), search(house, known, given.queries)):
            for row in rows:
                print(json.dumps(row, ensure_ascii=False), flush=True)
        house.close()
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
