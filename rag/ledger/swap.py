"""Puts a rewritten folder in another's place so that a kill at any moment leaves one whole folder, the old or the new.

The new one grows as ``NAME.next``; renamed to ``NAME.whole`` it is the one that counts. Knows nothing of contents.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rag.ledger.folder import folder_errors


def fresh_folder(folder: Path) -> Path:
    """An empty folder beside ``folder``, to be filled and handed to ``swap_in``."""
    beside = _beside(folder, "next")
    with folder_errors(beside):
        _remove(beside)
        beside.mkdir(parents=True)
    return beside


def swap_in(folder: Path) -> None:
    """Let what ``fresh_folder`` gave take the place of ``folder``; the old one is gone when this returns.

    Nothing may have either of them open.
    """
    with folder_errors(folder):
        _rename(_beside(folder, "next"), _beside(folder, "whole"))
        settle(folder)


def settle(folder: Path) -> None:
    """Finish or undo a swap that was stopped. Costs nothing where there was none."""
    following, whole, old = (_beside(folder, name) for name in ("next", "whole", "old"))
    with folder_errors(folder):
        _remove(following)
        if whole.exists():
            if folder.exists() and not old.exists():
                _rename(folder, old)
            # Both there: the last swap was stopped before its rename, and the folder is an empty one made since.
            _remove(folder)
            _rename(whole, folder)
        _remove(old)


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f"{folder.name}.{what}")


def _rename(source: Path, target: Path) -> None:
    source.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
