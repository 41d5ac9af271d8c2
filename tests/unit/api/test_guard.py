from __future__ import annotations

import httpx
import pytest

from tests.unit.api.fakes import FakePipeline


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_sites_page_may_read_nothing_and_change_nothing(
    client: httpx.AsyncClient, pipeline: FakePipeline, site: str
) -> None:
    headers = {"Sec-Fetch-Site": site}
    posted = await client.post("/v1/documents", files=[("files", ("a.txt", b"x"))], headers=headers)
    deleted = await client.delete(f"/v1/documents/{pipeline.held[0].document_id}", headers=headers)
    assert (posted.status_code, deleted.status_code) == (403, 403)
    assert posted.headers["content-type"] == "application/problem+json"
    assert not pipeline.asked
    read = await client.get("/v1/documents", headers={**headers, "Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in read.headers


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_our_own_pages_and_typed_addresses_are_served(client: httpx.AsyncClient, site: str) -> None:
    reply = await client.post("/v1/search", json={"query": "x"}, headers={"Sec-Fetch-Site": site})
    assert reply.status_code == 200


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/nothing", "/livez", "/openapi.json", "/docs"])
async def test_every_reply_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"


async def test_no_cache_keeps_what_a_caller_was_told(client: httpx.AsyncClient) -> None:
    for path in ("/v1/documents", "/v1/answers", "/v1/models", "/readyz", "/v1/nothing"):
        assert (await client.get(path)).headers["cache-control"] == "no-store", path
    assert (await client.get("/web/app.js")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/v1/documents", "/mcp", "/livez"])
async def test_a_name_that_is_not_ours_is_not_served(client: httpx.AsyncClient, host: str, path: str) -> None:
    reply = await client.get(path, headers={"Host": host})
    assert reply.status_code == 421
    assert "ALLOWED_HOSTS" in reply.json()["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8123", "[::1]:8000", "LOCALHOST"])
async def test_this_machine_s_own_names_are_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/livez", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9999", "null"])
async def test_a_write_from_a_page_of_another_origin_is_refused(
    client: httpx.AsyncClient, pipeline: FakePipeline, origin: str
) -> None:
    reply = await client.post("/v1/search", json={"query": "x"}, headers={"Origin": origin})
    assert reply.status_code == 403
    assert not pipeline.asked
    ours = await client.post("/v1/search", json={"query": "x"}, headers={"Origin": "http://127.0.0.1:8000"})
    assert ours.status_code == 200
