"""A search told again: the same until the corpus changes, and never what was deleted."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.intake import Upload
from rag.models import Query, Ranking
from rag.pipeline import Pipeline
from rag.retrieve import Retriever
from rag.settings import Settings
from tests.torture.world import use_fakes


def look(pipeline: Pipeline) -> Ranking:
    return asyncio.run(pipeline.search("大桥"))


def texts(pipeline: Pipeline) -> set[str]:
    return {one.passage.text for one in look(pipeline).evidence}


@pytest.mark.parametrize("remember", [True, False])
def test_a_search_is_told_again_until_something_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remember: bool
) -> None:
    use_fakes(monkeypatch.setattr)
    looked, real = list[int](), Retriever.retrieve

    def counted(retriever: Retriever, query: Query, k: int, per_article: int | None = None) -> Ranking:
        looked.append(k)
        return real(retriever, query, k, per_article)

    monkeypatch.setattr(Retriever, "retrieve", counted)
    settings = Settings.load(store={"path": tmp_path}, retrieve={"remember": remember})
    with closing(build_pipeline(settings)) as pipeline:
        asyncio.run(pipeline.ingest((), uploads=[Upload("a.txt", "东湖大桥昨日通车".encode())]))
        assert look(pipeline) == look(pipeline)
        assert len(looked) == (1 if remember else 2)
        asyncio.run(pipeline.ingest((), uploads=[Upload("b.txt", "西湖大桥明日开工".encode())]))
        assert texts(pipeline) == {"东湖大桥昨日通车", "西湖大桥明日开工"}
        [first] = [one for one in pipeline.documents(limit=10) if one.document == "a.txt"]
        asyncio.run(pipeline.delete(first.document_id))
        assert texts(pipeline) == {"西湖大桥明日开工"}
