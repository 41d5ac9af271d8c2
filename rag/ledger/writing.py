"""The ledger's writes: one at a time, counted where they change what is visible, with what each of them touched."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, select

from rag.ledger.alikeness import LedgerAlikeness
from rag.ledger.engine import store_errors
from rag.ledger.lookup import batches
from rag.ledger.schema import articles, documents, passages
from rag.ledger.touched import Key, Touched, TouchedLog


class LedgerWriting(LedgerAlikeness):
    """Writes of the corpus, and of what is kept besides it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._write_lock = threading.Lock()
        self._changes = 0
        self._log = TouchedLog()
        self._touching: Touched | None = None

    @property
    def changes(self) -> int:
        """Counts this process's changes of the visible corpus, odd while one commits; answers and replies do not count.

        Equal and even around some reads, they saw one state.
        """
        return self._changes

    def touched(self, since: int, until: int) -> Touched | None:
        """What the writes from one count of changes to another touched; None: perhaps anything."""
        return self._log.between(since, until)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A change of the visible corpus; of anything in it, unless ``_touch`` is called."""
        with self._write_lock, store_errors(self._place):
            self._touching = None
            committed = False
            try:
                with self._engine.begin() as connection:
                    yield connection
                    self._changes |= 1
                committed = True
            finally:
                state = (self._changes | 1) + 1
                # Before the count is even again: whoever reads it then finds the write in the log.
                self._log.note(state, self._touching if committed else None)
                self._changes = state

    @contextmanager
    def _recording(self) -> Iterator[Connection]:
        """A write that changes nothing visible: what is kept besides the corpus, what is pending or deleted."""
        with self._write_lock, store_errors(self._place), self._engine.begin() as connection:
            yield connection

    def _touch(self, connection: Connection, collection: str, document_ids: Collection[str], *, new: bool) -> None:
        """Within ``_writing``: it touches these documents alone, in all their versions.

        Args:
            connection: of the write, before it commits.
            collection: whose documents.
            document_ids: which.
            new: none of them was visible before.
        """
        found: dict[str, set[Key]] = {"passage_id": set(), "article_id": set()}
        for batch in batches(sorted(document_ids)):
            mine = (documents.c.collection == collection) & documents.c.document_id.in_(batch)
            for column in (passages.c.passage_id, articles.c.article_id):
                joined = column.table.join(documents, documents.c.version == column.table.c.version)
                told = connection.scalars(select(column).select_from(joined).where(mine))
                found[column.name] |= {(collection, name) for name in told}
        earlier = self._touching or Touched()
        self._touching = Touched(
            earlier.passages | found["passage_id"], earlier.articles | found["article_id"], earlier.is_only_new and new
        )
