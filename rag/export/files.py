"""Writing a file whole or not at all. Knows nothing of what is in it."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from rag.errors import GazetteError


def write_atomic(path: Path, content: str | bytes | Iterable[str]) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part, also after a power cut.

    Args:
        path: missing folders are made; an existing file keeps its permissions; a link is followed. A pipe or a
            terminal is written to as it is, for it cannot be replaced.
        content: text is written as UTF-8 with its newlines as they are; pieces are written as they come.

    Raises:
        GazetteError: the folder or file cannot be written; what was there is unchanged.
    """
    pieces = [content] if isinstance(content, str | bytes) else content
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            _write(os.open(target, os.O_WRONLY), pieces)
        else:
            _replace(target, pieces)
    except OSError as error:
        raise GazetteError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def _replace(target: Path, pieces: Iterable[str | bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    # A short name of its own: the target's may already be as long as the file system allows.
    draft = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _write(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), pieces)
        if mode is not None:
            draft.chmod(mode)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(descriptor: int, pieces: Iterable[str | bytes]) -> None:
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece.encode() if isinstance(piece, str) else piece)
        file.flush()
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fsync(file.fileno())
