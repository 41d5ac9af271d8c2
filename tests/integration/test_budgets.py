"""A key's tokens of the day: what a model's server says it used, streamed or not, and not forgotten by a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from rag.build import build_pipeline
from rag.settings import Settings
from tests.integration.scripted_model import Exchange, says, scripted_model, streams
from tests.integration.test_litellm import reply

# The library reads a deprecated attribute of its own types at every chunk.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning")

PAGE = "新图书馆开馆\n\n本报讯 昨日新图书馆开馆，馆内有藏书三万册，每天接待读者六百人。"
ASKED = {"question": "新图书馆有多少藏书?"}


def answers(exchange: Exchange) -> None:
    """Declines, streamed or whole as asked; 100 tokens read and 20 written each time."""
    content = reply(abstain="not_stated")
    (streams(content) if exchange.asked.get("stream") else says(content))(exchange)


@asynccontextmanager
async def service(folder: Path, api_base: str, secret: str = "") -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    model = {"name": "openai/some-model", "api_base": api_base, "max_retries": 0}
    pipeline = build_pipeline(Settings.load(store={"path": folder}, model=model))
    try:
        transport = httpx.ASGITransport(create_app(pipeline.settings, pipeline))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=120) as client:
            if secret:
                client.headers["Authorization"] = f"Bearer {secret}"
            yield pipeline, client
    finally:
        pipeline.close()


async def test_streamed_and_whole_answers_use_up_a_budget_that_a_restart_does_not_give_back(tmp_path: Path) -> None:
    with scripted_model(answers) as server:
        async with service(tmp_path, server.api_base) as (pipeline, client):
            assert (await client.post("/v1/documents", files=[("files", ("a.txt", PAGE.encode()))])).status_code == 200
            key, secret = pipeline.ledger.keys.create("desk", "read", "default", tokens_per_day=250)
            client.headers["X-API-Key"] = secret

            def spent() -> int:
                return int(pipeline.ledger.keys.spent(key.key_id, datetime.now(UTC).date()))

            streamed = await client.post("/v1/answers", json={**ASKED, "stream": True})
            assert "event: done" in streamed.text
            once = spent()
            assert once >= 120
            assert once % 120 == 0
            chat = {"model": "gazette-qa", "messages": [{"role": "user", "content": ASKED["question"]}], "stream": True}
            assert (await client.post("/v1/chat/completions", json=chat)).status_code == 200
            assert spent() == 2 * once
            while spent() < 250:
                assert (await client.post("/v1/answers", json=ASKED)).status_code == 200
            calls = len(server.requests)
            assert spent() == 120 * calls
        async with service(tmp_path, server.api_base, secret) as (_, client):
            refused = await client.post("/v1/answers", json=ASKED)
            assert refused.status_code == 429
            assert refused.json()["type"] == "urn:gazette:problem:token-budget"
            assert (await client.post("/v1/search", json={"query": "藏书"})).json()["results"]
        assert len(server.requests) == calls
