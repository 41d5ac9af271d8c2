"""A real Chroma server (`chroma run`): searched, killed in the middle of a request, back empty, repaired."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest

from api.app import create_app
from rag.adapters.chroma import ChromaVectorIndex
from rag.build import build_pipeline
from rag.errors import SettingsError, StoreError, StoreUnavailableError
from rag.intake import Upload
from rag.models import Hit, Ranking
from rag.pipeline import Pipeline
from rag.protocols import Vectors
from rag.settings import ChromaSettings
from tests.conftest import SEEDS
from tests.integration.chroma_process import Server, command, settings

QUESTION = "六安经开区园区非公组织党员有多少人?"


def searched(pipeline: Pipeline) -> Ranking:
    return asyncio.run(pipeline.search(QUESTION))


def ids(ranking: Ranking) -> list[str]:
    return [one.passage.passage_id for one in ranking.evidence]


def legs(ranking: Ranking) -> set[str]:
    return {leg.leg for one in ranking.evidence for leg in one.legs}


def killed_in_the_middle(server: Server, pipeline: Pipeline) -> Ranking:
    """The reply to a question the server had received, and was killed before answering."""
    replies: list[Ranking] = []
    asking = threading.Thread(target=lambda: replies.append(searched(pipeline)))
    server.signal(signal.SIGSTOP)
    asking.start()
    time.sleep(1)
    assert asking.is_alive()
    assert replies == []
    server.kill()
    asking.join(15)
    return replies[0]


async def over_http(pipeline: Pipeline) -> list[dict[str, object]]:
    transport = httpx.ASGITransport(create_app(pipeline.settings, pipeline))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=60) as client:
        found = await client.post("/v1/search", json={"query": QUESTION})
        answered = await client.post("/v1/answers", json={"question": QUESTION})
    return [found.json(), answered.json()]


def test_a_server_that_dies_and_comes_back_empty_costs_the_dense_leg_until_it_is_repaired(
    server: Server, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    pipeline = build_pipeline(settings(server, store))
    assert asyncio.run(pipeline.ingest([SEEDS])).documents == 5
    before = searched(pipeline)
    assert (before.degraded, legs(before)) == ((), {"dense", "lexical"})

    cut_off = killed_in_the_middle(server, pipeline)
    assert (cut_off.degraded, legs(cut_off)) == (("dense",), {"lexical"})
    assert any("1647人" in one.passage.text for one in cut_off.evidence)
    assert [shape["degraded"] for shape in asyncio.run(over_http(pipeline))] == [["dense"], ["dense"]]
    pipeline.close()

    shown = command(server, store, "search", QUESTION)
    assert (shown.exit_code, "检索缺少一路:dense" in shown.output) == (0, True)
    assert command(server, store, "doctor").exit_code != 0

    server.start(tmp_path / "second")
    asked = command(server, store, "ask", QUESTION, "--json")
    assert json.loads(asked.stdout)["degraded"] == ["dense"]
    assert command(server, store, "doctor").exit_code == 1
    assert command(server, store, "doctor", "--repair").exit_code == 0

    pipeline = build_pipeline(settings(server, store))
    again = searched(pipeline)
    assert (again.degraded, ids(again)) == ((), ids(before))
    assert [one.score for one in again.evidence] == pytest.approx([one.score for one in before.evidence], abs=1e-3)
    assert asyncio.run(pipeline.check_stores()).is_empty
    pipeline.close()


def test_a_running_service_notices_that_the_server_was_emptied(server: Server, tmp_path: Path) -> None:
    pipeline = build_pipeline(settings(server, tmp_path / "store"))
    pages = [Upload(f"{number}.txt", f"# 通车\n\n第{number}座大桥通车。".encode()) for number in range(3)]
    asyncio.run(pipeline.ingest([], uploads=pages[:2]))
    before = asyncio.run(pipeline.search("大桥"))
    server.kill()
    with pytest.raises(StoreUnavailableError, match=r"chroma run"):
        asyncio.run(pipeline.ingest([], uploads=pages[2:]))
    assert len(pipeline.documents()) == 2
    assert set(ids(asyncio.run(pipeline.search("大桥")))) == set(ids(before))  # nothing half-visible
    server.start(tmp_path / "second")
    assert asyncio.run(pipeline.search("大桥")).degraded == ("dense",)
    assert asyncio.run(pipeline.ingest([], uploads=pages[2:])).documents == 1
    assert asyncio.run(pipeline.search("大桥")).degraded == ("dense",)
    assert len(asyncio.run(pipeline.check_stores(repair=True)).missing_vectors) == 2
    after = asyncio.run(pipeline.search("大桥"))
    assert after.degraded == ()
    assert set(ids(before)) < set(ids(after))
    pipeline.close()


def rows(count: int) -> Vectors:
    drawn = np.random.default_rng(5).normal(size=(count, 16)).astype(np.float32)
    unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def test_a_server_finds_what_a_folder_finds(server: Server, tmp_path: Path) -> None:
    found: list[list[Hit]] = []
    for url in (server.url, None):
        index = ChromaVectorIndex.open(ChromaSettings(url=url), tmp_path / "folder", "same")
        index.upsert([f"psg_{number}" for number in range(300)], rows(300))
        index.delete(["psg_7"])
        assert index.count() == len(index.ids()) == 299
        assert len(index.search(rows(300)[0], 1000)) == 299
        assert set(index.rows(["psg_1", "psg_7"])) == {"psg_1"}
        found.append(index.search(rows(300)[0], 20))
        index.close()
    assert [hit.passage_id for hit in found[0]] == [hit.passage_id for hit in found[1]]
    assert [hit.score for hit in found[0]] == pytest.approx([hit.score for hit in found[1]], abs=1e-5)


def test_a_server_that_does_not_answer_is_not_waited_for(server: Server, tmp_path: Path) -> None:
    index = ChromaVectorIndex.open(ChromaSettings(url=server.url, timeout_seconds=0.5), tmp_path, "default")
    index.upsert(["psg_1"], rows(1))
    server.signal(signal.SIGSTOP)
    with pytest.raises(StoreUnavailableError):
        index.search(rows(1)[0], 1)
    server.signal(signal.SIGCONT)
    assert [hit.passage_id for hit in index.search(rows(1)[0], 1)] == ["psg_1"]
    index.close()


def test_an_address_that_is_no_url_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GAZETTE_CHROMA__URL"):
        ChromaVectorIndex.open(ChromaSettings(url="127.0.0.1:8000"), tmp_path, "default")
    assert not issubclass(SettingsError, StoreError)
