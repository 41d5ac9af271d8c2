from __future__ import annotations

import httpx
import pytest

from api import examples
from rag.errors import NotFoundError
from rag.serialise import verification_json
from tests.unit.api.fakes import FakePipeline


async def test_a_text_is_judged_against_the_articles_named(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    reply = await client.post("/v1/verifications", json={"text": "新馆开放。", "against": ["art_1"]})
    assert reply.status_code == 200
    assert reply.json() == verification_json(examples.VERIFICATION_VALUE)
    assert pipeline.asked == [("verify_text", ("新馆开放。", ("art_1",)))]


async def test_without_names_the_whole_corpus_is_asked(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    await client.post("/v1/verifications", json={"text": "新馆开放。"})
    assert pipeline.asked == [("verify_text", ("新馆开放。", ()))]


async def test_an_article_that_does_not_exist_is_a_404(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    pipeline.error = NotFoundError("no article art_9 in collection 'default'")
    reply = await client.post("/v1/verifications", json={"text": "新馆开放。", "against": ["art_9"]})
    assert reply.status_code == 404
    assert "art_9" in reply.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 100_001}, {"text": "x", "articles": []}])
async def test_a_body_that_breaks_the_schema_is_a_422(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.post("/v1/verifications", json=body)).status_code == 422
