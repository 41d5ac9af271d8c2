"""A real service over a data folder, as a process of its own, and what it takes: CPU, memory, files, threads.

Knows nothing of what it is asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT

RUN = (sys.executable, "-c", "from rag.cli import main; main()")
OPENING_SECONDS = 300

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    url: str
    process_id: int

    def cpu_seconds(self) -> float:
        """Processor time of the process so far, of all its threads."""
        fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def held(self) -> dict[str, int]:
        """Memory in MiB, open files and threads, now."""
        status = Path(f"/proc/{self.process_id}/status").read_text()
        values = dict(line.split(":", 1) for line in status.splitlines())
        files = len(list(Path(f"/proc/{self.process_id}/fd").iterdir()))
        return {
            "resident MiB": int(values["VmRSS"].split()[0]) >> 10,
            "open files": files,
            "threads": int(values["Threads"]),
        }


@contextmanager
def served(store: Path, **settings: object) -> Iterator[Service]:
    """A service that has opened its folder; ended afterwards.

    Args:
        store: the data folder.
        settings: by group and name, as in ``serve__workers``.
    """
    environment: Mapping[str, str] = {
        **os.environ,
        "GAZETTE_STORE__PATH": str(store),
        **{f"GAZETTE_{name.upper()}": str(value) for name, value in settings.items()},
    }
    process = subprocess.Popen(
        (*RUN, "serve", "--port", "0"), cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        if not line.startswith("Gazette listens on http://127.0.0.1:"):
            raise RuntimeError(f"the service did not start: {line}{process.stderr.read()}")
        service = Service(line.split()[3], process.pid)
        _wait_until_ready(service.url, process)
        yield service
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + OPENING_SECONDS
    while not _is_ready(url):
        if process.poll() is not None:
            told = process.stderr.read() if process.stderr else ""
            raise RuntimeError(f"the service ended before it had opened its folder: {told}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the service did not open its folder within {OPENING_SECONDS} seconds")
        time.sleep(0.1)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=OPENING_SECONDS).status_code == httpx.codes.OK
    except httpx.ConnectError:
        return False
