"""The real command line over real stores with a fake embedder, in a process of its own that can be killed.

python -m tests.torture.gazette COMMAND …
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rag.cli import main
from tests.conftest import ROOT
from tests.torture.world import use_fakes

WAIT_SECONDS = 120.0


class Gazette:
    """Commands over one data folder.

    Args:
        store: the data folder.
        module: what is run; its own fakes and the real command line.
        settings: environment variables of the commands.
    """

    def __init__(self, store: Path, module: str = "tests.torture.gazette", **settings: str) -> None:
        self.store = store
        self._module = module
        self._environment = {**os.environ, "OMP_NUM_THREADS": "1", "GAZETTE_STORE__PATH": str(store), **settings}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command under way."""
        command = [sys.executable, "-m", self._module, *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=self._environment)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        process = self.start(*words)
        out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def killed(self, reached: Callable[[], bool], *words: str) -> bool:
        """Start a command and kill it when something is reached; whether it was killed before it ended."""
        process = self.start(*words)
        deadline = time.monotonic() + WAIT_SECONDS
        while process.poll() is None and not reached() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def count(self, query: str) -> int:
        """One number out of the ledger, also while a command runs; 0 while there is no such table."""
        try:
            with sqlite3.connect(f"file:{self.store / 'ledger.sqlite'}?mode=ro", uri=True) as connection:
                (found,) = connection.execute(query).fetchone()
        except sqlite3.OperationalError:
            return 0
        else:
            return int(found)


if __name__ == "__main__":
    use_fakes()
    main()
