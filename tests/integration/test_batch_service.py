"""Batches over HTTP with OpenAI's own client: files, states, output in order; a service that restarts goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from api import batch_replies
from api.app import create_app
from rag.build import build_pipeline
from rag.settings import Settings
from tests.conftest import SEEDS

LINES: list[dict[str, Any]] = [
    {"custom_id": "all", "url": "/v1/summaries", "body": {"all": True, "max_chars": 60}},
    {"custom_id": "ask", "url": "/v1/answers", "body": {"question": "六安经开区园区非公组织党员有多少人?"}},
    {"custom_id": "bad", "url": "/v1/summaries", "body": {"article_id": "art_none"}},
]
REQUESTS = "\n".join(json.dumps({"method": "POST", **line}, ensure_ascii=False) for line in LINES).encode()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with two of the pages in it."""
    made = Settings.load(store={"path": tmp_path_factory.mktemp("batches")})
    pipeline = build_pipeline(made)
    asyncio.run(pipeline.ingest(sorted(SEEDS.glob("*.txt"))[2:4]))
    pipeline.close()
    return made


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[tuple[openai.AsyncOpenAI, httpx.AsyncClient]]:
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000/v1") as http,
    ):
        async with asyncio.timeout(120):
            while app.state.opening.collections is None:
                assert app.state.opening.error is None
                await asyncio.sleep(0.05)
        yield openai.AsyncOpenAI(base_url=http.base_url, api_key="none", http_client=http), http


async def ended(client: openai.AsyncOpenAI, batch_id: str) -> Any:
    async with asyncio.timeout(120):
        while (batch := await client.batches.retrieve(batch_id)).status in ("validating", "in_progress", "finalizing"):
            await asyncio.sleep(0.1)
    return batch


async def test_openais_client_sends_follows_and_reads_a_batch(settings: Settings, tmp_path: Path) -> None:
    async with served(settings) as (client, http):
        file = await client.files.create(file=("requests.jsonl", REQUESTS), purpose="batch")
        assert (file.filename, file.bytes) == ("requests.jsonl", len(REQUESTS))
        body: Any = {"input_file_id": file.id, "endpoint": openai.omit, "completion_window": "24h"}
        started = await client.batches.create(**body, metadata={"desk": "city"})
        batch = await ended(client, started.id)
        assert batch.status == "completed"
        assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (3, 2, 1)
        output = (await client.files.content(batch.output_file_id)).text
        errors = (await client.files.content(batch.error_file_id)).text
        rows = [json.loads(line) for line in output.splitlines()]
        assert [row["custom_id"] for row in rows] == ["all", "ask"]
        items = rows[0]["response"]["body"]["items"]
        assert len(items) == len({item["article_id"] for item in items}) == batch.model_extra["units"]["total"] - 2
        assert "1647" in rows[1]["response"]["body"]["answer"]
        assert json.loads(errors)["error"]["code"] == "not_found"
        again = await client.batches.create(**body)
        assert (again.id, again.status) == (batch.id, "completed")
        assert [one.id async for one in client.batches.list()] == [batch.id]
        assert [one.id async for one in client.files.list()] == [file.id]
        batch_replies.BatchReply.model_validate((await http.get(f"/batches/{batch.id}")).json())
        await client.files.delete(file.id)
        assert (await http.get(f"/files/{file.id}")).status_code == 404


async def test_a_batch_goes_on_after_the_service_was_stopped(settings: Settings) -> None:
    other = REQUESTS.replace(b'"max_chars": 60', b'"max_chars": 70')
    async with served(settings) as (client, _):
        file = await client.files.create(file=("other.jsonl", other), purpose="batch")
        body: Any = {"input_file_id": file.id, "endpoint": openai.omit, "completion_window": "24h"}
        batch = await client.batches.create(**body)
    async with served(settings) as (client, _):
        finished = await ended(client, batch.id)
        assert finished.status == "completed"
        assert finished.request_counts.total == 3


async def test_a_digest_in_a_batch_is_what_the_route_gives(settings: Settings) -> None:
    bodies: list[dict[str, Any]] = [
        {},
        {"topic": "党员", "max_chars": 400},
        {"filters": {"from": "2020-01-01", "to": "2020-01-02"}},
        {"filters": {"document": "none.txt"}},
    ]
    lines = [
        {"custom_id": str(at), "method": "POST", "url": "/v1/digests", "body": body} for at, body in enumerate(bodies)
    ]
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    async with served(settings) as (client, http):
        file = await client.files.create(file=("digests.jsonl", content), purpose="batch")
        asked: Any = {"input_file_id": file.id, "endpoint": "/v1/digests", "completion_window": "24h"}
        batch = await ended(client, (await client.batches.create(**asked)).id)
        assert batch.status == "completed"
        rows = [json.loads(row) for row in (await client.files.content(batch.output_file_id)).text.splitlines()]
        for row, body in zip(rows, bodies[:3], strict=True):
            assert row["response"]["body"] == (await http.post("/digests", json=body)).json()
        assert rows[0]["response"]["body"]["coverage"]["used"]
        (error,) = (await client.files.content(batch.error_file_id)).text.splitlines()
        assert (json.loads(error)["custom_id"], json.loads(error)["error"]["code"]) == ("3", "not_found")


async def test_what_cannot_be_a_batch_is_told(settings: Settings) -> None:
    async with served(settings) as (client, http):
        missing = await http.post("/batches", json={"input_file_id": "file-none"})
        assert (missing.status_code, "GET /v1/files" in missing.json()["detail"]) == (404, True)
        binary = await http.post("/files", files={"file": ("x.jsonl", b"\xff")}, data={"purpose": "batch"})
        assert (binary.status_code, "UTF-8" in binary.json()["detail"]) == (422, True)
        priceless = await http.post("/batches", json={"input_file_id": "file-none", "completion_window": "soon"})
        assert priceless.status_code == 422
        broken = await client.files.create(file=("broken.jsonl", b"{"), purpose="batch")
        body: Any = {"input_file_id": broken.id, "endpoint": "/v1/answers", "completion_window": "24h"}
        batch = await client.batches.create(**body)
        failed = await ended(client, batch.id)
        assert failed.status == "failed"
        assert failed.errors.data[0].code == "invalid_json_line"
        cancelled = await http.post(f"/batches/{batch.id}/cancel")
        assert (cancelled.status_code, "is failed" in cancelled.json()["detail"]) == (422, True)


async def test_a_batch_is_paused_resumed_and_cancelled(settings: Settings) -> None:
    lines = [{**LINES[1], "custom_id": str(at), "method": "POST"} for at in range(40)]
    async with served(settings) as (client, http):
        content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
        file = await client.files.create(file=("many.jsonl", content), purpose="batch")
        batch = (await http.post("/batches", json={"input_file_id": file.id})).json()
        while batch["status"] == "validating":
            batch = (await http.get(f"/batches/{batch['id']}")).json()
        paused = (await http.post(f"/batches/{batch['id']}/pause")).json()
        assert paused["status"] == "paused"
        assert (await http.post(f"/batches/{batch['id']}/resume")).json()["status"] == "in_progress"
        await http.post(f"/batches/{batch['id']}/cancel")
        async with asyncio.timeout(60):
            while (batch := (await http.get(f"/batches/{batch['id']}")).json())["status"] == "cancelling":
                await asyncio.sleep(0.1)
        assert batch["status"] == "cancelled"
        errors = (await http.get(f"/files/{batch['error_file_id']}/content")).text.splitlines()
        assert {json.loads(line)["error"]["code"] for line in errors} == {"batch_cancelled"}
