"""A ledger's file copied at one moment, also while others write to it; without what was only half taken in.

SQLite only. Knows nothing of where the copy goes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import StoreError
from rag.ledger.ledger import Ledger
from rag.ledger.schema import SCHEMA_VERSION


@dataclass(slots=True)
class Snapshot:
    """The copy; open as a ledger while used as a block, and one plain file afterwards."""

    file: Path
    schema: int = SCHEMA_VERSION
    _ledger: Ledger | None = None

    @classmethod
    def take(cls, source: Path, target: Path) -> Self:
        """Copy ``source``, in one step, so that what is written meanwhile is in it wholly or not at all.

        Raises:
            StoreError: it cannot be read or the copy not written.
        """
        try:
            # Read-only would not do: the log of a process that was killed must be taken in.
            with closing(sqlite3.connect(source, timeout=30)) as original, closing(sqlite3.connect(target)) as copy:
                original.backup(copy)
        except sqlite3.Error as error:
            raise StoreError(f"ledger {source}: {error}; see that it can be read and {target} written") from error
        return cls(target)

    def __enter__(self) -> Ledger:
        found = Ledger.find(f"sqlite:///{self.file.absolute()}")
        if found is None:
            raise StoreError(f"{self.file} holds no ledger; was the data folder emptied meanwhile?")
        self._ledger = found
        for collection in found.collections():
            # Others are at it: what is half in is not in, what is half gone is gone.
            found.purge([*found.pending(collection), *found.deleted(collection)])
        return found

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._ledger is not None:
            self._ledger.close()
        with closing(sqlite3.connect(self.file)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
