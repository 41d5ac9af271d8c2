"""A real Chroma server for tests: started, stopped in the middle, killed, and started again over another folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from click.testing import CliRunner, Result

from rag.cli import gazette
from rag.settings import Settings

CHROMA = Path(sys.executable).parent / "chroma"


class Server:
    """`chroma run` on one port of this machine; each start may take another data folder."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.child: subprocess.Popen[bytes] | None = None

    def start(self, folder: Path) -> None:
        command = [str(CHROMA), "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", str(folder)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.child = subprocess.Popen(command, cwd=folder.parent, **quiet)  # type: ignore[call-overload]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).raise_for_status()
                return
            except httpx.HTTPError:
                assert self.child.poll() is None, "the server ended"
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def signal(self, number: int) -> None:
        assert self.child is not None
        os.kill(self.child.pid, number)

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()
            assert self.child.wait(10) == -signal.SIGKILL
            self.child = None


def settings(server: Server, store: Path) -> Settings:
    return Settings.load(store={"path": store}, chroma={"url": server.url, "timeout_seconds": 20})


def command(server: Server, store: Path, *words: str) -> Result:
    environment = {
        "GAZETTE_CHROMA__URL": server.url,
        "GAZETTE_STORE__PATH": str(store),
        "GAZETTE_CHROMA__TIMEOUT_SECONDS": "20",
    }
    return CliRunner().invoke(gazette, list(words), env=environment)
