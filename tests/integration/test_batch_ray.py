"""A batch over a real local Ray cluster of two workers, one of which is killed: nothing lost, nothing paid twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from rag.batch import Runner, keep_file, make_batch, output_pieces, validate
from rag.build import build_pipeline
from rag.models import Batch
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.staffing import crew, estimator, patience
from tests.conftest import SEEDS
from tests.integration.scripted_model import Exchange, says, scripted_model
from tests.unit.batch.test_lines import line

if find_spec("ray") is None:  # not imported here: it reads its environment when it is
    pytest.skip("needs gazette[ray]", allow_module_level=True)
# Ray leaves sockets and pipes of its own processes to the interpreter's exit.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

DECLINES = says(json.dumps({"abstain": "not_stated", "claims": []}))
CONTENT = line(url="/v1/summaries", body={"all": True, "max_chars": 60}).encode()


def worked(pipeline: Pipeline, folder: Path) -> Batch:
    batch = validate(pipeline, make_batch(pipeline, keep_file(pipeline, "in.jsonl", CONTENT)), estimator(pipeline))
    with crew(pipeline, 1) as workers:
        return asyncio.run(Runner(pipeline.ledger, workers, folder, patience(pipeline.settings)).run(batch))


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A data folder with three pages, made without Ray."""
    pipeline = build_pipeline(Settings.load(store={"path": tmp_path}))
    asyncio.run(pipeline.ingest(sorted(SEEDS.glob("*.txt"))[1:4]))
    pipeline.close()
    return tmp_path


def working() -> list[int]:
    """Ray workers that run our work at this moment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().startswith(b"ray::_call"):
                found.append(int(folder.name))
        except OSError:
            continue  # it ended between being listed and being looked at
    return found


def test_ray_workers_give_what_this_process_gives_and_a_killed_one_repeats_only_its_own_call(pages: Path) -> None:
    killed = list[int]()

    def script(exchange: Exchange) -> None:
        time.sleep(0.3)
        DECLINES(exchange)

    with scripted_model(script) as server:
        model = {"name": "openai/some-model", "api_base": server.api_base, "max_retries": 0}
        ray = Settings.load(store={"path": pages}, ingest={"engine": "ray", "ray_workers": 2}, model=model)

        def kill() -> None:
            deadline = time.monotonic() + 120
            while not killed and time.monotonic() < deadline:
                if len(server.requests) >= 4 and (pids := working()):
                    os.kill(pids[0], signal.SIGKILL)
                    killed.append(pids[0])
                time.sleep(0.02)

        killer = threading.Thread(target=kill)
        killer.start()
        pipeline = build_pipeline(ray)
        batch = worked(pipeline, pages)
        killer.join()
        counts = pipeline.ledger.units.counts(batch)
        spread = "".join(output_pieces(pipeline.ledger, batch))
        pipeline.close()
        assert len(killed) == 1
        assert (batch.state, counts.units_failed) == ("completed", 0)
        # One worker had one call under way when it was killed.
        assert counts.units <= len(server.requests) + _unasked(spread) <= counts.units + 1

        (pages / "again").mkdir()
        here = build_pipeline(Settings.load(store={"path": pages / "again"}, model=model))
        asyncio.run(here.ingest(sorted(SEEDS.glob("*.txt"))[1:4]))
        asked = len(server.requests)
        alone = worked(here, pages)
        assert "".join(output_pieces(here.ledger, alone)) == spread
        assert len(server.requests) - asked == counts.units - _unasked(spread)
        here.close()


def _unasked(output: str) -> int:
    """Rows for which no model is asked: continuations whose head's summary covers them."""
    (row,) = (json.loads(text) for text in output.splitlines())
    return sum(item["summarised_with"] is not None for item in row["response"]["body"]["items"])
