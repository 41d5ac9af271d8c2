"""A data folder with real stores and a fake embedder: settings, corpora, searches, for tests that damage or erase."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

from rag.build import build_pipeline
from rag.models import SourceMetadata
from rag.settings import Settings

PASSAGES = 1010
"""More than Chroma keeps in its queue before it writes vector files (1,000)."""


def settings_of(store: Path) -> Settings:
    return Settings.load(store={"path": store})


def write_records(file: Path, n: int) -> Path:
    rows = ({"id": f"r{number}", "text": f"第{number}号大桥昨日通车，长{number * 7}米。"} for number in range(n))
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def take_in(settings: Settings, *paths: Path, metadata: SourceMetadata = SourceMetadata()) -> None:
    with closing(build_pipeline(settings)) as pipeline:
        assert not asyncio.run(pipeline.ingest(paths, metadata=metadata)).failed


Found = list[tuple[float, str, str]]
"""Score, document and passage of what a search found, in an order of its own: Chroma normalises vectors again, so
scores are kept to three digits, and passages whose scores are equal then may stand either way."""


def searches(settings: Settings) -> list[Found]:
    with closing(build_pipeline(settings)) as pipeline:
        asked = [asyncio.run(pipeline.search(f"第{number}号大桥", k=5)) for number in (3, 500, PASSAGES - 1)]
    return [sorted((-round(one.score, 3), one.document, one.passage.text) for one in found.evidence) for found in asked]
