"""The lock: one process per data folder, the other one told at once who holds it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import StoreError, StoreLockedError
from rag.ledger import StoreLock
from rag.ledger.lock import folder_pass

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


def test_the_holders_service_is_named_and_carried(tmp_path: Path) -> None:
    with StoreLock.acquire(tmp_path, "http://127.0.0.1:8000"):
        with pytest.raises(
            StoreLockedError, match=r"a service at http://127\.0\.0\.1:8000; ask it over HTTP"
        ) as raised:
            StoreLock.acquire(tmp_path)
        assert (raised.value.pid, raised.value.url) == (os.getpid(), "http://127.0.0.1:8000")


def test_a_service_leaves_a_new_word_each_time_for_those_who_may_read_the_folder(tmp_path: Path) -> None:
    with StoreLock.acquire(tmp_path):
        assert folder_pass(tmp_path) is None
    words = set[str | None]()
    for _ in range(2):
        (tmp_path / "lock.pass").write_text("left by one that was killed, for all to read")
        with StoreLock.acquire(tmp_path, "http://127.0.0.1:8000"):
            words.add(folder_pass(tmp_path))
            assert (tmp_path / "lock.pass").stat().st_mode & 0o777 == 0o600
        assert folder_pass(tmp_path) is None
    assert len(words) == 2
    assert all(word and len(word) > 40 for word in words)


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


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("file/store", "a part of the path is a file"),
        ("file", "a file is in its place"),
        ("n" * 300, "File name too long"),
    ],
)
def test_a_folder_that_cannot_be_made_is_named_with_the_reason_and_the_way_out(
    tmp_path: Path, place: str, reason: str
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=rf"data folder {tmp_path / place}: {reason}; set GAZETTE_STORE__PATH to a wr"):
        StoreLock.acquire(tmp_path / place)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write, root neither")
@pytest.mark.parametrize("place", ["/proc", "/proc/x"])
def test_a_folder_in_which_nothing_can_be_made_is_no_folder_in_use(place: str) -> None:
    with pytest.raises(StoreError, match=f"data folder {place}: .*writable folder") as raised:
        StoreLock.acquire(Path(place))
    assert not isinstance(raised.value, StoreLockedError)


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_folder_that_turns_read_only_or_full_is_a_store_error_and_stays_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", refused)
        with pytest.raises(StoreError, match=os.strerror(number)):
            StoreLock.acquire(tmp_path)
    StoreLock.acquire(tmp_path).release()
