"""Sixteen ways a model server fails, on every route that asks one, whole and streamed: what a client of ours sees.

Nothing here is timed: a server that hangs does so until the client has its reply.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest

from rag.adapters.completions import RemoteModel
from rag.adapters.litellm import LiteLLMGenerator
from rag.build import build_pipeline
from rag.settings import ModelSettings, Settings
from tests.integration.scripted_model import Exchange, ScriptedModel, Turn, fails, says, scripted_model, streams
from tests.integration.started import started
from tests.unit.api.wire import events

# The library reads a deprecated attribute of its own types at every chunk.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning")

TEXT = "本报讯 新图书馆昨天开放。馆内有藏书三万册,阅览座位五百个。"
RECORD = json.dumps({"id": "page", "title": "新图书馆开放", "text": TEXT}, ensure_ascii=False).encode()
QUESTION = "新图书馆馆内有藏书多少册?"
CLAIM = {"text": "馆内有藏书三万册", "answer": "三万册", "quotes": [{"passage": 1, "quote": "馆内有藏书三万册"}]}
GOOD = json.dumps({"abstain": None, "claims": [CLAIM]}, ensure_ascii=False)
WARM = {"role": "user", "content": "在吗?"}
EVENT_STREAM = "text/event-stream"


def either(text: str, finish: str = "stop") -> Turn:
    """The reply in the form it was asked for."""
    return lambda asked: (streams(text, finish=finish) if asked.asked.get("stream") else says(text, finish))(asked)


def raw(content: bytes, kind: str = "application/json", stated: int | None = None) -> Turn:
    """Bytes as they are; ``stated`` is the length the header tells where it lies. Then the line is cut."""

    def turn(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", EVENT_STREAM if exchange.asked.get("stream") and stated is None else kind)
        exchange.send_header("Content-Length", str(len(content) if stated is None else stated))
        exchange.end_headers()
        exchange.wfile.write(content)
        exchange.close_connection = True

    return turn


def hangs_until(let_go: threading.Event, *, after_headers: bool) -> Turn:
    def turn(exchange: Exchange) -> None:
        if after_headers:
            exchange.send_response(200)
            exchange.send_header("Content-Type", EVENT_STREAM if exchange.asked.get("stream") else "application/json")
            exchange.end_headers()
            exchange.wfile.write(b": thinking\n\n" if exchange.asked.get("stream") else b'{"id": "x",')
            exchange.wfile.flush()
        let_go.wait(60)
        exchange.close_connection = True

    return turn


def endless(exchange: Exchange) -> None:
    """More than any reply may hold: a stream without an end, as fast as it is read; or a million characters."""
    if not exchange.asked.get("stream"):
        says("长" * 1_000_000)(exchange)
        return
    exchange.send_response(200)
    exchange.send_header("Content-Type", EVENT_STREAM)
    exchange.end_headers()
    try:
        for number in count():
            piece = {"index": 0, "delta": {"content": f"{number}" + "长" * 1_000}, "finish_reason": None}
            exchange._event(exchange._chunk([piece]))
    except OSError:
        exchange.close_connection = True


def refuses(exchange: Exchange) -> None:
    """A refusal as OpenAI sends it: beside the content, which is empty."""
    told = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
    if exchange.asked.get("stream"):
        chunks = [
            exchange._chunk([{"index": 0, "delta": told, "finish_reason": None}]),
            exchange._chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]),
        ]
        content = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"
        raw(content)(exchange)
        return
    choice = {"index": 0, "message": told, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    whole = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    exchange.reply(200, whole)


def cut(exchange: Exchange) -> None:
    """The line breaks in the middle of the reply."""
    if exchange.asked.get("stream"):
        exchange.events([GOOD[: len(GOOD) // 2]], None)
    else:
        raw(GOOD.encode()[:20], stated=len(GOOD))(exchange)


@dataclass(frozen=True)
class Fault:
    """One way to fail, and what a client of ours is told: status, name of the problem, a word of the remedy."""

    name: str
    turn: Callable[[threading.Event], Turn]
    status: int
    code: str
    told: str
    streamed: tuple[int, str, str] | None = None

    def expected(self, streaming: bool) -> tuple[int, str, str]:
        return (streaming and self.streamed) or (self.status, self.code, self.told)


UNAVAILABLE, OUTPUT = "model-unavailable", "model-output"
FAULTS = [
    Fault("busy (429)", lambda _: fails(429, headers={"Retry-After": "0"}), 503, UNAVAILABLE, "MAX_RETRIES"),
    Fault("broken (500)", lambda _: fails(500), 503, UNAVAILABLE, "server is running"),
    Fault("down (503)", lambda _: fails(503), 503, UNAVAILABLE, "server is running"),
    Fault("key refused (401)", lambda _: fails(401), 503, UNAVAILABLE, "API_KEY"),
    Fault("hang before headers", lambda go: hangs_until(go, after_headers=False), 503, UNAVAILABLE, "TIMEOUT_SECONDS"),
    Fault("hang mid-stream", lambda go: hangs_until(go, after_headers=True), 503, UNAVAILABLE, "TIMEOUT_SECONDS"),
    Fault("cut line", lambda _: cut, 503, UNAVAILABLE, "server is running", (502, OUTPUT, "broke off")),
    Fault("malformed JSON", lambda _: either('{"abstain": null, "claims": ['), 502, OUTPUT, "Invalid JSON"),
    Fault("empty body", lambda _: raw(b""), 503, UNAVAILABLE, "API_BASE"),
    Fault("wrong content type", lambda _: raw(b"<html>hello</html>", "text/html"), 503, UNAVAILABLE, "API_BASE"),
    Fault("huge body", lambda _: endless, 502, OUTPUT, "longer than"),
    Fault("invalid UTF-8", lambda _: raw(b'data: {"id": "\xff\xfe"}\n\n'), 503, UNAVAILABLE, "API_BASE"),
    Fault("wrong schema", lambda _: either('{"answer": "三万册"}'), 502, OUTPUT, "Field required"),
    Fault("refusal", lambda _: refuses, 502, OUTPUT, "refused"),
    Fault("content filter", lambda _: either("", "content_filter"), 502, OUTPUT, "content filter"),
    Fault("cut at its length", lambda _: either(GOOD, "length"), 502, OUTPUT, "MAX_OUTPUT_TOKENS"),
]


@dataclass(frozen=True)
class Service:
    """The service, its model's server, and lengths of summaries nobody asked for yet: finished ones are kept."""

    url: str
    model: ScriptedModel
    article_id: str
    lengths: Iterator[int]

    def ask(self, route: str, *, streaming: bool) -> httpx.Response:
        messages = [{"role": "user", "content": QUESTION}]
        body: dict[str, Any] = {
            "answers": {"question": QUESTION, "stream": streaming},
            "summaries": {"article_ids": [self.article_id], "max_chars": next(self.lengths)},
            "chat/completions": {"model": "gazette-qa", "messages": messages, "stream": streaming},
        }[route]
        return httpx.post(f"{self.url}/v1/{route}", json=body, timeout=40)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with scripted_model(either(GOOD)) as model:
        name = ModelSettings(name="openai/m", api_base=model.api_base, timeout_seconds=1, max_retries=0)
        settings = Settings.load(store={"path": tmp_path_factory.mktemp("faults")}, model=name.model_dump())
        # The library loads parts of itself in its first call, which takes longer than the limit here.
        asyncio.run(RemoteModel(name.model_copy(update={"timeout_seconds": 60})).complete([WARM], {}))
        pipeline = build_pipeline(settings, generator=LiteLLMGenerator(name))
        try:
            with started(pipeline) as url:
                files = {"files": ("page.jsonl", RECORD)}
                assert httpx.post(f"{url}/v1/documents", files=files, timeout=60).status_code == 200
                [article] = httpx.get(f"{url}/v1/articles").json()["items"]
                yield Service(url, model, article["article_id"], count(50))
        finally:
            pipeline.close()


