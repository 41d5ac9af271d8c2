"""Who may do what: keys, scopes, limits; and that a key shows itself nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.access import ROUTES, access_of, check_routes
from api.app import create_app
from api.auth import Authentication
from api.deps import Opening
from api.limits import RequestRates
from api.routes import search
from rag.collections import Collections
from rag.ledger import Ledger
from rag.ledger.keys import KeyBook
from rag.settings import ServeSettings, Settings
from tests.unit.api.fakes import FakePipeline

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
QUERY = {"query": "x"}


@pytest.fixture
def keys(pipeline: FakePipeline, tmp_path: Path) -> Iterator[KeyBook]:
    """The keys of the application under test: of a real ledger, none made yet."""
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    pipeline.ledger.keys = ledger.keys
    yield ledger.keys
    ledger.close()


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def secret_of(keys: KeyBook, scope: Any = "read", **limits: int) -> str:
    return keys.create(f"a {scope} key", scope, "default", **limits)[1]


# --- none, one -------------------------------------------------------------------------------------------------------


async def test_while_no_key_was_made_any_key_a_client_sends_is_accepted(
    client: httpx.AsyncClient, keys: KeyBook
) -> None:
    for headers in ({}, bearer("sk-any"), {"X-API-Key": "anything"}, {"Authorization": "Basic eDp5"}):
        assert (await client.post("/v1/search", json=QUERY, headers=headers)).status_code == 200


async def test_once_a_key_is_made_it_is_needed_at_once_and_taken_in_both_headers(
    client: httpx.AsyncClient, keys: KeyBook
) -> None:
    secret = secret_of(keys)
    for headers in (bearer(secret), {"Authorization": f"bearer  {secret} "}, {"X-API-Key": secret}):
        assert (await client.post("/v1/search", json=QUERY, headers=headers)).status_code == 200
    for wrong in ({}, bearer("sk-any"), bearer(""), {"X-API-Key": secret[:-1]}, {"Authorization": f"Basic {secret}"}):
        reply = await client.post("/v1/search", json=QUERY, headers=wrong)
        assert reply.status_code == 401
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.headers["www-authenticate"] == "Bearer"
        assert "gazette keys create" in reply.json()["detail"]


async def test_a_revoked_key_is_refused_at_its_next_request_also_when_it_was_the_last(
    client: httpx.AsyncClient, keys: KeyBook
) -> None:
    secret = secret_of(keys)
    assert (await client.get("/v1/documents", headers=bearer(secret))).status_code == 200
    keys.revoke("a read key")
    assert (await client.get("/v1/documents", headers=bearer(secret))).status_code == 401
    assert (await client.get("/v1/documents")).status_code == 401


async def test_a_service_that_others_reach_needs_a_key_even_where_none_was_made(
    pipeline: FakePipeline, keys: KeyBook
) -> None:
    app = create_app(Settings(serve=ServeSettings(host="0.0.0.0")), pipeline.as_pipeline())
    async with _client(app) as client:
        assert (await client.get("/v1/documents")).status_code == 401
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/v1/documents", headers=bearer(secret_of(keys)))).status_code == 200


# --- scopes ----------------------------------------------------------------------------------------------------------


async def test_every_route_asks_for_its_scope_and_for_nothing_less(client: httpx.AsyncClient, keys: KeyBook) -> None:
    order = ("read", "write", "admin")
    secrets = {scope: secret_of(keys, scope) for scope in order}
    for access, routes in ROUTES.items():
        for method, path in routes:
            place = path.replace("{", "").replace("}", "")
            bare = await client.request(method, place)
            assert (bare.status_code == 401) == (access != "open"), (method, path)
            for scope, secret in secrets.items():
                reply = await client.request(method, place, headers=bearer(secret))
                refused = access != "open" and order.index(scope) < order.index(access)
                assert (reply.status_code == 403) == refused, (method, path, scope)
                if refused:
                    assert reply.json()["type"] == "urn:gazette:problem:key-scope"
                    assert f"--scope {access}" in reply.json()["detail"]


def test_an_application_does_not_start_with_a_route_nobody_was_let_into() -> None:
    check_routes(search.router.routes)
    other = FastAPI(openapi_url=None)
    other.add_api_route("/v1/secrets", lambda: None, methods=["GET", "POST"])
    with pytest.raises(LookupError, match="GET /v1/secrets"):
        check_routes([route for route in other.routes if getattr(route, "path", "") == "/v1/secrets"])


def test_every_line_of_the_table_is_a_route(app: FastAPI) -> None:
    described = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    listed = {one for routes in ROUTES.values() for one in routes}
    outside = {"/", "/web/{name}", "/mcp", "/metrics", "/v1/vectors", "/openapi.json"}
    assert {one for one in listed if one[1] not in outside and not one[1].startswith("/docs")} == described


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/documents/", "/v1", "/web/a/b.js", "/metrics2"])
async def test_an_address_in_no_line_of_the_table_needs_a_key_too(
    client: httpx.AsyncClient, keys: KeyBook, path: str
) -> None:
    secret = secret_of(keys)
    assert access_of("GET", path) == ("unknown", False)
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers=bearer(secret))).status_code in (307, 404)
    assert (await client.delete("/v1/search", headers=bearer(secret))).status_code == 405


async def test_without_a_key_readiness_says_nothing_of_what_is_held(client: httpx.AsyncClient, keys: KeyBook) -> None:
    secret = secret_of(keys)
    assert set((await client.get("/readyz")).json()) == {"status", "model", "version"}
    assert (await client.get("/readyz", headers=bearer(secret))).json()["documents"] == 5


async def test_openai_routes_refuse_in_openai_s_shape(client: httpx.AsyncClient, keys: KeyBook) -> None:
    secret = secret_of(keys, requests_per_minute=1)
    body = {"model": "gazette-qa", "messages": [{"role": "user", "content": "x"}]}
    replies = [
        await client.post("/v1/chat/completions", json=body, headers=headers)
        for headers in ({}, bearer(secret), bearer(secret))
    ]
    assert [reply.status_code for reply in replies] == [401, 200, 429]
    first, last = replies[0].json()["error"], replies[2].json()["error"]
    assert (first["type"], first["code"]) == ("authentication_error", "invalid-api-key")
    assert (last["type"], last["code"]) == ("rate_limit_error", "rate-limit")


async def test_a_key_works_on_its_own_collection_and_on_no_other(keys: KeyBook, pipeline: FakePipeline) -> None:
    _, secret = keys.create("other desk", "admin", "other")
    theirs = FakePipeline()
    pipelines = {"other": theirs.as_pipeline()}
    app = create_app(Settings(), Collections(pipeline.as_pipeline(), pipelines.__getitem__))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        for access, routes in ROUTES.items():
            for method, path in routes if access != "open" else ():
                place = path.replace("{", "").replace("}", "")
                reply = await client.request(method, place, headers=bearer(secret))
                assert reply.status_code not in (401, 403), (method, path)
        assert (await client.post("/v1/answers", json={"question": "x"}, headers=bearer(secret))).status_code == 200
    assert theirs.asked
    assert not pipeline.asked


async def test_a_key_is_told_of_its_own_collection_alone(
    client: httpx.AsyncClient, keys: KeyBook, pipeline: FakePipeline
) -> None:
    pipeline.ledger.written = {"east", "west"}
    told = (await client.get("/v1/collections")).json()["items"]
    assert told == [{"collection": "default", "is_chosen": True}]
    several = create_app(Settings(), Collections(pipeline.as_pipeline(), {"west": pipeline.as_pipeline()}.__getitem__))
    transport = httpx.ASGITransport(several, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as desk:
        told = (await desk.get("/v1/collections", headers={"Gazette-Collection": "west"})).json()["items"]
        assert told == [{"collection": name, "is_chosen": name == "west"} for name in ("default", "east", "west")]
        _, secret = keys.create("desk", "read", "west")
        told = (await desk.get("/v1/collections", headers=bearer(secret))).json()["items"]
        assert told == [{"collection": "west", "is_chosen": True}]
        assert (await desk.get("/v1/collections")).status_code == 401


async def test_a_key_that_names_another_collection_is_told_the_same_whether_there_is_one(
    client: httpx.AsyncClient, keys: KeyBook, pipeline: FakePipeline
) -> None:
    _, secret = keys.create("other desk", "admin", "other")
    told = set()
    for name in ("default", "nowhere"):
        for method, path in (("POST", "/v1/search"), ("GET", "/v1/documents"), ("POST", "/mcp"), ("GET", "/readyz")):
            reply = await client.request(method, path, headers=bearer(secret) | {"Gazette-Collection": name})
            assert reply.status_code == 403, (method, path)
            assert reply.json()["type"] == "urn:gazette:problem:other-collection"
            told.add(reply.json()["detail"])
    assert len(told) == 1
    assert "leave Gazette-Collection out" in told.pop()
    assert not pipeline.asked


@pytest.mark.parametrize("name", ["", "../etc", "a" * 64, "-a", "a b", "a,b", "a/b", ".", "甲"])
async def test_what_no_collection_can_be_called_is_refused(client: httpx.AsyncClient, keys: KeyBook, name: str) -> None:
    secret = secret_of(keys)
    reply = await client.post(
        "/v1/search", json=QUERY, headers=[(b"Gazette-Collection", name.encode()), (b"X-API-Key", secret.encode())]
    )
    assert (reply.status_code, reply.json()["type"]) == (422, "urn:gazette:problem:collection-name")


async def test_a_request_names_one_collection(client: httpx.AsyncClient) -> None:
    both = [("Gazette-Collection", "default"), ("Gazette-Collection", "other")]
    assert (await client.post("/v1/search", json=QUERY, headers=both)).status_code == 422


# --- limits ----------------------------------------------------------------------------------------------------------


def _client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_key_may_send_so_many_requests_in_any_minute(pipeline: FakePipeline, keys: KeyBook) -> None:
    time, secret = Time(), secret_of(keys, requests_per_minute=3)
    bare = create_app(Settings(), pipeline.as_pipeline())
    app = Authentication(bare.router, Opening(Collections(pipeline.as_pipeline())), "default", rates=RequestRates(time))

    async def send() -> httpx.Response:
        return await client.get("/nothing", headers=bearer(secret))

    async with _client(app) as client:
        left = []
        for seconds in (0, 10, 10):
            time.seconds += seconds
            left.append((await send()).headers["x-ratelimit-remaining-requests"])
        assert left == ["2", "1", "0"]
        refused = await send()
        assert refused.status_code == 429
        assert (refused.headers["retry-after"], refused.headers["x-ratelimit-limit-requests"]) == ("40", "3")
        time.seconds += 40
        assert (await send()).status_code == 404
        # The other two of the first minute still count: a new minute does not begin all at once.
        assert (await send()).status_code == 429
        other = keys.create("other", "read", "default", requests_per_minute=1)[1]
        assert (await client.get("/nothing", headers=bearer(other))).status_code == 404


async def test_a_key_whose_tokens_are_used_up_may_read_on_but_ask_no_model(
    client: httpx.AsyncClient, keys: KeyBook
) -> None:
    secret = secret_of(keys, tokens_per_day=100)
    asked = await client.post("/v1/answers", json={"question": "x"}, headers=bearer(secret))
    assert (asked.status_code, asked.headers["x-ratelimit-remaining-tokens"]) == (200, "100")
    keys.spend(keys.all()[0].key_id, 100, datetime.now(UTC))
    refused = await client.post("/v1/answers", json={"question": "x"}, headers=bearer(secret))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert refused.headers["x-ratelimit-remaining-tokens"] == "0"
    assert refused.json()["type"] == "urn:gazette:problem:token-budget"
    assert (await client.post("/v1/search", json=QUERY, headers=bearer(secret))).status_code == 200


# --- secrecy ---------------------------------------------------------------------------------------------------------


async def test_no_reply_and_no_line_of_the_log_holds_a_key(
    client: httpx.AsyncClient, pipeline: FakePipeline, keys: KeyBook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret, wrong = secret_of(keys), "gaz_" + "w" * 43
    pipeline.error = RuntimeError("something nobody foresaw")
    told = ""
    for headers in (bearer(secret), bearer(wrong), {"X-API-Key": wrong}):
        for method, path in (("POST", "/v1/search"), ("DELETE", "/v1/documents/x"), ("GET", "/v1/nothing")):
            reply = await client.request(method, path, headers=headers, json=QUERY if method == "POST" else None)
            told += reply.text + repr(reply.headers)
    ours = [one.getMessage() + repr(one.exc_info) for one in caplog.records if not one.name.startswith("http")]
    assert not [one for one in (secret, wrong) if one in told + "".join(ours)]
