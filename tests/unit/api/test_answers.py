from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api import examples, stream
from api.answer_events import framed
from rag.errors import ModelUnavailableError
from rag.models import Filters, Turn
from rag.serialise import abstention_json, answer_json
from tests.unit.api.fakes import FakePipeline, abstaining
from tests.unit.api.wire import Call, events

QUESTION = "有多少册藏书?"


async def test_an_answer_is_the_engines_own_json(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    history = [{"role": "user", "content": "上一问"}, {"role": "assistant", "content": "上一答"}]
    body = {"question": QUESTION, "history": history, "filters": {"place": "某地"}, "model": "extractive"}
    reply = await client.post("/v1/answers", json=body)
    assert reply.status_code == 200
    assert reply.json() == answer_json(pipeline.answer)
    turns = (Turn("user", "上一问"), Turn("assistant", "上一答"))
    assert pipeline.asked == [("ask", (QUESTION, turns, Filters(place="某地")))]


async def test_a_field_sent_as_null_is_as_good_as_left_out(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    for unset in ({"history": None, "filters": None, "model": None}, {"filters": {"from": None, "place": None}}):
        assert (await client.post("/v1/answers", json={"question": QUESTION, **unset})).status_code == 200
    assert pipeline.asked == [("ask", (QUESTION, (), Filters()))] * 2


async def test_an_abstention_is_a_successful_reply(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    pipeline.answer = abstaining()
    shape = (await client.post("/v1/answers", json={"question": QUESTION})).json()
    assert shape["abstained"] is True
    assert shape["abstention"]["code"] == "not_stated"
    assert (shape["degraded"], shape["undated_left_out"]) == (["dense"], 2)


async def test_another_model_than_the_configured_one_is_refused_by_name(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    for streaming in (False, True):
        body = {"question": QUESTION, "model": "openai/x", "stream": streaming}
        reply = await client.post("/v1/answers", json=body)
        assert reply.status_code == 422
        assert "'openai/x'" in reply.json()["detail"]
        assert "'extractive'" in reply.json()["detail"]
    assert not pipeline.asked


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"question": ""}, "#/question"),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, "#/history/0/role"),
        ({"question": "x", "history": [{"role": "user"}]}, "#/history/0/content"),
        ({"question": "x", "stream": "ja"}, "#/stream"),
        ({"question": "x", "temperature": 1}, "#/temperature"),
    ],
)
async def test_a_wrong_question_is_refused_with_a_pointer(
    client: httpx.AsyncClient, body: object, pointer: str
) -> None:
    reply = await client.post("/v1/answers", json=body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == pointer


async def test_a_streamed_answer_gives_citations_before_their_claim_and_the_whole_at_last(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    reply = await client.post("/v1/answers", json={"question": QUESTION, "stream": True})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store"
    assert str(pipeline.answer.answer) in reply.text, "Chinese is sent as Chinese"
    found = events(reply.content)
    assert [name for name, _ in found] == ["evidence", "citation", "delta", "claim", "done"]
    values = dict(found)
    assert values["evidence"]["articles"][0]["article_id"] == examples.ARTICLE.article_id
    assert values["delta"] == {"text": pipeline.answer.answer}
    assert values["claim"]["index"] == 0
    assert values["done"] == answer_json(pipeline.answer)


async def test_a_streamed_abstention_says_why_and_shows_the_nearest(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.answer = abstaining()
    found = events((await client.post("/v1/answers", json={"question": QUESTION, "stream": True})).content)
    assert [name for name, _ in found] == ["evidence", "abstention", "done"]
    assert dict(found)["abstention"] == abstention_json(pipeline.answer.abstention)
    assert dict(found)["evidence"]["articles"][0]["article_id"] == examples.ARTICLE.article_id


@pytest.mark.parametrize(
    ("error", "name", "told"),
    [
        (ModelUnavailableError("the model timed out"), "model-unavailable", "the model timed out"),
        (ZeroDivisionError("secret"), "internal", "An unexpected error; the service's log has the details."),
    ],
)
async def test_a_failure_in_a_stream_is_an_error_event_with_a_problem(
    client: httpx.AsyncClient, pipeline: FakePipeline, error: Exception, name: str, told: str
) -> None:
    pipeline.error = error
    reply = await client.post("/v1/answers", json={"question": QUESTION, "stream": True})
    assert reply.status_code == 200
    [(first, _), (event, problem)] = events(reply.content)
    assert (first, event) == ("evidence", "error")
    assert problem["type"] == f"urn:gazette:problem:{name}"
    assert problem["detail"] == told


async def _cancelled(pipeline: FakePipeline) -> list[str]:
    """What was cancelled, once something was; it takes a few turns of the loop."""
    async with asyncio.timeout(5):
        while not pipeline.cancelled:
            await asyncio.sleep(0.01)
    return pipeline.cancelled


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("spec_version", ["2.3", "2.4"])
async def test_hanging_up_cancels_the_asking(
    app: FastAPI, pipeline: FakePipeline, streaming: bool, spec_version: str
) -> None:
    pipeline.slow = True
    call = Call.of_json("/v1/answers", {"question": QUESTION, "stream": streaming})
    call.scope["asgi"]["spec_version"] = spec_version  # from 2.4 on the framework itself does not listen for it
    serving = asyncio.ensure_future(call.through(app))
    while not pipeline.asked:
        await asyncio.sleep(0.01)
    call.hang_up()
    await asyncio.wait_for(serving, 5)
    assert await _cancelled(pipeline) == ["ask"]


async def test_stopping_the_server_cancels_the_asking(app: FastAPI, pipeline: FakePipeline) -> None:
    pipeline.slow = True
    call = Call.of_json("/v1/answers", {"question": QUESTION, "stream": True})
    serving = asyncio.ensure_future(call.through(app))
    while not pipeline.asked:
        await asyncio.sleep(0.01)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert await _cancelled(pipeline) == ["ask"]


async def test_a_silent_stream_is_kept_open_with_comments(
    app: FastAPI, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.01)
    pipeline.slow = True
    call = Call.of_json("/v1/answers", {"question": QUESTION, "stream": True})
    call.on_send = lambda message: call.hang_up() if message.get("body") == b": ping\n\n" else None
    await asyncio.wait_for(call.through(app), 5)
    assert b": ping\n\n" in call.body
    assert [name for name, _ in events(call.body)] == ["evidence"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_whatever_a_text_holds_one_event_stays_one_event(text: str) -> None:
    assert events(framed("delta", {"text": text})) == [("delta", {"text": text})]
