"""Search where two of five articles have a copy: copies collapsed against not, filtered against not.

    python -m tests.bench.copies --articles 1000 --queries 60

Processor time; all kinds of search in turn for each question, so that what else the
machine does falls on all of them. Every question is asked twice: new, and again while nothing was written. Vectors are
made up (see ``tests.bench.scale``), stores are real. One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rag.copies import CopyAwareRetriever, CopyFinder
from rag.intake import Intake
from rag.models import Filters, Query
from rag.retrieve import Retriever
from rag.settings import RetrieveSettings
from tests.bench.scale import House, RandomEmbedder, sentences

COPIED = 5
"""Of so many articles in a row, the second is a copy of the first, shorter by a sentence: two of five have one."""

DAYS = 28

K = 10


def write_articles(path: Path, known: Sequence[str], count: int) -> None:
    """``count`` dated records of about ten sentences, two of five with a copy."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        last: list[str] = []
        for number in range(count):
            last = last[:-1] if number % COPIED == 1 else chance.choices(known, k=10)
            text, day = "".join(last), number % DAYS + 1
            row = {"_id": f"r{number}", "title": last[0][:16], "text": text, "published": f"2024-01-{day:02d}"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def searched(house: House, collapse: bool) -> CopyAwareRetriever:
    """A retriever that has kept nothing yet."""
    retriever = Retriever(house.ledger, house.vectors, house.terms, RandomEmbedder(), RetrieveSettings())
    return CopyAwareRetriever(retriever, CopyFinder(house.ledger, "default"), collapse=collapse)


def search(house: House, asked: Sequence[str]) -> Iterator[dict[str, object]]:
    """CPU time of each kind of search, and its ratio to the search it is compared with."""
    half = Filters(date_to=f"2024-01-{DAYS // 2:02d}")
    kinds = {
        "copies named": (searched(house, False), Filters()),
        "copies collapsed": (searched(house, True), Filters()),
        "copies collapsed, a date filter that lets half through": (searched(house, True), half),
    }
    laps: dict[tuple[str, str], list[float]] = {}
    for question in asked:
        for state in ("new", "asked again"):
            for name, (retriever, filters) in kinds.items():
                began = time.process_time()
                retriever.retrieve(Query(question, question, filters), K)
                laps.setdefault((state, name), []).append((time.process_time() - began) * 1000)
    for state in ("new", "asked again"):
        medians = {name: statistics.median(laps[state, name][5:]) for name in kinds}
        yield from rows(state, medians, laps)


def rows(
    state: str, medians: Mapping[str, float], laps: Mapping[tuple[str, str], Sequence[float]]
) -> Iterator[dict[str, object]]:
    """One row a kind of search; its ratio is to the kind before it, which does one thing less."""
    before: float | None = None
    for name, median in medians.items():
        ordered = sorted(laps[state, name][5:])
        yield {
            "what": f"search, {state}: {name}",
            "n": len(ordered),
            "CPU p50 ms": round(median, 1),
            "CPU p95 ms": round(ordered[int(len(ordered) * 0.95)], 1),
            "ratio to the row before": None if before is None else round(median / before, 2),
        }
        before = median


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--queries", type=int, default=60)
    given = parser.parse_args()
    known, chance = sentences(None), random.Random(11)
    with tempfile.TemporaryDirectory(prefix="gazette-copies-") as name:
        write_articles(Path(name) / "articles.jsonl", known, given.articles)
        house = House(Path(name))
        intake = Intake([Path(name) / "articles.jsonl"], "default", 50_000_000)
        house.index.ingest(intake.documents(intake.walk()))
        for row in search(house, [chance.choice(known)[:24] for _ in range(given.queries)]):
            print(json.dumps(row, ensure_ascii=False), flush=True)
        house.close()


if __name__ == "__main__":
    main()
