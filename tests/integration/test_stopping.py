"""A started service that is told to stop: streams end in words, batches go on after a restart, the folder is free."""

from __future__ import annotations

import json
import signal
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.ledger import StoreLock
from tests.integration.scripted_model import Exchange, ScriptedModel, Turn, says, scripted_model, streams
from tests.integration.service_process import Service, service
from tests.torture.gazette import Gazette
from tests.unit.api.wire import events

PAGE = "大桥通车\n\n昨日通车的大桥全长1280米。\n".encode()
QUESTION = "大桥全长多少米？"
DECLINES = '{"claims": [], "abstain": "not_stated"}'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A data folder with one page."""
    (tmp_path / "page.txt").write_bytes(PAGE)
    done = Gazette(tmp_path / "store").run("ingest", str(tmp_path / "page.txt"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "store"


class Held:
    """Turns of a scripted model that wait until they are let go."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.free = threading.Event()

    def then(self, turn: Turn) -> Turn:
        def held(exchange: Exchange) -> None:
            self.asked.release()
            self.free.wait(60)
            turn(exchange)

        return held


def _settings(model: ScriptedModel, grace_seconds: float) -> dict[str, str]:
    return {
        "MODEL__NAME": "openai/m",
        "MODEL__API_BASE": model.api_base,
        "SERVE__GRACE_SECONDS": str(grace_seconds),
        "SERVE__LOG_FORMAT": "json",
    }


class Asking(threading.Thread):
    """A client in the middle of a request."""

    def __init__(self, running: Service, path: str, body: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self._asked = (f"{running.url}{path}", body)
        self.reply: httpx.Response | None = None
        self.start()

    def run(self) -> None:
        url, body = self._asked
        self.reply = httpx.post(url, json=body, timeout=60)

    def answered(self) -> httpx.Response:
        self.join(60)
        assert self.reply is not None, "the connection was cut"
        return self.reply


def _is_free(store: Path) -> bool:
    StoreLock.acquire(store).release()
    return True


def test_what_does_not_end_in_time_ends_in_words(store: Path) -> None:
    held = Held()
    with scripted_model(held.then(says("{}"))) as model, service(store, **_settings(model, 0.5)) as running:
        running.ready()
        ours = Asking(running, "/v1/answers", {"question": QUESTION, "stream": True})
        theirs = Asking(
            running,
            "/v1/chat/completions",
            {"model": "gazette-qa", "stream": True, "messages": [{"role": "user", "content": QUESTION}]},
        )
        whole = Asking(running, "/v1/answers", {"question": QUESTION})
        for _ in range(3):
            assert held.asked.acquire(timeout=60)
        running.process.send_signal(signal.SIGTERM)
        name, problem = events(ours.answered().content)[-1]
        assert (name, problem["type"], problem["status"]) == ("error", "urn:gazette:problem:shutting-down", 503)
        assert json.loads(theirs.answered().text.strip().split("data: ")[-1])["error"]["code"] == "shutting-down"
        assert (whole.answered().status_code, whole.answered().headers["retry-after"]) == (503, "10")
        assert running.ended() == 0
        held.free.set()
    assert _is_free(store)


def test_what_ends_in_time_ends_well_and_nobody_else_is_let_in(store: Path) -> None:
    held = Held()
    declined = held.then(streams(DECLINES))
    with scripted_model(declined) as model, service(store, **_settings(model, 60)) as running:
        running.ready()
        ours = Asking(running, "/v1/answers", {"question": QUESTION, "stream": True})
        assert held.asked.acquire(timeout=60)
        running.process.send_signal(signal.SIGTERM)
        while _connects(running):
            time.sleep(0.1)
        held.free.set()
        assert [name for name, _ in events(ours.answered().content)][-1] == "done"
        assert running.ended() == 0
    assert _is_free(store)


def _connects(running: Service) -> bool:
    try:
        return httpx.get(f"{running.url}/livez").status_code == 200
    except httpx.TransportError:
        return False


def test_the_second_signal_ends_the_grace(store: Path) -> None:
    held = Held()
    with scripted_model(held.then(says("{}"))) as model, service(store, **_settings(model, 3000)) as running:
        running.ready()
        ours = Asking(running, "/v1/answers", {"question": QUESTION, "stream": True})
        assert held.asked.acquire(timeout=60)
        running.process.send_signal(signal.SIGTERM)
        while not any("stopping" in line for line in running.lines):
            time.sleep(0.1)
        running.process.send_signal(signal.SIGTERM)
        assert events(ours.answered().content)[-1][0] == "error"
        assert running.ended() == 0
        held.free.set()
    assert _is_free(store)


def test_a_batch_goes_on_after_a_restart_and_asks_only_what_was_under_way_again(store: Path) -> None:
    declines = says(DECLINES)
    lines = [
        {"custom_id": str(at), "method": "POST", "url": "/v1/answers", "body": {"question": f"{QUESTION}{at}"}}
        for at in range(6)
    ]
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    held = Held()
    with scripted_model(declines, declines, held.then(declines)) as model:
        with service(store, **_settings(model, 0.5), BATCH__CONCURRENCY="1") as running:
            running.ready()
            with httpx.Client(base_url=f"{running.url}/v1", timeout=60) as client:
                sent = client.post("/files", files={"file": ("r.jsonl", content)}, data={"purpose": "batch"})
                batch = client.post("/batches", json={"input_file_id": sent.json()["id"]}).json()
            assert held.asked.acquire(timeout=60)
            running.process.send_signal(signal.SIGTERM)
            assert running.ended() == 0
        assert _is_free(store)
        held.free.set()
        asked_before = len(model.requests)
        model.script[:] = [declines]
        with service(store, **_settings(model, 0.5), BATCH__CONCURRENCY="1") as running:
            running.ready()
            with httpx.Client(base_url=f"{running.url}/v1", timeout=60) as client:
                while (now := client.get(f"/batches/{batch['id']}").json())["status"] == "in_progress":
                    time.sleep(0.2)
                assert now["status"] == "completed", now
                output = client.get(f"/files/{now['output_file_id']}/content").text.splitlines()
        assert (now["status"], [json.loads(line)["custom_id"] for line in output]) == ("completed", list("012345"))
        assert (asked_before, len(model.requests)) == (3, 7)
