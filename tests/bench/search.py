"""A warm question, from its text to its evidence, in a corpus of some thousand articles: what the model takes, what the
rest takes, and their ratio.

    python -m tests.bench.search --articles 5000 --queries 150

The question is embedded by the real model; the corpus has made-up vectors (see ``tests.bench.scale``), real stores, and
copies for two of five articles. Processor time on one thread, so that what else the machine does counts less. Every
question is asked new and again. One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.adapters.sentence_transformers import load_embedder
from rag.copies import CopyAwareRetriever
from rag.intake import Intake
from rag.models import Query
from rag.protocols import Embedder
from rag.settings import Settings
from tests.bench.copies import K, searched, write_articles
from tests.bench.scale import House, sentences

WARM_UP = 20


def single_threaded(settings: Settings) -> Embedder:
    """The model of the settings on one thread, so that processor time is what a text takes."""
    return load_embedder(settings.embedder.model_copy(update={"threads": 1}), settings.cache_path)


def timed(work: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """CPU milliseconds of each, sorted."""
    laps = []
    for question in questions:
        began = time.process_time()
        work(question)
        laps.append((time.process_time() - began) * 1000)
    return sorted(laps)


def rows(retriever: CopyAwareRetriever, questions: Sequence[str]) -> Iterator[dict[str, object]]:
    """The model alone, then the search without it, new and again."""
    embedder = single_threaded(Settings())

    def embed(question: str) -> object:
        return embedder.embed_queries([question])

    def search(question: str) -> object:
        return retriever.retrieve(Query(question, question), K)

    for question in questions[:WARM_UP]:
        embed(question)
        search(question)
    asked = questions[WARM_UP:]
    alone = timed(embed, asked)
    yield _row("the model alone", alone, None)
    for state in ("new", "asked again"):
        yield _row(f"search without the model, {state}", timed(search, asked), statistics.median(alone))


def _row(what: str, laps: Sequence[float], model: float | None) -> dict[str, object]:
    median, late = statistics.median(laps), laps[int(len(laps) * 0.95)]
    row: dict[str, object] = {
        "what": what,
        "n": len(laps),
        "CPU p50 ms": round(median, 1),
        "CPU p95 ms": round(late, 1),
    }
    if model is not None:
        row |= {"p50 over the model's": round(median / model, 2), "p95 over the model's p50": round(late / model, 2)}
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--queries", type=int, default=150)
    parser.add_argument("--sentences", type=Path)
    given = parser.parse_args()
    known, chance = sentences(given.sentences), random.Random(11)
    with tempfile.TemporaryDirectory(prefix="gazette-search-") as name:
        write_articles(Path(name) / "articles.jsonl", known, given.articles)
        house = House(Path(name))
        intake = Intake([Path(name) / "articles.jsonl"], "default", 50_000_000)
        house.index.ingest(intake.documents(intake.walk()))
        questions = [chance.choice(known)[:24] for _ in range(WARM_UP + given.queries)]
        for row in rows(searched(house, True), questions):
            print(json.dumps(row, ensure_ascii=False), flush=True)
        house.close()


if __name__ == "__main__":
    main()
