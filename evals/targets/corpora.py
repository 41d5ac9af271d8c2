"""Corpora built once and kept: one data folder per content, index settings and ingesting code. Never the user's own.

Knows nothing of questions.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import rag
from evals.samples.sample import Corpus
from rag.build import build_pipeline
from rag.intake import Upload
from rag.pipeline import Pipeline
from rag.protocols import Generator, Progress
from rag.serialise import report_json
from rag.settings import Settings

KEPT = 12
"""Corpora kept on disk; of more the ones longest unused go."""

_MARK = "ready.json"
_INGESTING = (
    "readers", "pages", "text", "models", "ledger", "adapters", "mapping.py", "intake.py", "chunk.py", "index",
)  # fmt: skip
"""Parts of the engine whose change may change what is stored for the same bytes."""


@cache
def ingest_revision() -> str:
    """Digest of the code that turns bytes into what is stored."""
    root = Path(rag.__file__).parent
    code = sha256()
    for name in _INGESTING:
        for path in sorted((root / name).rglob("*.py")) or [root / name]:
            code.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()[:16]


def own_settings(settings: Settings, store: Path) -> Settings:
    """The settings with every store moved to a folder of the harness: the user's corpus is never opened.

    Nothing is remembered either: what is measured was looked for.
    """
    stores = {
        "store": settings.store.model_copy(update={"path": store, "collection": "default"}),
        "ledger": settings.ledger.model_copy(update={"url": None}),
        "chroma": settings.chroma.model_copy(update={"url": None}),
        "retrieve": settings.retrieve.model_copy(update={"remember": False}),
    }
    return settings.model_copy(update=stores)


class CorpusCache:
    """Opens pipelines over corpora, building each on first use.

    Args:
        folder: where the corpora are kept.
        settings: of the system under test; its stores are replaced.
        progress: told while a corpus is built.
    """

    def __init__(self, folder: Path, settings: Settings, progress: Progress | None = None) -> None:
        self._folder = folder
        self._settings = settings
        self._progress = progress

    def path(self, corpus: Corpus) -> Path:
        """The data folder of a corpus under these settings."""
        settings = self._settings
        shaping = [settings.embedder.model_dump(mode="json"), settings.chunk.model_dump(mode="json")]
        key = sha256("\0".join([corpus.sha256, json.dumps(shaping, sort_keys=True), ingest_revision()]).encode())
        return self._folder / f"{corpus.name}-{key.hexdigest()[:12]}"

    async def open(self, corpus: Corpus, generator: Generator | None = None) -> tuple[Pipeline, dict[str, Any]]:
        """A pipeline over the corpus that drafts with ``generator`` if given, and the report of its building.

        An interrupted building goes on where it was: what is stored already is found unchanged.

        Raises:
            StoreLockedError: another process asks the same corpus.
        """
        folder = self.path(corpus)
        mark = folder / _MARK
        pipeline = build_pipeline(own_settings(self._settings, folder), generator=generator)
        try:
            if not mark.is_file():
                uploads = (_upload(corpus),) if corpus.records else ()
                report = await pipeline.ingest(list(corpus.files), uploads=uploads, progress=self._progress)
                mark.write_text(json.dumps(report_json(replace(report, failed=report.failed[:20]))), encoding="utf-8")
            mark.touch()
        except BaseException:
            pipeline.close()
            raise
        self._prune()
        return pipeline, dict(json.loads(mark.read_text("utf-8")))

    def _prune(self) -> None:
        marks = sorted(self._folder.glob(f"*/{_MARK}"), key=lambda mark: -mark.stat().st_mtime)
        for mark in marks[KEPT:]:
            if not (mark.parent / "lock.pid").exists():
                shutil.rmtree(mark.parent)


def _upload(corpus: Corpus) -> Upload:
    lines = (json.dumps(record, ensure_ascii=False) for record in corpus.records)
    return Upload(f"{corpus.name}.jsonl", ("\n".join(lines) + "\n").encode())
