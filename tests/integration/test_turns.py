"""Two pages of one issue in real stores: joined, asked across the turn, summarised once, unjoined when one goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.app import create_app
from rag.batch import summarise_all
from rag.build import build_pipeline
from rag.cli import gazette
from rag.models import Filters
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.unit.test_issue import FIRST, THIRD

NAMES = {"2023-07-06_A01.txt": FIRST, "2023-07-06_A03.txt": THIRD}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in NAMES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def pipeline(tmp_path: Path, pages: Path) -> Iterator[Pipeline]:
    opened = build_pipeline(Settings.load(store={"path": tmp_path / "store"}))
    asyncio.run(opened.ingest([pages / "2023-07-06_A03.txt"]))
    asyncio.run(opened.ingest([pages / "2023-07-06_A01.txt"]))
    yield opened
    opened.close()


def ids(pipeline: Pipeline) -> dict[str, str]:
    """Article ids by what only that piece says."""
    pieces = [article for article, _ in pipeline.articles()]
    told = {"head": "燃放礼花", "rest": "六亿元", "school": "蘸墨临帖", "more": "篆刻"}
    return {name: next(one.article_id for one in pieces if words in one.text) for name, words in told.items()}


def rows(pipeline: Pipeline) -> dict[str, Any]:
    chosen = list(pipeline.summarisable())
    found = asyncio.run(summarise_all(pipeline, chosen, max_chars=400, style="brief"))
    assert [row["article_id"] for row in found] == chosen
    return {row["article_id"]: row for row in found}


def quoted(pipeline: Pipeline, reply: Any) -> set[str]:
    """The documents cited; every citation was looked up in its own document."""
    for citation in reply["citations"]:
        text = pipeline.document(citation["document_id"]).text
        assert "".join(text[start:end] for start, end in citation["source_spans"]) == citation["quote"]
    return {citation["document"] for citation in reply["citations"]}


def test_a_sentence_that_the_turn_cuts_is_answered_from_both_pages(pipeline: Pipeline) -> None:
    answer = asyncio.run(pipeline.ask("北山大桥总投资多少？"))
    assert "六亿元" in (answer.answer or "")
    assert {citation.document for citation in answer.citations} == set(NAMES)
    assert {citation.title for citation in answer.citations} == {"北山大桥合龙"}
    for citation in answer.citations:
        text = pipeline.document(citation.document_id).text
        assert "".join(text[start:end] for start, end in citation.source_spans) == citation.quote


def test_a_search_shows_a_continuation_under_its_heads_title(pipeline: Pipeline) -> None:
    (best, *_) = asyncio.run(pipeline.search("铺设桥面沥青")).evidence
    assert (best.document, best.article.title) == ("2023-07-06_A03.txt", "北山大桥合龙")


def test_one_summary_covers_both_halves_and_rows_follow_what_is_there(pipeline: Pipeline, pages: Path) -> None:
    names = ids(pipeline)
    together = rows(pipeline)
    head, rest = together[names["head"]], together[names["rest"]]
    assert quoted(pipeline, head) == set(NAMES)
    assert "总投资六亿元" in head["summary"]
    assert (rest["summary"], rest["summarised_with"]) == (None, names["head"])
    assert "北山大桥合龙" in rest["abstention"]["message"]
    (third,) = (one.document_id for one in pipeline.documents() if one.document == "2023-07-06_A03.txt")
    asyncio.run(pipeline.delete(third))
    alone = rows(pipeline)[names["head"]]
    assert quoted(pipeline, alone) == {"2023-07-06_A01.txt"}
    assert "六亿元" not in json.dumps(alone, ensure_ascii=False)
    asyncio.run(pipeline.ingest([pages / "2023-07-06_A03.txt"]))
    assert rows(pipeline) == together


def test_a_question_limited_to_one_page_is_answered_from_that_page_alone(pipeline: Pipeline) -> None:
    answer = asyncio.run(pipeline.ask("北山大桥总投资多少？", filters=Filters(document="2023-07-06_A01.txt")))
    cited = [*answer.citations, *(answer.abstention.nearest if answer.abstention else ())]
    assert {citation.document for citation in cited} <= {"2023-07-06_A01.txt"}


async def test_the_service_gives_the_joins(pipeline: Pipeline) -> None:
    names = ids(pipeline)
    transport = httpx.ASGITransport(app=create_app(pipeline.settings, pipeline))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        head = (await client.get(f"/v1/articles/{names['head']}")).json()
        listed = (await client.get("/v1/articles")).json()["items"]
    assert (head["continued_by"], head["turns_to"]) == (names["rest"], "3")
    joined = {one["article_id"]: one["continues"] for one in listed if one["kind"] == "continuation"}
    assert joined == {names["rest"]: names["head"], names["more"]: names["school"]}


def test_the_command_line_shows_where_an_article_goes_on(tmp_path: Path, pages: Path, pipeline: Pipeline) -> None:
    names = ids(pipeline)
    store = ["--store", str(tmp_path / "store")]
    listed = CliRunner().invoke(gazette, [*store, "articles", "--json"]).stdout
    found = {row["article_id"]: row for row in map(json.loads, listed.splitlines())}
    assert found[names["rest"]]["continues"] == names["head"]
    assert found[names["rest"]]["continues_page"] == "1"
    assert found[names["head"]]["turn_rule"] == "同一位置的文件，名称只差版次"
    shown = CliRunner().invoke(gazette, [*store, "show", names["head"]]).stdout
    assert shown.index("燃放礼花") < shown.index("2023-07-06_A03.txt") < shown.index("六亿元")
    assert names["head"] in CliRunner().invoke(gazette, [*store, "show", names["rest"]]).stdout
