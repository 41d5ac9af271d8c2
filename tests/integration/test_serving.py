"""The service as a process on a real port, over a pipeline of values: addresses, signals, sockets that close."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from api.serve import serve
from rag.errors import SettingsError
from rag.settings import ServeSettings, Settings
from tests.conftest import ROOT

SCRIPT = """
import sys
from api import app
from api.serve import serve
from rag.collections import Collections
from rag.errors import StoreLockedError
from rag.settings import ServeSettings, Settings
from tests.unit.api.fakes import FakePipeline

pipeline = FakePipeline()
pipeline.slow = "slow" in sys.argv

def build(settings, **_):
    if "locked" in sys.argv:
        raise StoreLockedError("another process holds it")
    return Collections(pipeline.as_pipeline())

app.open_collections = build
try:
    serve(Settings(serve=ServeSettings(port=0, max_upload_bytes=300_000)))
except StoreLockedError as error:
    print("failed:", error)
print("closed:", pipeline.closed, "cancelled:", pipeline.cancelled)
"""


@contextmanager
def _served(*words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("Gazette listens on http://127.0.0.1:"), line + process.stderr.read()
        yield line.split()[3], process
    finally:
        process.kill()
        process.communicate()


def _ready(url: str) -> None:
    deadline = time.monotonic() + 20
    while httpx.get(f"{url}/readyz", timeout=5).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _connection(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def test_the_service_listens_answers_and_closes_its_pipeline_on_ctrl_c() -> None:
    with _served() as (url, process):
        _ready(url)
        assert httpx.post(f"{url}/v1/answers", json={"question": "多少册?"}).json()["abstained"] is False
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "closed: True" in out
    assert err == ""


def test_the_service_finishes_what_is_under_way_before_it_stops() -> None:
    with _served("slow") as (url, process):
        _ready(url)
        with _connection(url) as connection:
            body = json.dumps({"question": "x", "stream": True}).encode()
            head = (
                "POST /v1/answers HTTP/1.1\r\nHost: [::1]\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}"
            )
            connection.sendall(head.encode() + b"\r\n\r\n" + body)
            assert b"text/event-stream" in connection.recv(4096)
        # The client has hung up in the middle of a stream: its asking is cancelled, so nothing holds up the stop.
        time.sleep(0.5)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=120)
    assert time.monotonic() - started < 5
    assert "closed: True cancelled: ['ask']" in out


def test_a_body_over_the_limit_is_refused_over_a_real_connection() -> None:
    with _served() as (url, _):
        _ready(url)
        sent = iter([b"x" * 100_000] * 5)
        chunked = httpx.post(f"{url}/v1/search", content=sent, headers={"content-type": "application/json"})
        assert chunked.status_code == 413
        with _connection(url) as connection:
            connection.sendall(b"POST /v1/documents HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 999999999999\r\n\r\n")
            reply = connection.recv(4096)
        assert reply.startswith(b"HTTP/1.1 413")
        assert b"application/problem+json" in reply
        assert httpx.get(f"{url}/livez").status_code == 200


def test_a_pipeline_that_cannot_be_opened_ends_the_service_with_its_error() -> None:
    with _served("locked") as (_, process):
        out, _ = process.communicate(timeout=120)
    assert "failed: another process holds it" in out


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match="--port"):
            serve(Settings(serve=ServeSettings(port=port)))
