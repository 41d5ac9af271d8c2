"""Programs that speak OpenAI's protocol, as they are installed, against a started service over the sample pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.e2e.clients.contract import QUESTION
from tests.e2e.clients.environment import client_python

CONTRACT = ROOT / "tests/e2e/clients/contract.py"
LITELLM = """
import json, sys
from litellm import completion, embedding, responses
url, question = sys.argv[1] + '/v1', sys.argv[2]
ours = {'api_base': url, 'api_key': 'any'}
asked = [{'role': 'user', 'content': question}]
whole = completion('openai/gazette-qa', messages=asked, **ours)
pieces = completion('openai/gazette-qa', messages=asked, stream=True, **ours)
response = responses(model='openai/gazette-qa', input=question, **ours)
events = [event.type for event in responses(model='openai/gazette-qa', input=question, stream=True, **ours)]
vectors = embedding('openai/gazette-embedding', input=[question, question], encoding_format='float', **ours)
print(json.dumps({
    'whole': whole.choices[0].message.content,
    'streamed': ''.join(piece.choices[0].delta.content or '' for piece in pieces),
    'response': response.output[0].content[0].text,
    'events': [str(getattr(event, 'value', event)) for event in events],
    'lengths': [len(one['embedding']) for one in vectors.data],
}))
"""


def _run(python: Path | str, *arguments: str, **environment: str) -> str:
    """What a program says; it sees neither the project nor the user's own settings."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "OPENAI_API_KEY")}
    done = subprocess.run(
        (str(python), *arguments),
        cwd=ROOT / "tests/e2e/clients",
        env={**inherited, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["2", "3"], ids="openai {}.x".format)
def told(request: pytest.FixtureRequest, seeded: str) -> dict[str, Any]:
    """What OpenAI's client found, in the version the project pins and in the next."""
    python = sys.executable if request.param == "2" else client_python()
    found: dict[str, Any] = json.loads(_run(python, str(CONTRACT), seeded))
    assert found["version"].split(".")[0] == request.param
    return found


def test_the_sdk_reads_an_answer_with_its_annotations(told: dict[str, Any]) -> None:
    chat = told["chat"]
    assert "1647人" in chat["text"]
    assert "1647人" in chat["quoted"][0]
    assert "1647人" in chat["citations"][0]["quote"]
    assert chat["tokens"] is not None


def test_the_sdk_streams_the_same_text(told: dict[str, Any]) -> None:
    chat, streamed = told["chat"], told["chat"]["streamed"]
    assert streamed["text"] == chat["text"]
    assert streamed["finished"][-1] == "stop"
    assert streamed["tokens"] == chat["tokens"]
    assert streamed["annotations"] == len(chat["quoted"])


def test_a_conversation_goes_on_and_a_refusal_is_text(told: dict[str, Any]) -> None:
    conversation = told["conversation"]
    assert "224个" in conversation["second"]
    assert conversation["refused"]
    assert conversation["abstention"] in ("no_evidence", "not_stated")


def test_summaries_and_digests_are_models_too(told: dict[str, Any]) -> None:
    assert set(told["models"]) == {
        "gazette-qa",
        "gazette-summary",
        "gazette-digest",
        "gazette-embedding",
        "gazette-embedding-query",
    }
    for model, text in told["writing"].items():
        assert "[1]" in text, model


def test_a_response_is_the_same_answer_and_can_be_gone_on_from(told: dict[str, Any]) -> None:
    responses = told["responses"]
    assert responses["text"] == told["chat"]["text"]
    assert "1647人" in responses["quoted"][0]
    assert "224个" in responses["second"]


def test_a_streamed_response_is_the_whole_one(told: dict[str, Any]) -> None:
    streamed = told["responses"]["streamed"]
    assert streamed["names"][0] == "response.created"
    assert streamed["names"][-1] == "response.completed"
    assert "response.output_text.annotation.added" in streamed["names"]
    assert streamed["text"] == streamed["final"] == told["responses"]["text"]
    assert streamed["status"] == "completed"


def test_vectors_are_those_of_the_corpus_and_a_question_is_near_its_passage(told: dict[str, Any]) -> None:
    embeddings = told["embeddings"]
    assert embeddings["same"] < 1e-6
    assert embeddings["length"] == pytest.approx(1, abs=1e-5)
    near, far = embeddings["cosines"]
    assert near > far
    assert embeddings["tokens"] > 0


def test_a_batch_is_sent_followed_and_read(told: dict[str, Any]) -> None:
    batch = told["batch"]
    assert batch["listed"]
    assert batch["deleted"]
    assert batch["status"] == "completed"
    assert batch["counts"] == {"total": 2, "completed": 1, "failed": 1}
    assert "1647人" in batch["output"]
    assert json.loads(batch["errors"])["custom_id"] == "b"


def test_the_sdk_knows_our_errors_for_its_own(told: dict[str, Any]) -> None:
    assert told["refusals"] == {
        "model": ["NotFoundError", None, "model_not_found"],
        "choices": ["UnprocessableEntityError", "n", "invalid-request"],
        "tools": ["BadRequestError", "tools", "unsupported_parameter"],
        "previous": ["BadRequestError", "previous_response_id", "previous_response_not_found"],
        "tokens": ["BadRequestError", "input.0", "invalid_type"],
    }


def test_litellm_asks_us_like_any_other_provider(seeded: str) -> None:
    local = dict.fromkeys(
        ("LITELLM_LOCAL_MODEL_COST_MAP", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS", "LITELLM_LOCAL_BLOG_POSTS"), "True"
    )
    told = json.loads(_run(sys.executable, "-c", LITELLM, seeded, QUESTION, LITELLM_MODE="PRODUCTION", **local))
    assert "1647人" in told["whole"]
    assert told["streamed"] == told["response"] == told["whole"]
    assert told["events"][-1] == "response.completed"
    assert told["lengths"] == [384, 384]


@pytest.mark.parametrize("options", [(), ("--no-stream",)], ids=["streamed", "whole"])
def test_the_llm_command_answers_from_the_pages(seeded: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    ours = {"model_id": "gazette", "model_name": "gazette-qa", "api_base": f"{seeded}/v1", "api_key_name": "gazette"}
    (tmp_path / "extra-openai-models.yaml").write_text(yaml.safe_dump([ours]), "utf-8")
    arguments = ("-m", "gazette", "--key", "any", *options, QUESTION)
    said = _run(client_python(), "-m", "llm", *arguments, LLM_USER_PATH=str(tmp_path))
    assert "1647人[1]" in said
    assert "来源" in said
