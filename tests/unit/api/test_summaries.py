from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from api import examples
from api.schemas import MAX_SUMMARIES
from rag.errors import ModelOutputError, NotFoundError
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call


async def test_summaries_come_in_the_order_asked_for_one_an_article(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    ids = [pipeline.pieces[at].article_id for at in (2, 0, 2)]
    reply = await client.post("/v1/summaries", json={"article_ids": ids, "max_chars": 60, "style": "headline"})
    assert reply.status_code == 200
    assert [row["article_id"] for row in reply.json()["items"]] == ids[:2]
    assert {row["style"] for row in reply.json()["items"]} == {"headline"}
    assert ("summarise", (ids[0], 60, "headline")) in pipeline.asked


@pytest.mark.parametrize("body", [{"all": True}, {"document": examples.DOCUMENT.document}])
async def test_a_document_or_everything_can_be_summarised(
    client: httpx.AsyncClient, pipeline: FakePipeline, body: dict[str, object]
) -> None:
    items = (await client.post("/v1/summaries", json=body)).json()["items"]
    assert [row["article_id"] for row in items] == [one.article_id for one in pipeline.pieces]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "none"),
        ({"all": True, "document": "a.md"}, "document, all"),
        ({"all": False}, "true"),
        ({"article_ids": []}, "article_ids"),
        ({"article_ids": ["x"] * (MAX_SUMMARIES + 1)}, str(MAX_SUMMARIES)),
        ({"all": True, "max_chars": 5}, "max_chars"),
        ({"all": True, "style": "poem"}, "brief"),
        ({"all": True, "length": 5}, "unknown field"),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(
    client: httpx.AsyncClient, pipeline: FakePipeline, body: object, told: str
) -> None:
    reply = await client.post("/v1/summaries", json=body)
    assert reply.status_code == 422
    assert told.lower() in reply.json()["detail"].lower()
    assert not pipeline.asked


async def test_more_articles_than_one_request_may_ask_for_are_sent_to_the_command(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.pieces = FakePipeline(articles=MAX_SUMMARIES + 1).pieces
    reply = await client.post("/v1/summaries", json={"all": True})
    assert reply.status_code == 422
    assert "gazette summarise --all" in reply.json()["detail"]
    assert not [name for name, _ in pipeline.asked if name == "summarise"]
    pipeline.pieces = pipeline.pieces[:MAX_SUMMARIES]
    assert len((await client.post("/v1/summaries", json={"all": True})).json()["items"]) == MAX_SUMMARIES


async def test_an_unknown_document_or_article_is_404(client: httpx.AsyncClient) -> None:
    unknown = await client.post("/v1/summaries", json={"document": "b.md"})
    assert unknown.status_code == 404
    assert "'b.md'" in unknown.json()["detail"]
    assert (await client.post("/v1/summaries", json={"article_ids": ["art_0"]})).status_code == 404


async def test_the_first_failure_is_the_reply_and_stops_the_rest(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    ids = [one.article_id for one in pipeline.pieces]
    for error, status in ((ModelOutputError("not the shape"), 502), (NotFoundError("gone"), 404)):
        pipeline.error = error
        reply = await client.post("/v1/summaries", json={"article_ids": ids})
        assert reply.status_code == status
        assert str(error) in reply.json()["detail"]


async def test_hanging_up_cancels_the_summaries(app: FastAPI, pipeline: FakePipeline) -> None:
    pipeline.slow = True
    call = Call.of_json("/v1/summaries", {"article_ids": [one.article_id for one in pipeline.pieces]})
    await call.hung_up(app, lambda: [name for name, _ in pipeline.asked].count("summarise") == len(pipeline.pieces))
    async with asyncio.timeout(5):  # whoever works hears of it a turn later
        while len(pipeline.cancelled) < len(pipeline.pieces):
            await asyncio.sleep(0.001)
    assert pipeline.cancelled == ["summarise"] * len(pipeline.pieces)
    assert call.status == 499
