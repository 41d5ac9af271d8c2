"""Figures: read back with Prometheus' own parser; few labels, and no name a user gave."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from rag.adapters.prometheus import Meter
from rag.errors import StoreError
from rag.models import Holdings, Usage
from rag.settings import ServeSettings, Settings
from rag.telemetry import ModelCall
from tests.unit.api.fakes import FakePipeline, abstaining
from tests.unit.api.wire import Call

Samples = dict[tuple[str, ...], float]


def _samples(text: str) -> Samples:
    """Every sample by name and label values, sorted by label."""
    families = text_string_to_metric_families(text)
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in families
        for sample in family.samples
    }


async def _read(client: httpx.AsyncClient) -> Samples:
    reply = await client.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    return _samples(reply.text)


async def test_requests_are_counted_by_route_template_and_status(client: httpx.AsyncClient) -> None:
    for at in range(3):
        await client.get(f"/v1/documents/doc_{at:016x}")
    for at in range(50):
        await client.get(f"/nowhere/{at}")
    found = await _read(client)
    assert found["gazette_http_request_seconds_count", "GET", "/v1/documents/{document_id}", "200"] == 3
    assert found["gazette_http_request_seconds_count", "GET", "(none)", "404"] == 50
    assert len({key[2] for key in found if key[0] == "gazette_http_request_seconds_count"}) == 2
    assert found["gazette_http_requests_in_flight",] == 1


async def test_what_is_held_is_told_without_names_of_collections(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.ledger.held = [Holdings("a", 3, 30, 1, {"waiting": 2}), Holdings("b", 4, 40, 0, {"waiting": 1})]
    found = await _read(client)
    assert found["gazette_documents",] == 7
    assert found["gazette_passages",] == 70
    assert found["gazette_documents_pending",] == 1
    assert found["gazette_batch_units", "waiting"] == 3
    assert found["gazette_ready",] == 1


async def test_collections_are_told_apart_when_asked_for(pipeline: FakePipeline) -> None:
    pipeline.ledger.held = [Holdings("a", 3), Holdings("b", 4)]
    settings = Settings(serve=ServeSettings(metrics_by_collection=True))
    transport = httpx.ASGITransport(create_app(settings, pipeline.as_pipeline()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        found = await _read(client)
    assert (found["gazette_documents", "a"], found["gazette_documents", "b"]) == (3, 4)


async def test_figures_come_also_while_the_store_does_not_answer(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.ledger.error = StoreError("gone")
    found = await _read(client)
    assert found["gazette_ready",] == 0
    assert ("gazette_documents",) not in found


async def test_an_open_stream_is_counted_until_it_ends(app: FastAPI, pipeline: FakePipeline) -> None:
    pipeline.slow = True
    call = Call.of_json("/v1/answers", {"question": "x", "stream": True})
    streaming = asyncio.create_task(call.through(app))
    while not pipeline.asked:
        await asyncio.sleep(0)
    meter: Meter = app.state.meter
    assert _samples(meter.render(None).decode())["gazette_streams_open",] == 1
    call.hang_up()
    await streaming
    assert _samples(meter.render(None).decode())["gazette_streams_open",] == 0


def test_answers_are_counted_by_outcome_and_claims_by_verdict() -> None:
    meter, answered = Meter("extractive"), FakePipeline().answer
    meter.answered(replace(answered, timings_ms={"retrieve": 120, "generate": 30, "verify": 4, "other": 9}))
    meter.answered(replace(abstaining(), timings_ms={}))
    found = _samples(meter.render(None).decode())
    assert found["gazette_answers_total", "answered"] == found["gazette_answers_total", "not_stated"] == 1
    assert found["gazette_claims_total", "supported"] == len(answered.claims)
    assert found["gazette_step_seconds_sum", "retrieve"] == pytest.approx(0.12)
    assert {key[1] for key in found if key[0] == "gazette_step_seconds_count"} == {
        "rewrite", "retrieve", "generate", "verify",
    }  # fmt: skip


def test_model_calls_are_counted_with_what_they_cost() -> None:
    meter = Meter("openai/m")
    meter.model_called(ModelCall("openai/m", Usage(100, 20, 0.5), 1.5, retries=2))
    meter.model_called(ModelCall("openai/m", Usage(), 0.1, error="RateLimitError"))
    found = _samples(meter.render(None).decode())
    assert found["gazette_model_calls_total", "openai/m", "ok"] == 1
    assert found["gazette_model_calls_total", "openai/m", "RateLimitError"] == 1
    assert found["gazette_model_tokens_total", "prompt", "openai/m"] == 100
    assert found["gazette_model_cost_usd_total", "openai/m"] == 0.5
    assert found["gazette_model_retries_total", "openai/m"] == 2
    assert found["gazette_build_info", "openai/m", "0.1.0"] == 1
