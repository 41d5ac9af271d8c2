"""Programs that speak OpenAI's protocol, as they are installed, against a started service over the sample pages."""

from __future__ import annotations

import os
import subprocess
import sys

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

from tests.conftest import ROOT

QUESTION = "六安经开区园区非公组织党员有多少人?"
ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def client(seeded: str) -> OpenAI:
    return OpenAI(base_url=f"{seeded}/v1", api_key="any", timeout=120, max_retries=0)


def test_the_sdk_reads_an_answer_with_its_annotations(client: OpenAI) -> None:
    reply = client.chat.completions.create(model="gazette-qa", messages=ASKED)
    message = reply.choices[0].message
    assert message.content is not None
    assert "1647人" in message.content
    assert message.annotations
    place = message.annotations[0].url_citation
    assert "1647人" in message.content[place.start_index : place.end_index]
    assert reply.usage is not None
    assert reply.model_extra is not None
    assert "1647人" in reply.model_extra["citations"][0]["quote"]


def test_the_sdk_streams_the_same_text(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="gazette-qa", messages=ASKED).choices[0].message.content
    pieces = client.chat.completions.create(
        model="gazette-qa", messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    text, finished, tokens = "", [], None
    for piece in pieces:
        for choice in piece.choices:
            text += choice.delta.content or ""
            finished.append(choice.finish_reason)
        tokens = piece.usage or tokens
    assert text == whole
    assert finished[-1] == "stop"
    assert tokens is not None


def test_the_sdk_lists_the_models_and_knows_our_errors_for_its_own(client: OpenAI) -> None:
    assert {one.id for one in client.models.list()} == {"gazette-qa", "gazette-summary", "gazette-digest"}
    with pytest.raises(openai.NotFoundError, match="gpt-4o"):
        client.chat.completions.create(model="gpt-4o", messages=ASKED)
    with pytest.raises(openai.UnprocessableEntityError, match="one answer"):
        client.chat.completions.create(model="gazette-qa", messages=ASKED, n=2)


def test_a_conversation_goes_on_and_a_refusal_is_text(client: OpenAI) -> None:
    first = client.chat.completions.create(model="gazette-qa", messages=ASKED).choices[0].message.content
    turns: list[ChatCompletionMessageParam] = [
        *ASKED,
        {"role": "assistant", "content": first or ""},
        {"role": "user", "content": "那单独组建的非公企业党组织有多少个?"},
    ]
    reply = client.chat.completions.create(model="gazette-qa", messages=turns)
    assert "224个" in (reply.choices[0].message.content or "")
    alone: list[ChatCompletionMessageParam] = [{"role": "user", "content": "光合作用在哪一年被发现?"}]
    refused = client.chat.completions.create(model="gazette-qa", messages=alone)
    assert refused.choices[0].message.content
    assert (refused.model_extra or {})["abstention"] in ("no_evidence", "not_stated")


def test_summaries_and_digests_are_models_too(client: OpenAI) -> None:
    for model in ("gazette-summary", "gazette-digest"):
        reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "非公党建"}])
        assert "[1]" in (reply.choices[0].message.content or ""), model
        assert (reply.model_extra or {})["citations"], model


def test_litellm_asks_us_like_any_other_provider(seeded: str) -> None:
    code = (
        "from litellm import completion; import sys\n"
        "reply = completion(model='openai/gazette-qa', api_base=sys.argv[1] + '/v1', api_key='any',"
        " messages=[{'role': 'user', 'content': sys.argv[2]}], stream=True)\n"
        "print(''.join(piece.choices[0].delta.content or '' for piece in reply))"
    )
    settings = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        (sys.executable, "-c", code, seeded, QUESTION),
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "1647人" in done.stdout
