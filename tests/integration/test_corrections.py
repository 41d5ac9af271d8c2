"""Corrections of a sample page with the real parts: command line, stores, search, answers and summaries see them."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag.batch import summarise_all
from rag.build import build_pipeline
from rag.cli import gazette
from rag.correcting import correct, undo
from rag.errors import CorrectionError, NotFoundError
from rag.models import Article, CorrectionRequest
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.conftest import SEEDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    shutil.copy(sorted(SEEDS.glob("000*.txt"))[0], tmp_path / "in" / "page.txt")
    return tmp_path


@pytest.fixture
def pipeline(folder: Path) -> Iterator[Pipeline]:
    opened = _open(folder)
    asyncio.run(opened.ingest([folder / "in"]))
    yield opened
    opened.close()


def _open(folder: Path) -> Pipeline:
    return build_pipeline(Settings.load(store={"path": folder / "store"}))


def _articles(pipeline: Pipeline) -> list[Article]:
    return [one for one, _ in pipeline.articles(limit=500) if one.kind == "article" and one.title]


def _check(pipeline: Pipeline) -> None:
    (listed,) = pipeline.documents()
    document = pipeline.document(listed.document_id)
    covered: list[int] = []
    for article, _ in pipeline.articles(limit=500):
        spans = article.source_spans
        assert article.text.replace("\n", "") == "".join(document.text[start:end] for start, end in spans)
        covered += [at for start, end in spans for at in range(start, end) if not document.text[at].isspace()]
    assert sorted(covered) == [at for at, char in enumerate(document.text) if not char.isspace()]


async def test_search_answers_and_kept_summaries_see_a_correction_at_once(pipeline: Pipeline) -> None:
    first, second, *_ = _articles(pipeline)
    await summarise_all(pipeline, [first.article_id], max_chars=120, style="brief")
    amendment = await correct(pipeline, CorrectionRequest("merge", (first.article_id, second.article_id)))
    _check(pipeline)
    ((merged, _),) = amendment.articles
    assert second.title is not None
    assert second.title in merged.text
    found = await pipeline.search(second.text[-60:], k=3)
    assert found.evidence[0].article == merged
    (row,) = await summarise_all(pipeline, [merged.article_id], max_chars=120, style="brief")
    assert row["article_id"] == merged.article_id
    assert (await pipeline.check_stores()).is_empty
    await correct(pipeline, CorrectionRequest("rekind", (merged.article_id,), to_kind="furniture"))
    gone = await pipeline.search(second.text[-60:], k=10)
    assert all(one.article.article_id != merged.article_id for one in gone.evidence)
    await undo(pipeline, amendment.correction.kept.correction.correction_id)
    _check(pipeline)
    assert (await pipeline.check_stores()).is_empty


async def test_a_split_comes_to_the_same_cut_again_after_a_merge(pipeline: Pipeline) -> None:
    first, second, *_ = _articles(pipeline)
    amendment = await correct(pipeline, CorrectionRequest("merge", (first.article_id, second.article_id)))
    ((merged, _),) = amendment.articles
    assert second.title is not None
    amendment = await correct(pipeline, CorrectionRequest("split", (merged.article_id,), second.title))
    assert [one.title for one, _ in amendment.articles] == [first.title, second.title]
    assert amendment.articles[1][0].text == second.text
    _check(pipeline)


def test_corrections_outlive_a_restart_the_same_bytes_and_new_bytes(folder: Path) -> None:
    pipeline = _open(folder)
    asyncio.run(pipeline.ingest([folder / "in"]))
    first, second, *_ = _articles(pipeline)
    asyncio.run(correct(pipeline, CorrectionRequest("merge", (first.article_id, second.article_id))))
    title = next(one.title for one, _ in pipeline.articles(limit=500) if "人工合并" in one.doubts)
    pipeline.close()
    path = folder / "in" / "page.txt"
    pipeline = _open(folder)
    try:
        assert asyncio.run(pipeline.ingest([folder / "in"])).unchanged == 1
        path.write_text("新一版\n\n" + path.read_text(encoding="utf-8").replace("。\n", "。 \n"), encoding="utf-8")
        report = asyncio.run(pipeline.ingest([folder / "in"]))
        assert (report.documents, report.unapplied) == (1, ())
        assert [one.title for one, _ in pipeline.articles(limit=500) if "人工合并" in one.doubts] == [title]
        _check(pipeline)
        assert asyncio.run(pipeline.check_stores()).is_empty
    finally:
        pipeline.close()


def test_the_command_corrects_lists_and_undoes(folder: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(gazette, ["--store", str(folder / "store"), *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def rows(*arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in run(*arguments, "--json").splitlines()]

    run("ingest", str(folder / "in"))
    article = next(row for row in rows("articles", "--kind", "article") if row["title"] and len(row["text"]) > 300)
    body = article["text"].index("。", 150) + 1
    words = article["text"][body : body + 12].strip()
    (first, second) = rows("correct", "split", article["article_id"], "--before", words)
    assert first["title"] == article["title"]
    assert second["text"].startswith(words[:4])
    (listed,) = rows("correct", "list", article["document_id"])
    assert listed["article_ids"] == [first["article_id"], second["article_id"]]
    title = second["text"].split("。")[0][:14]
    (retitled,) = rows("correct", "retitle", second["article_id"], title)
    assert retitled["title"] == title
    (caption,) = rows("correct", "kind", retitled["article_id"], "photo_caption")
    assert caption["kind"] == "photo_caption"
    assert listed["correction_id"] in run("correct", "list")
    with pytest.raises(CorrectionError, match="不在此页的标题"):
        run("correct", "retitle", first["article_id"], "不在此页的标题")
    for one in reversed(rows("correct", "list")):
        run("correct", "undo", one["correction_id"])
    assert rows("correct", "list") == []
    assert article in rows("articles")
    with pytest.raises(NotFoundError, match=listed["correction_id"]):
        run("correct", "undo", listed["correction_id"])


async def test_a_headline_that_is_not_on_the_page_is_refused(pipeline: Pipeline) -> None:
    (first, *_) = _articles(pipeline)
    with pytest.raises(CorrectionError, match="words of the page"):
        await correct(pipeline, CorrectionRequest("retitle", (first.article_id,), "不在此页的标题"))
