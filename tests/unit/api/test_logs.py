"""Request ids and access lines: one line a request, with a template for a route and nothing that came from outside."""

from __future__ import annotations

import json
import logging

import httpx
import pytest
from fastapi import FastAPI

from api.logs import ACCESS, JsonLines, PlainLines
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call

CANARY = "丹顶鹤canary"


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


@pytest.fixture
def access(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, ACCESS)
    return caplog


@pytest.mark.parametrize("sent", ["desk-42", "0af7651916cd43dd8448eb211c80319c", "a" * 64])
async def test_a_plain_request_id_is_kept_and_given_back(client: httpx.AsyncClient, sent: str) -> None:
    reply = await client.get("/livez", headers={"X-Request-Id": sent})
    assert reply.headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "a" * 65, "two words", 'x","level":"error', "-x", CANARY])
async def test_any_other_request_id_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    reply = await client.get("/livez", headers=[(b"X-Request-Id", sent.encode())])
    assert reply.headers["x-request-id"].startswith("req_")
    assert len(reply.headers["x-request-id"]) == 28


async def test_every_kind_of_reply_carries_its_id(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    asked = {"question": "x", "stream": True}
    replies = [
        await client.get("/nowhere"),
        await client.get("/livez", headers={"Host": "evil.example"}),
        await client.post("/v1/answers", json=asked),
        await client.post("/v1/chat/completions", json={"model": "none", "messages": []}),
        await client.get("/"),
    ]
    pipeline.error = RuntimeError("boom")
    replies.append(await client.post("/v1/search", json={"query": "x"}))
    assert [reply.status_code for reply in replies] == [404, 421, 200, 422, 200, 500]
    ids = [reply.headers["x-request-id"] for reply in replies]
    assert len(set(ids)) == len(ids)
    problems = [reply for reply in replies if "problem" in reply.headers["content-type"]]
    assert [one.json()["request_id"] for one in problems] == [one.headers["x-request-id"] for one in problems]
    assert len(problems) == 3


async def test_a_request_is_one_line_with_the_template_of_its_route(
    client: httpx.AsyncClient, access: pytest.LogCaptureFixture
) -> None:
    reply = await client.get(f"/v1/documents/{CANARY}", headers={"X-Request-Id": "r1"}, params={"q": CANARY})
    (line,) = _lines(access)
    assert reply.status_code == 404
    assert line.pop("ms") >= 0  # type: ignore[operator]
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "level": "info",
        "logger": ACCESS,
        "message": "request",
        "request_id": "r1",
        "method": "GET",
        "route": "/v1/documents/{document_id}",
        "status": 404,
        "key_id": None,
        "collection": "default",
    }


async def test_what_no_route_took_is_not_named(client: httpx.AsyncClient, access: pytest.LogCaptureFixture) -> None:
    await client.get(f"/{CANARY}")
    await client.request(CANARY.encode("ascii", "ignore").decode().upper(), "/livez")
    await client.get("/livez", headers=[(b"Host", CANARY.encode())])
    lines = _lines(access)
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "(none)", 404),
        ("OTHER", "/livez", 405),
        ("GET", "(none)", 421),
    ]
    assert "canary" not in json.dumps(lines, ensure_ascii=False).lower()


async def test_an_unexpected_error_is_told_by_class_and_place_only(
    app: FastAPI, pipeline: FakePipeline, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.error = RuntimeError(f"{CANARY} stands in no line")
    call = Call.of_json("/v1/answers", {"question": CANARY, "stream": True})
    await call.through(app)
    (line,) = [line for line in _lines(caplog) if line["level"] == "error"]
    assert line["error"] == "RuntimeError"
    assert any(place.startswith("fakes.py:") for place in line["at"])  # type: ignore[attr-defined]
    assert CANARY not in json.dumps(line, ensure_ascii=False)


def test_what_other_libraries_say_is_withheld() -> None:
    for formatter in (JsonLines(), PlainLines()):
        record = logging.getLogger("somebody.else").makeRecord(
            "somebody.else", logging.WARNING, "/lib/client.py", 7, f"sent {CANARY}", (), None
        )
        told = formatter.format(record)
        assert CANARY not in told
        assert "client.py:7" in told


def test_of_an_error_among_our_own_words_only_the_class_is_told() -> None:
    ours = logging.getLogger("rag.adapters.x")
    record = ours.makeRecord(ours.name, 30, "x.py", 1, "%s after %d tries", (ValueError(CANARY), 3), None)
    assert json.loads(JsonLines().format(record))["message"] == "ValueError after 3 tries"


def test_a_line_of_a_terminal_is_one_line() -> None:
    record = logging.getLogger("uvicorn.error").makeRecord("uvicorn.error", 40, "h.py", 1, "Exception\n", (), None)
    assert PlainLines().format(record).count("\n") == 0
