"""More requests than the service works on at once: every stream whole and in order, what is too much told so, and a
place freed by who hangs up. A real service in a process of its own; nothing here depends on how fast it is."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.settings import Settings
from tests.bench.load.asking import client, search, stream
from tests.bench.load.service import RUN, Service, served
from tests.conftest import ROOT, SEEDS

QUESTIONS = ("园区非公组织党员有多少人?", "六安市有什么新闻?", "火星上有多少人?")
CHEAP = {"serve__max_wait_seconds": 600, "answer__reader": "off"}
"""What is tested is the same without the reader, and takes a fraction of the time."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pages."""
    folder = tmp_path_factory.mktemp("crowd")
    command = (*RUN, "--store", str(folder), "ingest", str(SEEDS))
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture
def narrow(store: Path) -> Iterator[Service]:
    """A service that works on two at a time and lets two wait."""
    with served(store, serve__max_at_work=2, serve__max_waiting=2, **CHEAP) as service:
        yield service


async def test_two_hundred_streams_at_once_are_all_whole_and_each_in_order(store: Path) -> None:
    with served(store, **CHEAP) as service:
        async with client(service.url) as opened:
            told = await asyncio.gather(*(stream(opened, QUESTIONS[at % len(QUESTIONS)]) for at in range(200)))
    assert Counter(one.status for one in told) == {200: 200}
    assert all(one.is_right for one in told)


async def test_what_is_too_much_is_refused_at_once_and_the_next_request_is_served(narrow: Service) -> None:
    async with client(narrow.url) as opened:
        told = await asyncio.gather(*(stream(opened, QUESTIONS[0]) for _ in range(20)))
        statuses = Counter(one.status for one in told)
        assert set(statuses) == {200, 503}
        assert all(one.is_right for one in told if one.status == 200)
        assert all(one.retry_after for one in told if one.status == 503)
        assert (await search(opened, QUESTIONS[0])).is_right
        async with opened.get("/livez") as alive:
            assert alive.status == HTTPStatus.OK


async def test_streams_that_are_hung_up_on_free_their_places(narrow: Service) -> None:
    body = {"question": QUESTIONS[0], "stream": True}
    async with client(narrow.url) as opened:
        for _ in range(10):
            async with opened.post("/v1/answers", json=body) as reply:
                assert reply.status in (200, 503)  # 503 while those before still stop
        # Had each kept its place, none would be left.
        deadline = asyncio.get_running_loop().time() + 60
        while (one := await stream(opened, QUESTIONS[0])).status != HTTPStatus.OK:
            assert asyncio.get_running_loop().time() < deadline
        assert one.is_right


async def test_a_question_is_answered_while_a_writer_is_at_work(store: Path) -> None:
    pipeline = build_pipeline(Settings.load(store={"path": store}, serve={"workers": 1}))
    try:
        written, at_work = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def write(_: object) -> None:
            loop.call_soon_threadsafe(at_work.set)
            asyncio.run_coroutine_threadsafe(written.wait(), loop).result()

        writing = asyncio.create_task(pipeline.change(write))
        await at_work.wait()
        assert (await pipeline.search(QUESTIONS[0])).evidence
        assert not writing.done()
        written.set()
        await writing
    finally:
        pipeline.close()