def told(route: str, reply: httpx.Response, streaming: bool) -> tuple[int, str, str]:
    """Status, name and words of what went wrong, wherever the route says it."""
    if not streaming:
        shape = reply.json()
        error = shape.get("error")
        if error:
            return reply.status_code, error["code"], error["message"]
        return reply.status_code, shape["type"].rpartition(":")[2], shape["detail"]
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith(EVENT_STREAM)
    if route == "answers":
        name, problem = events(reply.content)[-1]
        assert name == "error"
        return problem["status"], problem["type"].rpartition(":")[2], problem["detail"]
    lines = [line.removeprefix("data: ") for line in reply.text.splitlines() if line.startswith("data: ")]
    assert "[DONE]" not in lines, "a stream that failed must not look finished"
    error = json.loads(lines[-1])["error"]
    return 502 if error["code"] == OUTPUT else 503, error["code"], error["message"]


ASKED = [
    ("answers", False),
    ("answers", True),
    ("chat/completions", False),
    ("chat/completions", True),
    ("summaries", False),
]


@pytest.mark.parametrize(
    ("route", "streaming"), ASKED, ids=[f"{route}-{'sse' if sse else 'json'}" for route, sse in ASKED]
)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_of_the_model_is_told_and_the_next_request_is_answered(
    service: Service, fault: Fault, route: str, streaming: bool
) -> None:
    let_go = threading.Event()
    service.model.script = [fault.turn(let_go)]
    try:
        reply = service.ask(route, streaming=streaming)
    finally:
        let_go.set()
    status, code, words = told(route, reply, streaming)
    assert (status, code) == fault.expected(streaming)[:2], words
    assert fault.expected(streaming)[2] in words
    service.model.script = [either(GOOD)]
    after = service.ask(route, streaming=streaming)
    assert after.status_code == 200
    assert "三万册" in after.text


def test_there_are_sixteen_faults() -> None:
    assert len(FAULTS) == len({fault.name for fault in FAULTS}) == 16
