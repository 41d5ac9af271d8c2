"""One process per data folder: the stores below keep no promises to a second one. Knows nothing of what is stored."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from rag.errors import StoreLockedError
from rag.ledger.folder import folder_errors, make_folder

_LOCK = "lock"
_HOLDER = "lock.pid"


class StoreLock:
    """Held from ``acquire`` to ``release``, as long as somebody keeps the object. A dying process frees it too."""

    def __init__(self, folder: Path, lock: FileLock) -> None:
        self.folder = folder
        self._lock = lock

    @classmethod
    def acquire(cls, folder: Path) -> Self:
        """Take the folder (made if missing) for this process, at once or not at all.

        Raises:
            StoreLockedError: another process holds it; the message names its pid.
            StoreError: the folder cannot be made or written.
        """
        make_folder(folder)
        # thread_local=False: a service may release from another thread than the one that acquired.
        lock = FileLock(folder / _LOCK, thread_local=False)
        with folder_errors(folder):
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise StoreLockedError(
                    f"data folder {folder} is in use by process {_holder(folder)}; stop that process, ask its service "
                    "over HTTP, or set GAZETTE_STORE__PATH to another folder"
                ) from error
            try:
                (folder / _HOLDER).write_text(str(os.getpid()), encoding="ascii")
            except BaseException:
                lock.release()
                raise
        return cls(folder, lock)

    def release(self) -> None:
        """Let others in. Safe to call twice."""
        if self._lock.is_locked:
            (self.folder / _HOLDER).unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def _holder(folder: Path) -> str:
    """The holder's pid; it may be a moment late, for the pid is written right after the lock is taken."""
    try:
        return (folder / _HOLDER).read_text(encoding="ascii").strip() or "(starting)"
    except OSError:
        # The message is worth giving without the pid: that the folder is held is known from the lock itself.
        return "(starting)"
