from __future__ import annotations

import logging

import httpx
import pytest
from fastapi import FastAPI

from api.errors import of_gazette
from rag import errors
from rag.errors import GazetteError, OverlongError, ReadError
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call

STATUSES = {
    "GazetteError": 500,
    "CoverageError": 500,
    "SettingsError": 500,
    "ReadError": 422,
    "UnknownFormatError": 415,
    "EncodingError": 422,
    "MalformedSourceError": 422,
    "StoreError": 500,
    "StoreLockedError": 503,
    "StoreMismatchError": 500,
    "StoreUnavailableError": 503,
    "EngineError": 503,
    "NotFoundError": 404,
    "ModelError": 502,
    "ModelUnavailableError": 503,
    "ModelOutputError": 502,
    "PromptError": 500,
    "CorrectionError": 422,
    "AccessError": 422,
    "BatchError": 422,
    "OverlongError": 422,
}
TREE = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, GazetteError)]


def _made(kind: type[GazetteError]) -> GazetteError:
    if issubclass(kind, OverlongError):
        return kind(0, 600, 512)
    return kind("scan.tiff", "the reason") if issubclass(kind, ReadError) else kind("the reason")


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
async def test_every_error_of_the_tree_has_its_status_and_is_told_in_its_own_words(
    client: httpx.AsyncClient, pipeline: FakePipeline, kind: type[GazetteError]
) -> None:
    pipeline.error = _made(kind)
    reply = await client.post("/v1/search", json={"query": "x"})
    assert reply.status_code == STATUSES[kind.__name__]
    assert reply.headers["content-type"] == "application/problem+json"
    shape = reply.json()
    assert set(shape) == {"type", "title", "status", "detail", "instance", "request_id"}
    assert shape["request_id"] == reply.headers["x-request-id"]
    assert shape["detail"] == str(pipeline.error)
    assert shape["instance"] == "/v1/search"
    assert ("retry-after" in reply.headers) == (reply.status_code == 503)


def test_every_error_of_the_tree_has_a_type_of_its_own() -> None:
    names = [of_gazette(_made(kind)).name for kind in TREE]
    assert len(set(names)) == len(TREE) == len(STATUSES)


def test_an_error_without_a_status_of_its_own_takes_its_parents() -> None:
    class ShreddedError(errors.StoreLockedError):
        """Not in the table."""

    assert of_gazette(ShreddedError("x")).status == 503


async def test_an_unforeseen_error_is_told_without_what_happened(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.error = ZeroDivisionError("secret of /home/somebody")
    reply = await client.get("/v1/documents")
    assert reply.status_code == 500
    assert reply.headers["content-type"] == "application/problem+json"
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_an_unforeseen_error_reaches_the_log_of_the_server(app: FastAPI, pipeline: FakePipeline) -> None:
    pipeline.error = ZeroDivisionError("secret")
    with pytest.raises(ZeroDivisionError):
        await Call("GET", "/v1/documents", [b""], {}).through(app)


async def test_an_unforeseen_error_in_a_stream_is_logged_with_its_traceback(
    client: httpx.AsyncClient, pipeline: FakePipeline, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.error = ZeroDivisionError("secret")
    with caplog.at_level(logging.ERROR):
        await client.post("/v1/answers", json={"question": "x", "stream": True})
    assert "ZeroDivisionError: secret" in caplog.text


async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    reply = await client.get("/v1/nothing")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == "urn:gazette:problem:no-such-address"
    assert "/v1/nothing" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/documents", "GET, POST"),
        ("POST", "/v1/documents/doc_1", "DELETE, GET"),
        ("GET", "/v1/search", "POST"),
    ],
)
async def test_a_method_that_is_not_offered_is_a_problem_that_names_those_that_are(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    reply = await client.request(method, path)
    assert reply.status_code == 405
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["allow"] == allowed
    assert allowed in reply.json()["detail"]
