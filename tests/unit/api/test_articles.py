from __future__ import annotations

import httpx
import pytest

from api import examples
from rag.models import Filters
from rag.serialise import article_json
from tests.unit.api.fakes import FakePipeline


async def test_articles_are_filtered_and_paged(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    limits = {"from": "2024-01-01", "to": "2024-12-31", "place": "某地", "paper": "某报", "kind": "article"}
    query = {**limits, "document": examples.DOCUMENT.document, "limit": "2"}
    reply = (await client.get("/v1/articles", params=query)).json()
    name, (filters, limit, after) = pipeline.asked[0]
    assert name == "articles"
    assert filters == Filters("2024-01-01", "2024-12-31", "某地", "某报", examples.DOCUMENT.document, "article")
    assert (limit, after) == (3, None)
    assert reply["items"] == [
        article_json(one, examples.DOCUMENT.document, copies=pipeline.told) for one in pipeline.pieces[:2]
    ]
    rest = (await client.get("/v1/articles", params={**query, "after": reply["next"]})).json()
    assert [one["article_id"] for one in rest["items"]] == [pipeline.pieces[2].article_id]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2024-13-01", "query/from"),
        ("to=07-06", "query/to"),
        ("kind=novel", "query/kind"),
        ("places=x", "query/places"),
        ("date_from=2024-01-01", "query/date_from"),
        ("place=", "query/place"),
    ],
)
async def test_a_wrong_filter_is_refused_by_name(client: httpx.AsyncClient, query: str, pointer: str) -> None:
    reply = await client.get(f"/v1/articles?{query}")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == pointer


async def test_a_period_that_ends_before_it_begins_is_refused(client: httpx.AsyncClient) -> None:
    reply = await client.get("/v1/articles?from=2024-02-01&to=2024-01-01")
    assert reply.status_code == 422
    assert "2024-02-01" in reply.json()["detail"]
    assert "2024-01-01" in reply.json()["detail"]


async def test_one_article_comes_with_its_document(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    wanted = pipeline.pieces[0]
    reply = await client.get(f"/v1/articles/{wanted.article_id}")
    assert reply.json() == article_json(wanted, examples.DOCUMENT.document, copies=pipeline.told)
    assert (await client.get("/v1/articles/art_0")).status_code == 404
