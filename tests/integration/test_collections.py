"""Two collections of one data folder with overlapping pages: nothing of one is shown, found or touched by the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from api.app import create_app
from rag.build import build_pipeline
from rag.settings import Settings

SHARED = "新图书馆开馆\n\n本报讯 昨日新图书馆开馆，馆内有藏书三万册，每天接待读者六百人。"
OWN = {
    "east": "东湖大桥通车\n\n本报讯 东湖大桥昨日通车，全长一千二百米，设双向六车道。",
    "west": "西山隧道贯通\n\n本报讯 西山隧道昨日贯通，全长三千四百米，设两处车行横洞。",
}
MARKS = {"east": "东湖大桥", "west": "西山隧道"}
LIBRARY = "新图书馆有多少藏书?"


@asynccontextmanager
async def service(folder: Path, collection: str) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    pipeline = build_pipeline(Settings.load(store={"path": folder, "collection": collection}))
    try:
        transport = httpx.ASGITransport(create_app(pipeline.settings, pipeline))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=120) as client:
            yield pipeline, client
    finally:
        pipeline.close()


async def _filled(folder: Path, collection: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Fill a collection and use it; every address of something in it, and its document ids."""
    async with service(folder, collection) as (_, client):
        files = [("files", ("shared.txt", SHARED.encode())), ("files", ("own.txt", OWN[collection].encode()))]
        assert (await client.post("/v1/documents", files=files)).json()["documents"] == 2
        documents = [one["document_id"] for one in (await client.get("/v1/documents")).json()["items"]]
        articles = [one["article_id"] for one in (await client.get("/v1/articles")).json()["items"]]
        answer = (await client.post("/v1/answers", json={"question": LIBRARY})).json()
        assert not answer["abstained"]
        assert (await client.post("/v1/summaries", json={"all": True})).json()["items"]
        line = {"custom_id": "1", "method": "POST", "url": "/v1/answers", "body": {"question": LIBRARY}}
        sent = await client.post(
            "/v1/files", files={"file": ("x.jsonl", json.dumps(line).encode())}, data={"purpose": "batch"}
        )
        batch = await client.post("/v1/batches", json={"input_file_id": sent.json()["id"], "endpoint": "/v1/answers"})
        assert batch.status_code == 200, batch.text
        # A file's id is made from its bytes, so both hold one of that id: each its own.
        addresses = [("GET", f"/v1/batches/{batch.json()['id']}"), ("POST", f"/v1/batches/{batch.json()['id']}/cancel")]
        addresses += [("GET", f"/v1/answers/{answer['id']}{end}") for end in ("", "/export?format=md")]
        addresses += [("POST", f"/v1/answers/{answer['id']}/replay"), ("DELETE", f"/v1/answers/{answer['id']}/mark")]
        addresses += [(method, f"/v1/documents/{one}") for one in documents for method in ("GET", "DELETE")]
        return [*addresses, *(("GET", f"/v1/articles/{one}") for one in articles)], documents


async def _told(client: httpx.AsyncClient) -> str:
    """All that a collection tells whoever asks about both."""
    told = ""
    for mark in MARKS.values():
        question = f"{mark}全长多少米?"
        for path, body in (
            ("/v1/search", {"query": question, "k": 50}),
            ("/v1/answers", {"question": question}),
            ("/v1/verifications", {"text": question.replace("多少", "九")}),
            ("/v1/timelines", {"subject": "昨日"}),
            ("/v1/digests", {}),
            ("/v1/summaries", {"all": True}),
        ):
            reply = (await client.post(path, json=body)).json()
            # What was asked is said back; it is the caller's own.
            told += json.dumps({**reply, "question": "", "standalone_question": ""}, ensure_ascii=False)
    for path in ("/v1/documents", "/v1/articles", "/v1/answers", "/v1/files", "/v1/batches", "/v1/corrections"):
        told += (await client.get(path)).text
    return told


async def test_neither_collection_shows_finds_or_touches_anything_of_the_other(tmp_path: Path) -> None:
    east, east_documents = await _filled(tmp_path, "east")
    west, west_documents = await _filled(tmp_path, "west")
    assert not set(east_documents) & set(west_documents)
    for here, foreign, foreign_documents in (("east", west, west_documents), ("west", east, east_documents)):
        other = next(name for name in MARKS if name != here)
        async with service(tmp_path, here) as (_, client):
            for method, path in foreign:
                assert (await client.request(method, path)).status_code == 404, (here, method, path)
            told = await _told(client)
            assert OWN[here].split("本报讯")[1][:12].strip() in told
            assert OWN[other].split("，")[1] not in told
            assert not [one for one in foreign_documents if one in told]


async def test_what_one_collection_deletes_the_other_still_answers_from(tmp_path: Path) -> None:
    _, documents = await _filled(tmp_path, "east")
    await _filled(tmp_path, "west")
    async with service(tmp_path, "east") as (_, client):
        for one in documents:
            assert (await client.delete(f"/v1/documents/{one}")).status_code == 204
        assert (await client.post("/v1/search", json={"query": LIBRARY})).json()["results"] == []
        assert (await client.post("/v1/answers", json={"question": LIBRARY})).json()["abstained"]
    async with service(tmp_path, "west") as (pipeline, client):
        answer = (await client.post("/v1/answers", json={"question": LIBRARY})).json()
        assert "三万册" in answer["answer"]
        assert (await pipeline.check_stores()).is_empty
