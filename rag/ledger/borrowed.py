"""A data folder that cannot be written, read through a copy. Knows nothing of what stands in it.

SQLite, Chroma and tantivy all write where one only wants to read: a log, a lock, a schema that is looked after.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.errors import StoreError
from rag.ledger.folder import folder_errors, make_folder
from rag.ledger.lock import HOLDER, LOCK, PASS, locked


def cannot_be_written(folder: Path) -> bool:
    """Whether the folder is there, but is read-only or on a full disk. One that is missing can be made, or not: later.

    Raises:
        StoreError: it may not even be looked at.
    """
    with folder_errors(folder):
        if not folder.is_dir():
            return False
    try:
        make_folder(folder)
    except StoreError:
        return True
    return False


@contextmanager
def borrowed(folder: Path) -> Iterator[Path]:
    """A copy of the folder in the system's temporary place, gone with whatever was written to it when the block ends.

    Raises:
        StoreLockedError: another process holds the folder, so a copy may be of two moments.
        StoreError: it cannot be read, or there is no room for the copy.
    """
    with TemporaryDirectory(prefix="gazette-copy-") as place:
        with _unheld(folder), folder_errors(folder):
            _copy(folder, Path(place))
        yield Path(place)


@contextmanager
def _unheld(folder: Path) -> Iterator[None]:
    """Keeps writers out; the same lock as ``StoreLock``'s, shared, which needs no right to write."""
    lock = folder / LOCK
    if not lock.exists():
        yield
        return
    with folder_errors(folder):
        descriptor = os.open(lock, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise locked(folder) from error
        yield
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path) -> None:
    """Contents only: what may not be written there may be written here."""
    for path in sorted(source.rglob("*")):
        here = target / path.relative_to(source)
        if path.is_dir():
            here.mkdir()
        elif path.name not in (LOCK, HOLDER, PASS):
            shutil.copyfile(path, here)
