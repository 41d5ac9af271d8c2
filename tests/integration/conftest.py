"""One corpus of the five sample pages, shared by the integration tests: real embedder, Chroma and tantivy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.models import IngestReport
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.conftest import SEEDS
from tests.integration.chroma_process import Server


@pytest.fixture(scope="session")
def seed_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pipeline, IngestReport]]:
    """A pipeline over the five pages, and the report of their ingest."""
    import asyncio

    store: Path = tmp_path_factory.mktemp("store")
    pipeline = build_pipeline(Settings.load(store={"path": store}))
    report = asyncio.run(pipeline.ingest([SEEDS]))
    yield pipeline, report
    pipeline.close()


@pytest.fixture(scope="session")
def seed_pipeline(seed_corpus: tuple[Pipeline, IngestReport]) -> Pipeline:
    """The pipeline alone."""
    return seed_corpus[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running Chroma server with an empty folder."""
    made = Server()
    made.start(tmp_path / "first")
    yield made
    made.kill()
