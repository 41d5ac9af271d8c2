"""The application over a fake pipeline, and a client that talks to it without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from rag.settings import ServeSettings, Settings
from tests.unit.api.fakes import FakePipeline

MAX_UPLOAD_BYTES = 200_000


@pytest.fixture
def pipeline() -> FakePipeline:
    return FakePipeline()


@pytest.fixture
def settings() -> Settings:
    return Settings(serve=ServeSettings(max_upload_bytes=MAX_UPLOAD_BYTES))


@pytest.fixture
def app(settings: Settings, pipeline: FakePipeline) -> FastAPI:
    return create_app(settings, pipeline.as_pipeline())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client
