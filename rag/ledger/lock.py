"""One process per data folder: the stores below keep no promises to a second one. Knows nothing of what is stored."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from rag.errors import StoreLockedError
from rag.ledger.folder import folder_errors, make_folder

LOCK = "lock"
HOLDER = "lock.pid"
PASS = "lock.pass"
"""What the service that holds the folder knows others by who may read it, too; for its owner's eyes only."""


class StoreLock:
    """Held from ``acquire`` to ``release``, as long as somebody keeps the object. A dying process frees it too."""

    def __init__(self, folder: Path, lock: FileLock) -> None:
        self.folder = folder
        self._lock = lock

    @classmethod
    def acquire(cls, folder: Path, url: str | None = None) -> Self:
        """Take the folder (made if missing) for this process, at once or not at all.

        Args:
            folder: the data folder.
            url: where this process can be asked instead, for those who find the folder taken.

        Raises:
            StoreLockedError: another process holds it; carries and names its pid, and its URL if it has one.
            StoreError: the folder cannot be made or written.
        """
        make_folder(folder)
        # thread_local=False: a service may release from another thread than the one that acquired.
        lock = FileLock(folder / LOCK, thread_local=False)
        with folder_errors(folder):
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise locked(folder) from error
            try:
                if url is not None:
                    _write_pass(folder / PASS)
                (folder / HOLDER).write_text(f"{os.getpid()} {url or ''}".rstrip(), encoding="ascii")
            except BaseException:
                lock.release()
                raise
        return cls(folder, lock)

    def release(self) -> None:
        """Let others in. Safe to call twice."""
        if self._lock.is_locked:
            (self.folder / HOLDER).unlink(missing_ok=True)
            (self.folder / PASS).unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def folder_pass(folder: Path) -> str | None:
    """The word by which a process shows the service that holds a folder that it may read it; None: no service does.

    Raises:
        StoreError: this process may not read it.
    """
    with folder_errors(folder):
        return (folder / PASS).read_text(encoding="ascii") if (folder / PASS).exists() else None


def _write_pass(path: Path) -> None:
    """A new word for each service; a file that a killed one left goes, whoever may read it."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))


def locked(folder: Path) -> StoreLockedError:
    """Who holds the folder; the pid may be a moment late, for it is written right after the lock is taken."""
    try:
        pid, _, url = (folder / HOLDER).read_text(encoding="ascii").strip().partition(" ")
    except OSError:
        # The message is worth giving without the pid: that the folder is held is known from the lock itself.
        pid, url = "", ""
    who = f"process {pid or '(starting)'}" + (f", a service at {url}" if url else "")
    way_out = f"ask it over HTTP ({url}/docs), or stop that process" if url else "wait for it or stop it"
    return StoreLockedError(
        f"data folder {folder} is in use by {who}; {way_out}, or set GAZETTE_STORE__PATH to another folder",
        pid=int(pid) if pid.isdigit() else None,
        url=url or None,
    )
