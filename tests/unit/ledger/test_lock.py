"""The lock: one process per data folder, the other one told at once who holds it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import StoreError, StoreLockedError
from rag.ledger import StoreLock

HOLD = """
import sys, time
from pathlib import Path
from rag.ledger import StoreLock
lock = StoreLock.acquire(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_process_is_refused_at_once_with_the_holders_pid(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            began = time.perf_counter()
            with pytest.raises(StoreLockedError, match=rf"process {holder.pid}.*GAZETTE_STORE__PATH"):
                StoreLock.acquire(tmp_path)
            assert time.perf_counter() - began < 1
        finally:
            holder.kill()
    StoreLock.acquire(tmp_path).release()


def test_the_same_process_cannot_take_a_folder_twice(tmp_path: Path) -> None:
    with StoreLock.acquire(tmp_path), pytest.raises(StoreLockedError, match=f"process {os.getpid()}"):
        StoreLock.acquire(tmp_path)
    StoreLock.acquire(tmp_path).release()


def test_another_thread_may_release_the_lock(tmp_path: Path) -> None:
    lock = StoreLock.acquire(tmp_path)
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    StoreLock.acquire(tmp_path).release()
    lock.release()


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="writable folder"):
        StoreLock.acquire(tmp_path / "file" / "store")
