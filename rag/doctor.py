"""Looks at what Gazette stands on, stores, models and machine, and says what is wrong and how to mend it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.adapters.processor import usable_cores, usable_threads
from rag.adapters.sentence_transformers import precisions
from rag.errors import StoreUnavailableError
from rag.index import Index
from rag.pipeline import Pipeline
from rag.settings import EmbedderSettings, RetrieveSettings, Settings
from rag.weights import BUNDLED

LOW_DISK_BYTES = 500_000_000
"""Less free space than this and the next ingest may fail half way: the built model alone takes about as much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``detail`` says what is there, or what is wrong and how to mend it."""

    check: str
    ok: bool
    detail: str


async def examine(pipeline: Pipeline, *, repair: bool = False) -> list[Finding]:
    """Every finding, good and bad. With ``repair`` what vectors and terms lack is rebuilt from the ledger first."""
    found = list(_machine(pipeline))
    counts = pipeline.ledger.counts(pipeline.collection)
    found.append(Finding("ledger", True, f"{counts.documents} documents, {counts.articles} articles"))
    if older := await pipeline.change(Index.cut_otherwise):
        told = f"{len(older)} documents were cut by another version of this program"
        found.append(Finding("cut", True, f"{told}; `gazette recut` changes those that come out differently now"))
    try:
        if repair:
            mended = await pipeline.check_stores(repair=True)
            found.append(Finding("repair", True, "nothing to mend" if mended.is_empty else f"mended: {mended}"))
        left = await pipeline.check_stores()
    except StoreUnavailableError as error:
        told = "not repaired" if repair else "not compared"
        return [*found, Finding("stores", False, f"{told}: {error}; then run `gazette doctor --repair`")]
    agreement = "vectors and terms agree with the ledger"
    problem = f"{left}; run `gazette doctor --repair`"
    found.append(Finding("stores", left.is_empty, agreement if left.is_empty else problem))
    return found


def _machine(pipeline: Pipeline) -> Iterator[Finding]:
    settings = pipeline.settings
    yield Finding("python", True, f"{platform.python_version()} on {platform.machine()}")
    free = shutil.disk_usage(settings.store.path).free
    yield Finding("disk", free >= LOW_DISK_BYTES, f"{free / 1e9:.1f} GB free at {settings.store.path.absolute()}")
    recorded = pipeline.ledger.index_settings(pipeline.collection)
    used = f"dimension {recorded.dim}, weights {recorded.embedder}" if recorded else "nothing indexed yet"
    yield Finding("embedder", True, f"{settings.embedder.name}, {used}")
    yield Finding("precision", True, _precision(settings.embedder))
    yield _threads(settings)
    yield Finding("model", True, settings.model.name)
    yield Finding("reranker", True, _reranker(settings.retrieve))
    yield _reader(settings.answer.reader)


def _precision(settings: EmbedderSettings) -> str:
    chosen = precisions(settings)
    same = chosen.passages == chosen.questions
    name = chosen.passages if same else f"{chosen.passages}, questions {chosen.questions}"
    return f"{name}: {chosen.why}"


def _threads(settings: Settings) -> Finding:
    """Threads that embed at the same time: of the one ingest and of each question here, one a worker with Ray."""
    cores = usable_cores()
    if settings.ingest.engine == "ray":
        if settings.ingest.ray_address:
            return Finding("threads", True, f"1 a worker of the Ray cluster at {settings.ingest.ray_address}")
        workers = settings.ingest.ray_workers or cores
        told = f"1 × {workers} Ray workers on {cores} cores"
        remedy = "" if workers <= cores else "; they wait for each other: set GAZETTE_INGEST__RAY_WORKERS to 0"
        return Finding("threads", workers <= cores, told + remedy)
    return Finding(
        "threads", True, f"{usable_threads(settings.embedder.threads)} for an ingest, 1 a question, on {cores} cores"
    )


def _reranker(limits: RetrieveSettings) -> str:
    if limits.reranker is None:
        return "none: the blend alone orders what is found"
    name = "the built-in reader" if limits.reading else limits.reranker
    return f"{name}, reorders the best {limits.reread}; loaded at the first question"


def _reader(choice: str) -> Finding:
    if choice == "off":
        return Finding("reader", True, "off: answers rest on rules alone")
    weights = BUNDLED if choice == "on" else Path(choice).expanduser()
    if weights.is_file():
        return Finding("reader", True, f"{weights}, {weights.stat().st_size / 1e6:.0f} MB")
    return Finding("reader", False, f"{weights} is missing; reinstall, or set GAZETTE_ANSWER__READER to a file or off")
