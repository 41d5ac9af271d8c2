"""Chat programs: OpenAI's shapes, newspaper text that stays text, and a stream whose pieces are the whole."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api import examples
from api.chat.bodies import MODELS, QA, SOURCES, ChatBody
from api.chat.writing import Reply, said, written
from api.embedding_bodies import EMBEDDING_MODELS
from rag.errors import ModelUnavailableError
from rag.models import Answer, Claim, Turn, Usage
from rag.verify import Said
from tests.unit.api.fakes import FakePipeline, abstaining
from tests.unit.api.wire import Call

URL = "/v1/chat/completions"
BASE = "http://127.0.0.1:8000/"


def _body(**values: Any) -> dict[str, Any]:
    return {"model": QA, "messages": [{"role": "user", "content": "有多少人?"}], **values}


def _events(text: str) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


async def test_a_completion_carries_text_annotations_citations_and_usage(client: httpx.AsyncClient) -> None:
    reply = (await client.post(URL, json=_body())).json()
    message = reply["choices"][0]["message"]
    assert reply["object"] == "chat.completion"
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert "[1]" in message["content"]
    assert SOURCES in message["content"]
    assert reply["usage"]["total_tokens"] == reply["usage"]["prompt_tokens"] + reply["usage"]["completion_tokens"]
    quoted = reply["citations"][0]
    assert quoted["quote"] == examples.ANSWER_VALUE.citations[0].quote
    assert quoted["url"].startswith(f"{BASE}#/pages/")
    for one in message["annotations"]:
        place = one["url_citation"]
        claim = examples.ANSWER_VALUE.claims[0].text
        assert claim in message["content"][place["start_index"] : place["end_index"]]
        assert place["url"] == quoted["url"]


async def test_the_pieces_of_a_stream_are_the_whole(client: httpx.AsyncClient) -> None:
    whole = (await client.post(URL, json=_body())).json()
    stream = await client.post(URL, json=_body(stream=True, stream_options={"include_usage": True}))
    assert stream.headers["content-type"].startswith("text/event-stream")
    pieces = _events(stream.text)
    choices = [piece["choices"][0] for piece in pieces if piece["choices"]]
    content = "".join(choice["delta"].get("content", "") for choice in choices)
    assert content == whole["choices"][0]["message"]["content"]
    assert [choice["finish_reason"] for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
    assert choices[0]["delta"]["role"] == "assistant"
    assert choices[-1]["delta"]["annotations"] == whole["choices"][0]["message"]["annotations"]
    assert pieces[-1]["choices"] == []
    assert pieces[-1]["usage"] == whole["usage"]
    assert {piece["id"] for piece in pieces} == {pieces[0]["id"]}


async def test_a_refusal_is_said_with_the_nearest_words(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    pipeline.answer = abstaining()
    reply = (await client.post(URL, json=_body())).json()
    assert reply["abstention"] == pipeline.answer.abstention.code  # type: ignore[union-attr]
    assert "最接近的原文" in reply["choices"][0]["message"]["content"]
    assert reply["choices"][0]["message"]["annotations"] == []


async def test_the_conversation_goes_along_without_our_lists_of_sources(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    before = (await client.post(URL, json=_body())).json()["choices"][0]["message"]["content"]
    messages = [
        {"role": "system", "content": "Answer in English."},
        {"role": "user", "content": [{"type": "text", "text": "有多少人?"}]},
        {"role": "assistant", "content": before},
        {"role": "user", "content": "那去年呢?"},
    ]
    await client.post(URL, json=_body(messages=messages))
    question, history, _ = pipeline.asked[-1][1]
    assert question == "那去年呢?"
    assert history == (Turn("user", "有多少人?"), Turn("assistant", before.split(SOURCES, 1)[0]))
    assert "来源" not in history[1].content


@pytest.mark.parametrize("stream", [False, True])
async def test_a_summary_comes_with_markers_and_sources(
    client: httpx.AsyncClient, pipeline: FakePipeline, stream: bool
) -> None:
    named = [{"role": "user", "content": pipeline.pieces[0].article_id}]
    reply = await client.post(URL, json=_body(model="gazette-summary", messages=named, stream=stream))
    assert reply.status_code == 200
    assert pipeline.asked[-1][1][0] == pipeline.pieces[0].article_id
    assert "[1]" in reply.text
    assert reply.text.endswith("data: [DONE]\n\n") is stream


async def test_words_instead_of_an_id_summarise_what_fits_best(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    best = examples.RANKING_VALUE.evidence[0].article
    pipeline.pieces.append(best)
    await client.post(URL, json=_body(model="gazette-summary"))
    assert pipeline.asked[-1] == ("article", (best.article_id,))


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"model": "gpt-4o"}, 404, "gpt-4o"),
        ({"n": 2}, 422, "one answer"),
        ({"tools": [{"type": "function"}]}, 422, "tools"),
        ({"response_format": {"type": "json_object"}}, 422, "json_object"),
        ({"messages": []}, 422, "messages"),
        ({"messages": [{"role": "assistant", "content": "?"}]}, 422, "assistant"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 422, "content"),
    ],
)
async def test_what_cannot_be_honoured_is_refused_in_openai_s_shape(
    client: httpx.AsyncClient, change: dict[str, Any], status: int, words: str
) -> None:
    reply = await client.post(URL, json=_body(**change))
    assert reply.status_code == status
    error = reply.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert words in f"{error['message']} {error['param']}"
    assert error["param"] == (None if status == 404 else next(iter(change))) or error["param"].startswith("messages.")


async def test_fields_that_mean_nothing_here_are_ignored(client: httpx.AsyncClient) -> None:
    extra = {
        "temperature": 0.3,
        "seed": 1,
        "user": "u",
        "stop": None,
        "tools": None,
        "response_format": {"type": "text"},
    }
    assert (await client.post(URL, json=_body(**extra))).status_code == 200


async def test_a_model_that_is_away_is_an_error_whole_and_streamed(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.error = ModelUnavailableError("the model is away")
    whole = await client.post(URL, json=_body())
    assert whole.status_code == 503
    assert whole.json()["error"] == {
        "message": "the model is away",
        "type": "server_error",
        "param": None,
        "code": "model-unavailable",
    }
    stream = await client.post(URL, json=_body(stream=True))
    last = stream.text.strip().split("\n\n")[-1]
    assert json.loads(last.removeprefix("data: "))["error"]["message"] == "the model is away"
    assert "[DONE]" not in stream.text


async def test_the_models_are_listed_and_shown(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/models")).json()["data"]
    assert [one["id"] for one in listed] == [*MODELS, *EMBEDDING_MODELS]
    assert (await client.get(f"/v1/models/{QA}")).json() == listed[0]
    missing = await client.get("/v1/models/gpt-4o")
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "model_not_found"


def _answer(text: str) -> Answer:
    claim = replace(examples.ANSWER_VALUE.claims[0], text=text, start=0, end=len(text), answer_span=None)
    return replace(examples.ANSWER_VALUE, answer=f"{text}[1]。", claims=(claim,))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
def test_any_words_of_a_page_stay_words(text: str) -> None:
    shown = written(Reply.of(_answer(text)), BASE).text.split(SOURCES)[0]
    plain = shown.replace("\\[", "").replace("\\]", "").replace("\\!", "").replace("\\<", "").replace("\\`", "")
    assert "![" not in plain
    assert plain.count("](") == 0
    assert "<" not in plain.replace("\\\\", "")


@pytest.mark.parametrize("text", ["![x](https://example.com/leak)", "<img src=x>", "[点此](javascript:alert(1))"])
def test_pictures_and_links_a_page_prints_are_no_markup(text: str) -> None:
    shown = written(Reply.of(_answer(text)), BASE).text
    assert text not in shown
    assert "\\[" in shown or "\\<" in shown


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(str.strip))
def test_a_streamed_claim_equals_its_part_of_the_whole(text: str) -> None:
    answer = _answer(text)
    delta = Said(answer.claims[0], f"{text}[1]。", ()).delta
    assert written(Reply.of(answer), BASE).text.startswith(said(answer.claims[0], delta))


def test_the_question_is_the_last_message_whatever_parts_it_has() -> None:
    parts = [{"type": "text", "text": "甲"}, {"type": "text", "text": "乙?"}]
    body = ChatBody.model_validate(_body(messages=[{"role": "user", "content": parts}]))
    assert body.question == "甲\n乙?"


def test_claims_without_their_own_words_in_the_delta_are_escaped_too() -> None:
    claim = Claim("甲", 0, 1, "supported", None, (1,))
    assert said(claim, "![乙](x)") == "\\!\\[乙\\](x)[1]"


def test_a_reply_without_claims_still_says_its_words() -> None:
    empty = Reply("没有稿件。", (), (), (), None, Usage(), None)
    assert written(empty, BASE).text == "没有稿件。"


def test_a_bare_address_in_a_page_becomes_no_link_of_the_chat_program() -> None:
    claim = Claim("见 https://planted.example 和 www.planted.example", 0, 45, "supported", None, (1,))
    assert said(claim, claim.text) == "见 https\\://planted.example 和 www\\.planted.example[1]"


@pytest.mark.parametrize("streaming", [False, True])
async def test_hanging_up_cancels_the_asking(app: FastAPI, pipeline: FakePipeline, streaming: bool) -> None:
    pipeline.slow = True
    call = Call.of_json(URL, _body(stream=streaming))
    serving = asyncio.ensure_future(call.through(app))
    while not pipeline.asked:
        await asyncio.sleep(0.01)
    call.hang_up()
    await asyncio.wait_for(serving, 5)
    for _ in range(100):
        if pipeline.cancelled:
            break
        await asyncio.sleep(0.01)
    assert pipeline.cancelled == ["ask"]
