from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from pydantic import TypeAdapter

from api import examples, replies, search_replies
from api.errors import OPENAI_ROUTES
from rag.serialise import answer_json, ranking_json
from tests.unit.api.fakes import abstaining
from tests.unit.api.wire import events

ROUTES = {
    "/v1/chat/completions": {"post"},
    "/v1/responses": {"post"},
    "/v1/embeddings": {"post"},
    "/v1/collections": {"get"},
    "/v1/evaluations": {"get"},
    "/v1/evaluations/{run}/report": {"get"},
    "/v1/models": {"get"},
    "/v1/models/{model}": {"get"},
    "/v1/documents": {"get", "post"},
    "/v1/documents/{document_id}": {"get", "delete"},
    "/v1/articles": {"get"},
    "/v1/articles/{article_id}": {"get"},
    "/v1/corrections": {"get", "post"},
    "/v1/corrections/{correction_id}": {"delete"},
    "/v1/search": {"post"},
    "/v1/answers": {"get", "post"},
    "/v1/answers/{answer_id}": {"get"},
    "/v1/answers/{answer_id}/export": {"get"},
    "/v1/answers/{answer_id}/replay": {"post"},
    "/v1/answers/{answer_id}/mark": {"put", "delete"},
    "/v1/summaries": {"post"},
    "/v1/digests": {"post"},
    "/v1/timelines": {"post"},
    "/v1/verifications": {"post"},
    "/v1/files": {"get", "post"},
    "/v1/files/{file_id}": {"get", "delete"},
    "/v1/files/{file_id}/content": {"get"},
    "/v1/batches": {"get", "post"},
    "/v1/batches/{batch_id}": {"get"},
    "/v1/batches/{batch_id}/cancel": {"post"},
    "/v1/batches/{batch_id}/pause": {"post"},
    "/v1/batches/{batch_id}/resume": {"post"},
    "/livez": {"get"},
    "/readyz": {"get"},
}


@pytest.fixture
def schema(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_description_is_valid_openapi_and_covers_every_route(schema: dict[str, Any]) -> None:
    validate(schema)
    assert {path: set(methods) for path, methods in schema["paths"].items()} == ROUTES


def test_every_example_satisfies_its_schema(schema: dict[str, Any]) -> None:
    shown = 0
    for name, part in schema["components"]["schemas"].items():
        validator = OAS31Validator({"$ref": f"#/components/schemas/{name}", "components": schema["components"]})
        for example in part.get("examples", ()):
            validator.validate(example)
            shown += 1
    assert shown >= 15


def test_every_body_and_reply_has_an_example(schema: dict[str, Any]) -> None:
    def named(content: dict[str, Any]) -> Iterator[str]:
        for media in content.values():
            if "$ref" in media["schema"]:
                yield media["schema"]["$ref"].rpartition("/")[2]

    for name, operation in _operations(schema):
        parts = [*named(operation.get("requestBody", {}).get("content", {}))]
        for reply in operation["responses"].values():
            parts += named(reply.get("content", {}))
        for part in set(parts):
            assert schema["components"]["schemas"][part].get("examples"), (name, part)


def test_every_operation_is_described_and_every_failure_is_problem_json_or_openai_s(schema: dict[str, Any]) -> None:
    for name, operation in _operations(schema):
        assert operation["description"], name
        theirs = name.partition(" ")[2].startswith(OPENAI_ROUTES)
        for status, reply in operation["responses"].items():
            if int(status) >= 400:
                kind = "application/json" if theirs else "application/problem+json"
                assert list(reply["content"]) == [kind], (name, status)
    assert "HTTPValidationError" not in schema["components"]["schemas"]


def test_example_citations_quote_their_document() -> None:
    text = examples.DOCUMENT_WITH_TEXT["text"]
    [citation] = examples.ANSWER["citations"]
    assert "".join(text[start:end] for start, end in citation["source_spans"]) == citation["quote"]
    [claim] = examples.ANSWER["claims"]
    assert examples.ANSWER["answer"][claim["start"] : claim["end"]] == claim["text"]
    start, end = claim["answer_span"]
    assert examples.ANSWER["answer"][start:end] == "八万六千册"
    [result] = examples.RANKING["results"]
    joined = "".join(text[start:end] for start, end in result["source_spans"])
    assert joined == result["text"].replace("\n", "")


def test_the_reply_models_know_every_member_that_is_sent() -> None:
    TypeAdapter(replies.AnswerReply).validate_python(answer_json(abstaining()))
    TypeAdapter(search_replies.SearchReply).validate_python(ranking_json(examples.RANKING_VALUE))
    for model, shape in (
        (replies.ReportReply, examples.REPORT),
        (replies.DocumentsReply, examples.DOCUMENTS),
        (replies.ArticlesReply, examples.ARTICLES),
        (replies.SummariesReply, examples.SUMMARIES),
    ):
        TypeAdapter(model).validate_python(shape)


def test_the_example_stream_is_a_stream(schema: dict[str, Any]) -> None:
    content = schema["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    names = [name for name, _ in events(content["text/event-stream"]["example"].encode())]
    assert names == ["evidence", "citation", "delta", "claim", "done"]


async def test_the_documentation_page_needs_no_other_host(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/start.js"} <= set(loaded)
    for address in loaded:
        assert not re.match(r"(?:https?:)?//", address)
        if not address.startswith("data:"):
            assert (await client.get(f"/{address}")).status_code == 200
    start = (await client.get("/docs/start.js")).text
    assert "http" not in page.text + start
    assert "validatorUrl: null" in start, "or Swagger UI shows the description to its own validator on the web"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*", policy)


async def test_the_style_of_the_documentation_page_loads_nothing_from_the_web(client: httpx.AsyncClient) -> None:
    style = (await client.get("/docs/swagger-ui.css")).text
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:)(?:https?:)?//", style)
