"""A model that refuses everybody, is away, or asks for patience: the batch stops or waits once, for all its workers."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from rag.batch import Runner, keep_file, make_batch, resume, validate
from rag.build import build_pipeline
from rag.models import Batch
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.staffing import crew, estimator, patience
from tests.integration.scripted_model import Exchange, ScriptedModel, Turn, fails, says, scripted_model
from tests.torture.world import use_fakes
from tests.unit.batch.test_lines import line

DECLINES = says(json.dumps({"abstain": "not_stated", "claims": []}))
COUNT = 12
CONTENT = line(url="/v1/summaries", body={"all": True, "max_chars": 60}).encode()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("pages") / "page.txt"
    written.write_text("\n".join(f"第{number}号消息发布。" for number in range(COUNT)), encoding="utf-8")
    return written


class House:
    """A corpus of twelve articles and a scripted model."""

    def __init__(self, folder: Path, page: Path, server: ScriptedModel, **model: Any) -> None:
        asked = {"name": "openai/some-model", "api_base": server.api_base, "timeout_seconds": 2, **model}
        batch = {"concurrency": 3, "attempts": 3, "wait_seconds": 0.05}
        self.folder = folder
        self.pipeline: Pipeline = build_pipeline(Settings.load(store={"path": folder}, model=asked, batch=batch))
        asyncio.run(self.pipeline.ingest([page]))

    def begun(self, content: bytes = CONTENT) -> Batch:
        return make_batch(self.pipeline, keep_file(self.pipeline, "in.jsonl", content))

    def worked(self, batch: Batch) -> Batch:
        batch = validate(self.pipeline, batch, estimator(self.pipeline))
        with crew(self.pipeline, 1) as workers:
            runner = Runner(self.pipeline.ledger, workers, self.folder, patience(self.pipeline.settings))
            return asyncio.run(runner.run(batch))


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake embedder and one article a line, for the time of a test."""
    use_fakes(monkeypatch.setattr)


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        (fails(401), "GAZETTE_MODEL__API_KEY"),
        (fails(402, "Insufficient Balance"), "no credit left"),
        (fails(403), "GAZETTE_MODEL__NAME"),
        (fails(404, "The model does not exist"), "GAZETTE_MODEL__NAME"),
    ],
)
def test_a_refusal_of_everybody_pauses_the_batch_after_the_calls_under_way_and_says_what_to_do(
    page: Path, tmp_path: Path, refusal: Turn, remedy: str
) -> None:
    turns = [refusal]
    with scripted_model(lambda exchange: turns[-1](exchange)) as server:
        house = House(tmp_path, page, server)
        batch = house.worked(house.begun())
        assert batch.state == "paused"
        assert batch.reason is not None
        assert remedy in batch.reason
        assert len(server.requests) <= 3
        assert house.pipeline.ledger.units.counts(batch).units_done == 0
        turns.append(DECLINES)
        asked = len(server.requests)
        done = house.worked(resume(house.pipeline, batch))
        counts = house.pipeline.ledger.units.counts(done)
        assert (done.state, counts.units_done, counts.units_failed) == ("completed", COUNT, 0)
        assert len(server.requests) == asked + COUNT
        house.pipeline.close()


def test_an_account_without_credit_is_told_apart_from_a_busy_provider(page: Path, tmp_path: Path) -> None:
    def broke(exchange: Exchange) -> None:
        code = "insufficient_quota"
        exchange.reply(429, {"error": {"message": "You exceeded your current quota", "type": code, "code": code}})

    with scripted_model(broke) as server:
        house = House(tmp_path, page, server)
        batch = house.worked(house.begun())
        house.pipeline.close()
    assert batch.state == "paused"
    assert "no credit left" in str(batch.reason)
    assert len(server.requests) <= 3


def test_a_server_that_is_not_there_pauses_the_batch_and_fails_no_article(page: Path, tmp_path: Path) -> None:
    with scripted_model(DECLINES) as server:
        house = House(tmp_path, page, server)
    batch = house.worked(house.begun())
    assert batch.state == "paused"
    assert "server is running" in str(batch.reason)
    assert house.pipeline.ledger.units.counts(batch).units_done == 0
    house.pipeline.close()


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_told_to_wait_nobody_asks_before_the_time_not_even_the_library_below(
    page: Path, tmp_path: Path, form: str
) -> None:
    """A retry of the library's own would ask again while the others wait."""
    times: list[float] = []
    until = 0.0

    def script(exchange: Exchange) -> None:
        nonlocal until
        with exchange.server.lock:
            times.append(time.time())
            first = len(times) == 1
        if not first:
            DECLINES(exchange)
            return
        # HTTP's dates have no parts of seconds.
        wanted = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        until = wanted.timestamp() if form == "date" else time.time() + 2
        given = format_datetime(wanted, usegmt=True) if form == "date" else "2"
        fails(429, headers={"Retry-After": given})(exchange)

    with scripted_model(script) as server:
        house = House(tmp_path, page, server, max_retries=5)
        batch = house.worked(house.begun())
        house.pipeline.close()
    assert batch.state == "completed"
    under_way = 3  # asked before anybody could know
    assert sum(when < until for when in times) <= under_way
    assert len(times) == COUNT + 1


def test_a_text_that_is_refused_fails_alone_and_the_others_are_done(page: Path, tmp_path: Path) -> None:
    calls: Counter[bool] = Counter()

    def script(exchange: Exchange) -> None:
        is_refused = "第7号" in str(exchange.asked["messages"])
        calls[is_refused] += 1
        (fails(403, "flagged") if is_refused else DECLINES)(exchange)

    with scripted_model(script) as server:
        house = House(tmp_path, page, server)
        batch = house.worked(house.begun())
        counts = house.pipeline.ledger.units.counts(batch)
        house.pipeline.close()
    assert (batch.state, counts.units_done, counts.units_failed) == ("completed", COUNT, 1)
    assert calls == {True: 1, False: COUNT - 1}
