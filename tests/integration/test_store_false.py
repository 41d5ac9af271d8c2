"""Asked with ``store: false`` no answer is kept: by neither of the two routes that know the word, whole or streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.pipeline import Pipeline

QUESTION = "园区非公组织党员有多少人?"
BODIES: dict[str, dict[str, Any]] = {
    "/v1/responses": {"model": "gazette-qa", "input": QUESTION},
    "/v1/chat/completions": {"model": "gazette-qa", "messages": [{"role": "user", "content": QUESTION}]},
}


@pytest.fixture
def client(seed_pipeline: Pipeline) -> Iterator[TestClient]:
    with TestClient(create_app(seed_pipeline.settings, seed_pipeline), base_url="http://127.0.0.1") as opened:
        yield opened


def _kept(pipeline: Pipeline) -> set[str]:
    return {one.answer_id for one in pipeline.ledger.answers(pipeline.collection, limit=1000)}


@pytest.mark.parametrize("url", BODIES)
@pytest.mark.parametrize("streaming", [False, True])
def test_an_answer_is_kept_unless_store_is_false(
    client: TestClient, seed_pipeline: Pipeline, url: str, streaming: bool
) -> None:
    before = _kept(seed_pipeline)
    reply = client.post(url, json={**BODIES[url], "stream": streaming, "store": False})
    assert "1647" in reply.text
    assert _kept(seed_pipeline) == before
    for store in (None, True):
        assert "1647" in client.post(url, json={**BODIES[url], "stream": streaming, "store": store}).text
    assert len(_kept(seed_pipeline) - before) == 2


def test_nothing_goes_on_from_an_answer_that_is_not_kept(client: TestClient) -> None:
    body = BODIES["/v1/responses"]
    gone = client.post("/v1/responses", json={**body, "store": False}).json()
    assert gone["store"] is False
    refused = client.post("/v1/responses", json={**body, "previous_response_id": gone["id"]})
    assert refused.status_code == 400
    assert "store: false" in refused.json()["error"]["message"]
    kept = client.post("/v1/responses", json=body).json()
    assert client.post("/v1/responses", json={**body, "previous_response_id": kept["id"]}).status_code == 200
