from __future__ import annotations

import json

import httpx
import pytest
from fastapi import FastAPI

from api import examples
from rag.models import Filters
from rag.serialise import ranking_json
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call


async def test_a_search_gives_passages_and_explains_on_request(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    body = {"query": " 藏书多少? ", "k": 3, "filters": {"from": "2024-01-01", "document": "a.md"}}
    reply = await client.post("/v1/search", json=body)
    assert reply.json() == ranking_json(examples.RANKING_VALUE)
    assert pipeline.asked == [("search", ("藏书多少?", 3, Filters(date_from="2024-01-01", document="a.md")))]
    explained = await client.post("/v1/search", json={**body, "explain": True})
    assert set(explained.json()["results"][0]["legs"]) == {"dense", "lexical"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/query"),
        ({"query": " "}, "#/query"),
        ({"query": "x" * 2001}, "#/query"),
        ({"query": "x", "k": 0}, "#/k"),
        ({"query": "x", "k": 1001}, "#/k"),
        ({"query": "x", "top_k": 3}, "#/top_k"),
        ({"query": "x", "filters": {"form": "2024-01-01"}}, "#/filters/form"),
        ({"query": "x", "filters": {"from": "2024-02-30"}}, "#/filters/from"),
        ({"query": "x", "filters": {"a/b~c": 1}}, "#/filters/a~1b~0c"),
        ({"query": "\ud800"}, "#/query"),
    ],
)
async def test_a_wrong_search_is_refused_with_a_pointer_to_the_place(
    client: httpx.AsyncClient, pipeline: FakePipeline, body: object, pointer: str
) -> None:
    headers = {"content-type": "application/json"}
    reply = await client.post("/v1/search", content=json.dumps(body), headers=headers)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["errors"][0]["pointer"] == pointer
    assert not pipeline.asked


async def test_half_a_surrogate_pair_in_a_field_name_is_refused(client: httpx.AsyncClient) -> None:
    content = b'{"query": "x", "\\ud800": 1}'
    reply = await client.post("/v1/search", content=content, headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:gazette:problem:invalid-request"


async def test_a_body_that_is_not_json_is_refused(client: httpx.AsyncClient) -> None:
    broken = await client.post("/v1/search", content=b'{"query": ', headers={"content-type": "application/json"})
    assert broken.status_code == 422
    assert "not JSON" in broken.json()["detail"]
    plain = await client.post("/v1/search", content=b'{"query": "x"}', headers={"content-type": "text/plain"})
    assert plain.status_code == 415
    assert "application/json" in plain.json()["detail"]
    missing = await client.post("/v1/search")
    assert missing.status_code == 422
    assert missing.json()["errors"] == [{"pointer": "#", "detail": "Field required"}]
    deep = await client.post("/v1/search", content=b"[" * 100_000, headers={"content-type": "application/json"})
    assert deep.status_code == 400
    assert deep.headers["content-type"] == "application/problem+json"


async def test_a_json_body_has_a_limit_of_its_own(app: FastAPI, pipeline: FakePipeline) -> None:
    call = Call("POST", "/v1/search", [b'{"query": "', *[b"x" * 90_000] * 9], {"content-type": "application/json"})
    await call.through(app)
    assert call.status == 413
    assert call.taken < len(call.chunks)
    assert call.headers["content-type"] == "application/problem+json"
    assert not pipeline.asked


async def test_a_search_stops_when_the_client_hangs_up(app: FastAPI, pipeline: FakePipeline) -> None:
    pipeline.slow = True
    call = Call.of_json("/v1/search", {"query": "x"})
    await call.hung_up(app, lambda: bool(pipeline.asked))
    assert pipeline.cancelled == ["search"]
