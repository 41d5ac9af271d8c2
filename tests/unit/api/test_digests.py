from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter

from api import digest_bodies, digest_examples
from api.digest_bodies import MAX_ARTICLES
from rag.models import DigestRequest, Filters
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call


async def test_a_digest_is_asked_for_with_filters_topic_and_length(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    body = {
        "filters": {"from": "2024-07-01", "place": "青石镇"},
        "topic": " 图书馆 ",
        "since": "last",
        "max_chars": 400,
    }
    reply = await client.post("/v1/digests", json=body)
    assert reply.status_code == 200
    assert reply.json() == digest_examples.DIGEST
    assert ("digest", (DigestRequest(Filters("2024-07-01", place="青石镇"), "图书馆", True, 400),)) in pipeline.asked


async def test_a_digest_of_everything_needs_nothing(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    assert (await client.post("/v1/digests", json={})).status_code == 200
    assert ("digest", (DigestRequest(),)) in pipeline.asked


async def test_a_timeline_is_asked_for_with_its_subject(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    reply = await client.post("/v1/timelines", json={"subject": "图书馆", "filters": {"place": "青石镇"}})
    assert reply.json() == digest_examples.TIMELINE
    assert ("timeline", ("图书馆", Filters(place="青石镇"))) in pipeline.asked


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("digests", {"topic": " "}, "topic"),
        ("digests", {"since": "yesterday"}, "last"),
        ("digests", {"max_chars": 5}, "max_chars"),
        ("digests", {"from": "2024-07-01"}, "unknown field"),
        ("timelines", {}, "subject"),
        ("timelines", {"subject": ""}, "subject"),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(
    client: httpx.AsyncClient, pipeline: FakePipeline, path: str, body: object, told: str
) -> None:
    reply = await client.post(f"/v1/{path}", json=body)
    assert reply.status_code == 422
    assert told in reply.json()["detail"]
    assert not [name for name, _ in pipeline.asked if name in ("digest", "timeline")]


async def test_a_mistyped_document_and_too_many_articles_are_told_apart(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    unknown = await client.post("/v1/digests", json={"filters": {"document": "absent.md"}})
    assert unknown.status_code == 404
    pipeline.pieces = FakePipeline(articles=MAX_ARTICLES + 1).pieces
    many = await client.post("/v1/digests", json={})
    assert many.status_code == 422
    assert "gazette digest" in many.json()["detail"]


async def test_hanging_up_cancels_the_digest(app: FastAPI, pipeline: FakePipeline) -> None:
    pipeline.slow = True
    call = Call.of_json("/v1/digests", {})
    await call.hung_up(app, lambda: bool(pipeline.asked))
    async with asyncio.timeout(5):  # whoever works hears of it a turn later
        while len(pipeline.cancelled) < 1:
            await asyncio.sleep(0.001)
    assert pipeline.cancelled == ["digest"]
    assert call.status == 499


def test_the_reply_models_know_every_member_that_is_sent() -> None:
    TypeAdapter(digest_bodies.DigestReply).validate_python(digest_examples.DIGEST)
    TypeAdapter(digest_bodies.TimelineReply).validate_python(digest_examples.TIMELINE)
    for shape, name in ((digest_examples.DIGEST, "digest"), (digest_examples.TIMELINE, "timeline")):
        [claim] = shape["claims"]
        assert shape[name][claim["start"] : claim["end"]] == claim["text"]
