"""Writing a file whole or not at all. Knows nothing of what is in it."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

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
            with os.fdopen(os.open(target, os.O_WRONLY), "wb") as file:
                _fill(file, pieces)
        else:
            _replace(target, pieces)
    except OSError as error:
        raise GazetteError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def _replace(target: Path, pieces: Iterable[str | bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    draft, descriptor = _draft(target)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _fill(file, pieces)
            if mode is not None:
                draft.chmod(mode)
            draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _draft(target: Path) -> tuple[Path, int]:
    """A new file beside the target, locked while somebody writes it.

    Its name is short, for the target's may already be as long as the file system allows, and the same each time: what a
    killed run left behind is written over, so that nothing piles up. What is locked, or not ours alone, is left as it
    is, and another name taken.
    """
    name = sha256(target.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    while True:
        draft = target.with_name(f".{name}.part")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        except OSError:
            if not draft.is_symlink() and not draft.exists():
                raise
            name = secrets.token_hex(8)
            continue
        if _is_taken(draft, descriptor):
            return draft, descriptor
        os.close(descriptor)
        name = secrets.token_hex(8)


def _is_taken(draft: Path, descriptor: int) -> bool:
    """Whether an open draft is ours now, and empty."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(descriptor)
        # Who wrote it may have been done between our opening and our locking it: then it is somebody's target by now.
        if found.st_uid != os.geteuid() or not os.path.samestat(draft.lstat(), found):
            return False
        os.ftruncate(descriptor, 0)
    except OSError:
        return False
    return True


def _fill(file: BinaryIO, pieces: Iterable[str | bytes]) -> None:
    for piece in pieces:
        file.write(piece.encode() if isinstance(piece, str) else piece)
    file.flush()
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        os.fsync(file.fileno())
