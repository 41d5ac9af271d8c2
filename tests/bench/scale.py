"""Ingest and search of a large collection: speed by part of the run, memory, and warm search, with made-up vectors.

    python -m tests.bench.scale --articles 100000 --queries 200
    python -m tests.bench.scale --articles 20000 --kill-at 10000

The vectors are random (dimension 384, drawn from each text's digest), so what is timed is everything but the model:
reading, cutting, ledger, Chroma, tantivy. Articles are shuffled out of the sentences of the sample pages, or of
``--sentences FILE`` (JSONL with ``text``). With ``--kill-at`` the ingest runs in a child that is killed (SIGKILL) once
so many documents are visible, and is then gone on with here. One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
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
from rag.models import Filters, Query
from rag.pages import segment
from rag.protocols import Vectors
from rag.retrieve import Retriever
from rag.settings import ChromaSettings, RetrieveSettings
from rag.text.ngrams import terms
from rag.text.sentences import split_sentences
from tests.conftest import SEEDS

DIM = 384
DAYS = 28
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
    """``count`` records of about eight sentences, each with a sentence of its own, dated over ``DAYS`` days."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = "".join([f"第{number}号消息。", *chance.choices(known, k=8)])
            row = {"_id": f"r{number}", "title": text[-18:-2], "text": text, "published": _day(number % DAYS)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _day(number: int) -> str:
    return f"2024-01-{number + 1:02d}"


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


def kill_and_resume(folder: Path, count: int, kill_at: int) -> Iterator[dict[str, object]]:
    """An ingest in a child, killed once ``kill_at`` documents are visible, and what going on with it takes."""
    child = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, "--articles", str(count), "--folder", str(folder), "--queries", "0"],
        stdout=subprocess.DEVNULL,
    )
    while child.poll() is None and _visible(folder) < kill_at:
        time.sleep(0.5)
    child.kill()
    if child.wait() != -signal.SIGKILL:
        raise SystemExit(f"the child ended by itself ({child.returncode}); give a smaller --kill-at")
    began, held = time.perf_counter(), _visible(folder)
    house = House(folder)
    house.index.recover()
    opened = time.perf_counter()
    intake = Intake([folder / "articles.jsonl"], "default", 50_000_000)
    report = house.index.ingest(intake.documents(intake.walk()))
    yield {
        "what": "killed and gone on with",
        "visible when killed": held,
        "opening, seconds": round(opened - began, 1),
        "unchanged": report.unchanged,
        "taken in": report.documents,
        "seconds": round(report.seconds),
        "stores agree": house.index.check().is_empty,
        "doubled or lost": house.ledger.counts("default").documents - count,
    }
    house.close()


def _visible(folder: Path) -> int:
    """Documents visible in a ledger that another process writes."""
    try:
        with closing(sqlite3.connect(f"{(folder / 'ledger.sqlite').as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM documents WHERE state = 'ready'").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


FILTERS = {
    "search, warm": Filters(),
    "search, warm, a date filter that lets half through": Filters(date_to=_day(DAYS // 2 - 1)),
    "search, warm, a filter for one day of 28": Filters(date_from=_day(3), date_to=_day(3)),
    "search, warm, a filter for one document": Filters(document="r7"),
}


def search(house: House, known: Sequence[str], queries: int) -> Iterator[dict[str, object]]:
    """Warm search, one at a time: both legs and the ledger, the model left out."""
    chance = random.Random(11)
    asked = [chance.choice(known)[:24] for _ in range(queries)]
    for what, filters in FILTERS.items():
        laps, cpu = [], []
        for question in [*asked[:20], *asked]:
            began, began_cpu = time.perf_counter(), time.process_time()
            house.retriever.retrieve(Query(question, question, filters), 10)
            laps.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - began_cpu) * 1000)
        laps, cpu = sorted(laps[20:]), sorted(cpu[20:])
        late = int(queries * 0.95)
        yield {
            "what": what,
            "n": queries,
            "p50 ms": round(statistics.median(laps), 1),
            "p95 ms": round(laps[late], 1),
            "CPU p50 ms": round(statistics.median(cpu), 1),
            "CPU p95 ms": round(cpu[late], 1),
            "resident MiB": resident_mib(),
        }


def _print(rows: Iterator[dict[str, object]]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--sentences", type=Path)
    parser.add_argument("--folder", type=Path, help="where the collection is made; kept afterwards")
    parser.add_argument("--kill-at", type=int, help="kill the ingest when so many documents are visible, and go on")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="gazette-scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        known = sentences(given.sentences)
        write_articles(folder / "articles.jsonl", known, given.articles)
        if given.kill_at:
            _print(kill_and_resume(folder, given.articles, given.kill_at))
            return
        house = House(folder)
        _print(ingest(house, folder / "articles.jsonl", given.articles))
        if given.queries:
            _print(search(house, known, given.queries))
        house.close()
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
