"""`gazette serve` as a process of its own, with its log kept; for tests that stop, kill or overhear a service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT

RUN = (sys.executable, "-m", "tests.torture.gazette")
"""The real command line over real stores; only the embedder is a fake, and every line an article."""


class Service:
    """A started service: its address, its process, and every line it has written to stderr."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = ""

    def begun(self) -> None:
        """Wait until it listens."""
        self.url = self._wait_for(lambda: next((found for line in self.lines if (found := _address(line))), None))

    def ready(self) -> Service:
        """Wait until it can answer."""
        self._wait_for(lambda: httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200 or None)
        return self

    def ended(self, seconds: float = 60) -> int:
        """Its exit status, once it has ended and all it wrote was read."""
        status = self.process.wait(seconds)
        self._reader.join(10)
        return status

    def log(self) -> list[dict[str, Any]]:
        """Its lines as JSON objects."""
        return [json.loads(line) for line in self.lines]

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)

    def _wait_for(self, found: Any) -> Any:
        deadline = time.monotonic() + 120
        while (value := found()) is None:
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < deadline, "".join(self.lines)
            time.sleep(0.05)
        return value


def _address(line: str) -> str | None:
    found = re.search(r"http://127\.0\.0\.1:\d+", line) if "listen" in line else None
    return found[0] if found else None


@contextmanager
def service(store: Path, **settings: str) -> Iterator[Service]:
    """A service over a data folder, on a free port; killed when the block ends, if it still runs.

    Args:
        store: the data folder.
        settings: environment variables without their prefix, ``SERVE__LOG_FORMAT="json"``.
    """
    given = {f"GAZETTE_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [*RUN, "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "GAZETTE_STORE__PATH": str(store), **given},
        stderr=subprocess.PIPE,
        text=True,
    )
    started = Service(process)
    try:
        started.begun()
        yield started
    finally:
        process.kill()
        started.ended()
