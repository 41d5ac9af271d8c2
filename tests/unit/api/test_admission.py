"""Places for what costs something, before any route; calls go straight through ASGI, so that waiting can be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from api.admission import Admission
from api.app import create_app
from rag.settings import ServeSettings, Settings
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call

SEARCH = {"query": "党员"}
STREAM = {"question": "党员有多少?", "stream": True}


def _app(pipeline: FakePipeline, **limits: Any) -> FastAPI:
    return create_app(Settings(serve=ServeSettings(**limits)), pipeline.as_pipeline())


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came about")


def _inside(app: FastAPI) -> int:
    """Requests that ask and have a place or wait for one; before that each is looked up in a thread."""
    layer: Any = app.middleware_stack
    while not isinstance(layer, Admission):
        layer = layer.app
    return layer.asking


class Room:
    """Calls under way in one application."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.tasks: list[asyncio.Task[None]] = []

    def let_in(self, path: str, body: Any) -> Call:
        call = Call.of_json(path, body)
        self.tasks.append(asyncio.create_task(call.through(self.app)))
        return call

    async def empty(self, *calls: Call) -> None:
        for call in calls:
            call.hang_up()
        await asyncio.gather(*self.tasks)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/search", SEARCH),
        ("/v1/answers", STREAM),
        ("/v1/summaries", {"all": True}),
        ("/v1/digests", {}),
        ("/v1/verifications", {"text": "x"}),
        ("/mcp", {}),
    ],
)
async def test_beyond_places_and_queue_a_request_is_refused_and_told_when_to_come_again(
    pipeline: FakePipeline, path: str, body: Any
) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_waiting=1))
    working = room.let_in("/v1/search", SEARCH)
    await _until(lambda: len(pipeline.asked) == 1)
    waiting = room.let_in("/v1/search", SEARCH)
    await _until(lambda: _inside(room.app) == 2)
    refused = Call.of_json(path, body)
    await refused.through(room.app)
    assert refused.status == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["content-type"] == "application/problem+json"
    assert len(pipeline.asked) == 1
    await room.empty(working, waiting)


async def test_chat_programs_read_the_refusal_in_their_own_shape(pipeline: FakePipeline) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_waiting=0))
    working = room.let_in("/v1/search", SEARCH)
    await _until(lambda: len(pipeline.asked) == 1)
    refused = Call.of_json("/v1/chat/completions", {"model": "gazette-qa", "messages": []})
    await refused.through(room.app)
    assert (refused.status, refused.headers["content-type"]) == (503, "application/json")
    assert b'"code": "busy"' in refused.body
    await room.empty(working)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/", "/v1/documents", "/v1/models", "/openapi.json"])
async def test_looking_is_never_refused(pipeline: FakePipeline, path: str) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_waiting=0))
    working = room.let_in("/v1/search", SEARCH)
    await _until(lambda: len(pipeline.asked) == 1)
    looking = Call("GET", path, [b""], {})
    await looking.through(room.app)
    assert looking.status == 200
    await room.empty(working)


async def test_a_stream_keeps_its_place_until_it_ends(pipeline: FakePipeline) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_waiting=0))
    streaming = room.let_in("/v1/answers", STREAM)
    await _until(lambda: len(streaming.sent) > 1)
    refused = Call.of_json("/v1/search", SEARCH)
    await refused.through(room.app)
    assert refused.status == 503
    await room.empty(streaming)
    pipeline.slow = False
    served = Call.of_json("/v1/search", SEARCH)
    await served.through(room.app)
    assert served.status == 200


async def test_a_client_that_hangs_up_makes_way_for_the_next_in_the_queue(pipeline: FakePipeline) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_waiting=2))
    first = room.let_in("/v1/search", SEARCH)
    await _until(lambda: len(pipeline.asked) == 1)
    impatient, patient = room.let_in("/v1/search", SEARCH), room.let_in("/v1/search", SEARCH)
    await _until(lambda: _inside(room.app) == 3)
    impatient.hang_up()
    await _until(lambda: room.tasks[1].done())
    assert impatient.sent == []
    first.hang_up()
    await _until(lambda: len(pipeline.asked) == 2)
    assert not patient.sent
    await room.empty(patient)
    assert pipeline.cancelled == ["search", "search"]


async def test_who_waits_longer_than_is_allowed_is_refused(pipeline: FakePipeline) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_waiting=1, max_wait_seconds=0.02))
    working = room.let_in("/v1/search", SEARCH)
    await _until(lambda: len(pipeline.asked) == 1)
    waiting = Call.of_json("/v1/search", SEARCH)
    await waiting.through(room.app)
    assert (waiting.status, waiting.headers["retry-after"]) == (503, "5")
    await room.empty(working)


async def test_a_body_that_trickles_in_holds_no_place(pipeline: FakePipeline) -> None:
    app = _app(pipeline, max_at_work=1, max_waiting=1, max_wait_seconds=0.05)
    slow = Call("POST", "/v1/search", [b"{"], {"content-type": "application/json"})
    receive = slow.receive

    async def trickling() -> Any:
        return {**await receive(), "more_body": True}

    slow.receive = trickling  # type: ignore[method-assign]
    trickle = asyncio.create_task(slow.through(app))
    served = Call.of_json("/v1/search", SEARCH)
    await _until(lambda: app.middleware_stack is not None and _inside(app) == 1)
    await served.through(app)
    assert served.status == 200
    await trickle
    assert slow.status == 408


async def test_uploads_have_places_of_their_own(pipeline: FakePipeline) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=1, max_changing=1, max_waiting=0))
    working = room.let_in("/v1/search", SEARCH)
    await _until(lambda: len(pipeline.asked) == 1)
    batch = Call.of_json("/v1/batches", {})
    await batch.through(room.app)
    assert batch.status == 422
    await room.empty(working)


async def test_a_body_beyond_the_limit_is_told_so_also_while_it_is_read_ahead(pipeline: FakePipeline) -> None:
    app = _app(pipeline, max_upload_bytes=10)
    call = Call("POST", "/v1/search", [b"{" * 8, b"}" * 8], {"content-type": "application/json"})
    await call.through(app)
    assert call.status == 413
    assert not pipeline.asked


async def test_every_place_is_free_again_after_a_crowd_that_partly_hung_up(pipeline: FakePipeline) -> None:
    pipeline.slow = True
    room = Room(_app(pipeline, max_at_work=3, max_waiting=20))
    crowd = [room.let_in("/v1/search", SEARCH) for _ in range(23)]
    await _until(lambda: len(pipeline.asked) == 3)
    for call in crowd[::2]:
        call.hang_up()
    await room.empty(*crowd)
    pipeline.slow = False
    served = [Call.of_json("/v1/search", SEARCH) for _ in range(23)]
    await asyncio.gather(*(call.through(room.app) for call in served))
    assert {call.status for call in served} == {200}
