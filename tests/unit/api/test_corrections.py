"""Corrections over HTTP, with a real index over stores in memory behind the application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx
import pytest
from pydantic import TypeAdapter

from api import correction_replies
from api.app import create_app
from rag.index import Index
from rag.models import Article, Document
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes import make_document
from tests.unit.corrections.test_index import HERE, MERGED, TEXT, House

T = TypeVar("T")


class CorrectedPipeline:
    """As much of a pipeline as correcting needs."""

    collection = HERE

    def __init__(self, house: House) -> None:
        self._house = house
        self.ledger = house.ledger

    async def change(self, work: Callable[[Index], T]) -> T:
        return work(self._house.index)

    def article(self, article_id: str) -> tuple[Article, str]:
        return self.ledger.article(HERE, article_id)

    def document(self, document_id: str) -> Document:
        return self.ledger.document(HERE, document_id)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.index.ingest([make_document(TEXT)])
    yield opened
    opened.ledger.close()


@pytest.fixture
async def client(house: House, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, cast(Pipeline, CorrectedPipeline(house)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


async def test_a_correction_is_made_listed_and_taken_back(client: httpx.AsyncClient, house: House) -> None:
    ids = [article.article_id for article in house.articles()]
    reply = await client.post("/v1/corrections", json={"kind": "merge", "article_ids": ids[:2]})
    assert reply.status_code == 201
    shape = reply.json()
    TypeAdapter(correction_replies.AmendmentReply).validate_python(shape)
    assert [one["text"] for one in shape["articles"]] == MERGED[:1]
    assert house.texts() == MERGED
    listed = (await client.get("/v1/corrections")).json()
    assert listed == {"items": [shape["correction"]], "next": None}
    path = f"/v1/corrections/{shape['correction']['correction_id']}"
    assert (await client.delete(path)).status_code == 204
    assert len(house.texts()) == 3
    assert (await client.delete(path)).status_code == 404


async def test_corrections_are_listed_a_page_at_a_time_and_by_document(client: httpx.AsyncClient, house: House) -> None:
    house.correct("rekind", 0, to_kind="furniture")
    house.correct("rekind", 1, to_kind="furniture")
    document_id = house.articles()[0].document_id
    first = (await client.get("/v1/corrections", params={"limit": 1, "document_id": document_id})).json()
    second = (await client.get("/v1/corrections", params={"limit": 1, "after": first["next"]})).json()
    assert [first["items"][0]["article_ids"], second["items"][0]["article_ids"]] == [
        [article.article_id] for article in house.articles()[:2]
    ]
    assert second["next"] is None
    assert (await client.get("/v1/corrections", params={"after": "x"})).status_code == 404
    assert (await client.get("/v1/corrections", params={"document_id": "doc_0"})).status_code == 404


async def test_words_that_do_not_stand_there_are_a_problem_that_names_the_candidates(
    client: httpx.AsyncClient, house: House
) -> None:
    body = {"kind": "split", "article_ids": [house.articles()[1].article_id], "words": "三公里以上"}
    reply = await client.post("/v1/corrections", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == "urn:gazette:problem:correction"
    assert "三公里" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"kind": "split", "article_ids": ["art_0"]}, "split takes words; given: none"),
        ({"kind": "merge", "article_ids": ["art_0", "art_1"], "words": "x"}, "merge takes article_ids alone"),
        ({"kind": "rekind", "article_ids": ["art_0"], "words": "x"}, "rekind takes to_kind; given: words"),
        ({"kind": "erase", "article_ids": ["art_0"]}, "#/kind"),
        ({"kind": "merge", "article_ids": []}, "#/article_ids"),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused_by_field(
    client: httpx.AsyncClient, body: dict[str, Any], told: str
) -> None:
    reply = await client.post("/v1/corrections", json=body)
    assert reply.status_code == 422
    assert told in reply.json()["detail"]


async def test_articles_of_two_documents_are_never_merged(client: httpx.AsyncClient, house: House) -> None:
    house.index.ingest([make_document("另一页。", name="b.txt")])
    ids = [house.articles()[0].article_id, house.articles()[-1].article_id]
    reply = await client.post("/v1/corrections", json={"kind": "merge", "article_ids": ids})
    assert reply.status_code == 422
    assert "of one document" in reply.json()["detail"]
    unknown = await client.post("/v1/corrections", json={"kind": "merge", "article_ids": ["art_0", "art_1"]})
    assert unknown.status_code == 404
