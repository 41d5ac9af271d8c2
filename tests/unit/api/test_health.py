from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from api import app as app_module
from api.app import create_app
from rag.collections import Collections
from rag.errors import StoreError, StoreLockedError
from rag.settings import Settings
from tests.unit.api.fakes import FakePipeline


def _client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_ready_service_says_how_much_it_holds(client: httpx.AsyncClient) -> None:
    reply = await client.get("/readyz")
    assert reply.status_code == 200
    shape = reply.json()
    assert (shape["documents"], shape["articles"], shape["passages"]) == (5, 41, 63)
    assert (shape["status"], shape["collection"], shape["model"]) == ("ready", "default", "extractive")


async def test_a_store_that_cannot_be_reached_is_not_ready_but_live(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.ledger.error = StoreError("ledger: disk I/O error")
    reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert "disk I/O error" in reply.json()["detail"]
    assert (await client.get("/livez")).json() == {"status": "live"}


def alone(pipeline: FakePipeline) -> Collections:
    return Collections(pipeline.as_pipeline())


async def test_while_the_pipeline_opens_the_service_is_live_and_not_ready(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, may_open = FakePipeline(), threading.Event()

    def build(_: Settings, **__: object) -> Collections:
        may_open.wait(5)
        return alone(pipeline)

    monkeypatch.setattr(app_module, "open_collections", build)
    app = create_app(settings)
    async with app.router.lifespan_context(app), _client(app) as client:
        assert (await client.get("/livez")).status_code == 200
        for reply in (await client.get("/readyz"), await client.post("/v1/search", json={"query": "x"})):
            assert reply.status_code == 503
            assert reply.headers["retry-after"]
            assert reply.json()["type"] == "urn:gazette:problem:not-ready"
        may_open.set()
        await _until(lambda: app.state.opening.collections is not None)
        assert (await client.get("/readyz")).status_code == 200
        assert not pipeline.closed
    assert pipeline.closed


async def test_a_service_stopped_while_opening_closes_what_it_opened(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = FakePipeline()
    monkeypatch.setattr(app_module, "open_collections", lambda _, **__: alone(pipeline))
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        pass
    assert pipeline.closed


async def test_a_pipeline_that_cannot_be_opened_is_reported_with_its_reason(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(_: Settings, **__: object) -> Collections:
        raise StoreLockedError(".gazette: process 7 holds it")

    monkeypatch.setattr(app_module, "open_collections", build)
    failures: list[Exception] = []
    app = create_app(settings, on_failure=failures.append)
    async with app.router.lifespan_context(app), _client(app) as client:
        await _until(lambda: bool(failures))
        reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert "process 7 holds it" in reply.json()["detail"]
    assert isinstance(failures[0], StoreLockedError)


async def test_a_pipeline_that_was_handed_over_is_not_closed(app: FastAPI, pipeline: FakePipeline) -> None:
    async with app.router.lifespan_context(app):
        pass
    assert not pipeline.closed
