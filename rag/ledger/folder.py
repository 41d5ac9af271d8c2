"""Makes the data folder and says in our own words why one cannot be used. Knows nothing of what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from rag.errors import StoreError


@contextmanager
def folder_errors(folder: Path) -> Iterator[None]:
    """Turn the file system's errors into ours.

    Raises:
        StoreError: names the folder, what is wrong with it, and what to do.
    """
    try:
        yield
    except OSError as error:
        reason = _reason(folder, error)
        raise StoreError(f"data folder {folder}: {reason}; set GAZETTE_STORE__PATH to a writable folder") from error


def make_folder(folder: Path) -> None:
    """Make the folder if it is missing, and see that files can be made in it.

    Raises:
        StoreError: it cannot be made or written.
    """
    with folder_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Permission bits tell too little (root, read-only mounts, /proc, a full disk): only writing does.
        with TemporaryFile(dir=folder) as probe:
            probe.write(b"\0")


def _reason(folder: Path, error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file is in its place" if folder.is_file() else "a part of the path is a file"
    if isinstance(error, FileNotFoundError):
        return f"nothing can be made in {folder if folder.is_dir() else folder.parent}"
    return error.strerror or str(error)
