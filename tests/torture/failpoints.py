"""Fail-points in every step of a write: before and after each call of a store, before each commit, in mid-batch.

They are put around the real methods from outside, in the process that is to die: the product knows nothing of them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from rag import build
from rag.adapters.chroma import ChromaVectorIndex
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.ledger import Ledger, swap
from rag.text.ngrams import terms

_WRITES: dict[type, tuple[str, ...]] = {
    Ledger: (
        "save_index_settings",
        "put_pending",
        "mark_ready",
        "add_source",
        "rename",
        "tombstone",
        "purge",
        "drop_mentions",
        "compact",
    ),
    ChromaVectorIndex: ("upsert", "delete"),
    TantivyLexicalIndex: ("upsert", "delete"),
}


class Failpoints:
    """Counts the steps of a write, and kills this process for good at the one it is armed for.

    Args:
        mark: written with the step's name just before the kill, so that it is known to have happened.
        armed_at: number of the step, from 1; 0 for never.
    """

    def __init__(self, mark: Path, armed_at: int = 0) -> None:
        self.passed: list[str] = []
        self.armed_at = armed_at
        self._mark = mark

    def reach(self, name: str) -> None:
        """One step; the last one if it is the armed one."""
        self.passed.append(name)
        if len(self.passed) == self.armed_at:
            with self._mark.open("w", encoding="utf-8") as mark:
                mark.write(name)
                mark.flush()
                os.fsync(mark.fileno())
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Put them around everything that writes, in this process, for good."""
        for owner, names in _WRITES.items():
            for name in names:
                setattr(owner, name, self._around(f"{owner.__name__}.{name}", getattr(owner, name)))
        event.listen(Engine, "commit", lambda _: self.reach("commit"))
        setattr(swap, "_rename", self._around("rename", swap._rename))  # noqa: B010 - mypy refuses the assignment
        setattr(build, "terms", self._during("terms of a text", terms))  # noqa: B010 - mypy refuses the assignment

    def _around(self, name: str, wrapped: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.reach(f"before {name}")
            result = wrapped(*args, **kwargs)
            self.reach(f"after {name}")
            return result

        return call

    def _during(self, name: str, wrapped: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
        def call(text: str) -> list[str]:
            self.reach(name)
            return wrapped(text)

        return call
