"""The Responses API: the same text as the chat, events in order, what is not offered named by its field."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from api import examples
from api.chat.bodies import SOURCES
from rag.errors import ModelUnavailableError
from rag.models import Turn
from tests.unit.api.fakes import FakePipeline, abstaining
from tests.unit.api.wire import events

URL = "/v1/responses"


def _body(**values: Any) -> dict[str, Any]:
    return {"model": "gazette-qa", "input": "有多少人?", **values}


async def _streamed(client: httpx.AsyncClient, **values: Any) -> list[tuple[str, Any]]:
    reply = await client.post(URL, json=_body(stream=True, **values))
    assert reply.headers["content-type"].startswith("text/event-stream")
    return events(reply.content)


async def test_a_response_says_what_the_chat_says(client: httpx.AsyncClient) -> None:
    chat = {"model": "gazette-qa", "messages": [{"role": "user", "content": "有多少人?"}]}
    said = (await client.post("/v1/chat/completions", json=chat)).json()
    reply = (await client.post(URL, json=_body(metadata={"desk": "3"}))).json()
    assert reply["object"] == "response"
    assert reply["status"] == "completed"
    assert reply["metadata"] == {"desk": "3"}
    assert reply["id"] == examples.ANSWER_VALUE.id.replace("ans_", "resp_")
    [message] = reply["output"]
    [part] = message["content"]
    assert part["text"] == said["choices"][0]["message"]["content"]
    assert reply["citations"] == said["citations"]
    assert reply["usage"]["total_tokens"] == said["usage"]["total_tokens"]
    [annotation] = part["annotations"]
    assert examples.ANSWER_VALUE.claims[0].text in part["text"][annotation["start_index"] : annotation["end_index"]]
    assert annotation["url"] == reply["citations"][0]["url"]


async def test_events_come_typed_numbered_and_in_order(client: httpx.AsyncClient) -> None:
    whole = (await client.post(URL, json=_body())).json()
    found = await _streamed(client)
    assert [name for name, value in found] == [value["type"] for _, value in found]
    assert [value["sequence_number"] for _, value in found] == list(range(len(found)))
    names = [name.removeprefix("response.") for name, _ in found if "delta" not in name]
    assert names == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.annotation.added",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    values = dict(found)
    text = "".join(value["delta"] for name, value in found if name == "response.output_text.delta")
    assert text == values["response.output_text.done"]["text"] == whole["output"][0]["content"][0]["text"]
    assert values["response.created"]["response"]["id"] == values["response.completed"]["response"]["id"] == whole["id"]
    assert values["response.completed"]["response"]["output"][0]["content"] == whole["output"][0]["content"]


@pytest.mark.parametrize("model", ["gazette-summary", "gazette-digest"])
async def test_summaries_and_digests_stream_too(client: httpx.AsyncClient, pipeline: FakePipeline, model: str) -> None:
    found = await _streamed(client, model=model, input=pipeline.pieces[0].article_id)
    assert "[1]" in dict(found)["response.output_text.done"]["text"]


async def test_a_refusal_is_a_completed_response_in_words(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    pipeline.answer = abstaining()
    reply = (await client.post(URL, json=_body())).json()
    assert reply["status"] == "completed"
    assert reply["abstention"] == "not_stated"
    assert "最接近的原文" in reply["output"][0]["content"][0]["text"]


async def test_messages_are_the_conversation(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    said = f"三千人[1]。{SOURCES}来源：……"
    messages = [
        {"role": "developer", "content": "Answer in English."},
        {"role": "user", "content": "有多少人?"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": said}]},
        {"role": "user", "content": [{"type": "input_text", "text": "那去年呢?"}]},
    ]
    await client.post(URL, json=_body(input=messages, instructions="Be brief."))
    question, history, _ = pipeline.asked[-1][1]
    assert question == "那去年呢?"
    assert history == (Turn("user", "有多少人?"), Turn("assistant", "三千人[1]。"))


async def test_a_response_goes_on_from_one_that_is_kept(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    kept = pipeline.record("ans_1")
    assert (await client.post(URL, json=_body(previous_response_id="resp_1"))).status_code == 200
    history = pipeline.asked[-1][1][1]
    assert history == (Turn("user", kept.answer["question"]), Turn("assistant", kept.answer["answer"]))
    missing = await client.post(URL, json=_body(previous_response_id="resp_gone"))
    assert missing.status_code == 400
    assert missing.json()["error"]["param"] == "previous_response_id"
    assert missing.json()["error"]["code"] == "previous_response_not_found"


@pytest.mark.parametrize("model", ["gazette-summary", "gazette-digest"])
async def test_only_answers_go_on_from_an_earlier_one(client: httpx.AsyncClient, model: str) -> None:
    refused = await client.post(URL, json=_body(model=model, previous_response_id="resp_1"))
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "previous_response_id"
    assert model in refused.json()["error"]["message"]


async def test_a_response_says_whether_it_is_kept(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    async def stored(**values: Any) -> Any:
        return (await client.post(URL, json=_body(**values))).json()["store"]

    assert await stored() is True
    assert await stored(store=True) is True
    assert await stored(store=False) is False
    article = pipeline.pieces[0].article_id
    assert await stored(model="gazette-summary", input=article, store=True) is False


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tools": [{"type": "web_search"}]}, "tools"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"text": {"format": {"type": "json_schema", "name": "x", "schema": {}}}}, "text.format"),
        ({"background": True}, "background"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"input": []}, "input"),
        ({"input": "  "}, "input"),
        ({"input": [{"role": "assistant", "content": "?"}]}, "input"),
        ({"input": [{"role": "user", "content": "?"}] * 201}, "input"),
        ({"input": [{"type": "function_call_output", "call_id": "1", "output": "x"}]}, "input.0.type"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "url": "x"}]}]},
            "input.0.content.0.type",
        ),
        ({"input": [{"role": "user", "content": [7]}]}, "input.0.content.0.type"),
        ({"input": [{"role": "nobody", "content": "?"}]}, "input.0.role"),
        ({"input": [{"content": "?"}]}, "input.0.role"),
    ],
)
async def test_what_is_not_offered_is_refused_by_the_name_of_its_field(
    client: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    for stream in (False, True):
        reply = await client.post(URL, json=_body(**change, stream=stream))
        assert reply.status_code == 400
        assert reply.json()["error"]["param"] == field
        assert reply.json()["error"]["type"] == "invalid_request_error"


async def test_fields_that_mean_nothing_here_are_ignored(client: httpx.AsyncClient) -> None:
    extra: dict[str, Any] = {
        "temperature": 0.2, "top_p": 1, "store": None, "tools": [], "tool_choice": "auto", "user": "u", "include": [],
        "text": {"format": {"type": "text"}, "verbosity": "low"}, "reasoning": {"effort": "low"}, "truncation": "auto",
    }  # fmt: skip
    reply = await client.post(URL, json=_body(**extra))
    assert reply.status_code == 200
    assert reply.json()["store"] is True


async def test_an_unknown_model_is_named(client: httpx.AsyncClient) -> None:
    for model in ("gpt-4o", "gazette-embedding"):
        reply = await client.post(URL, json=_body(model=model))
        assert reply.status_code == 404
        assert reply.json()["error"]["code"] == "model_not_found"


async def test_a_model_that_is_away_is_an_error_whole_and_an_event_streamed(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.error = ModelUnavailableError("the model is away")
    assert (await client.post(URL, json=_body())).status_code == 503
    name, value = (await _streamed(client))[-1]
    assert name == "response.failed"
    assert value["response"]["status"] == "failed"
    assert value["response"]["error"] == {"code": "server_error", "message": "the model is away"}
