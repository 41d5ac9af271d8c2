"""Batches and the files they were made from. Knows nothing of how a unit is done; units stand in ``units.py``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_, update

from rag.errors import NotFoundError
from rag.ledger.lookup import batches as groups_of
from rag.ledger.schema import batch_files, batch_units, batches
from rag.ledger.unit_rows import unit_row
from rag.models import ENDED, Batch, BatchFile, BatchState, Unit

Connecting = Callable[[], AbstractContextManager[Connection]]

_TIMES = ("created", "expires", "started", "ended")
_FILE_COLUMNS = [column for column in batch_files.c if column.name not in ("content", "collection")]


class BatchBook:
    """Batches by collection. Safe to use from several threads and processes."""

    def __init__(self, reading: Connecting, writing: Connecting) -> None:
        self._reading = reading
        self._writing = writing

    # --- files -----------------------------------------------------------------------------------------------------

    def keep_file(self, collection: str, file: BatchFile, content: str) -> None:
        """Keep a file; one with the same id, which is the same file, stays as it is."""
        with self._writing() as connection:
            if connection.scalar(select(batch_files.c.file_id).where(_file(collection, file.file_id))) is None:
                row = {**asdict(file), "collection": collection, "content": content}
                connection.execute(insert(batch_files).values(row))

    def file(self, collection: str, file_id: str) -> BatchFile:
        """A file without its content.

        Raises:
            NotFoundError: no file has this id.
        """
        with self._reading() as connection:
            row = connection.execute(select(*_FILE_COLUMNS).where(_file(collection, file_id))).mappings().first()
        if row is None:
            raise _no_file(collection, file_id)
        return BatchFile(**{**row, "created": _utc(row["created"])})

    def files(self, collection: str) -> list[BatchFile]:
        """All files, the newest first."""
        query = select(*_FILE_COLUMNS).where(batch_files.c.collection == collection)
        query = query.order_by(batch_files.c.created.desc(), batch_files.c.file_id)
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return [BatchFile(**{**row, "created": _utc(row["created"])}) for row in rows]

    def content(self, collection: str, file_id: str) -> str:
        """What stands in a file.

        Raises:
            NotFoundError: no file has this id.
        """
        with self._reading() as connection:
            found = connection.scalar(select(batch_files.c.content).where(_file(collection, file_id)))
        if found is None:
            raise _no_file(collection, file_id)
        return str(found)

    def drop_file(self, collection: str, file_id: str) -> None:
        """Let go of a file; batches made from it keep what they have.

        Raises:
            NotFoundError: no file has this id.
        """
        with self._writing() as connection:
            if not connection.execute(delete(batch_files).where(_file(collection, file_id))).rowcount:
                raise _no_file(collection, file_id)

    # --- batches ---------------------------------------------------------------------------------------------------

    def add(self, batch: Batch) -> bool:
        """Record a new batch; False, and nothing changed, where one with this id is known."""
        with self._writing() as connection:
            known = select(batches.c.batch_id).where(_batch(batch.collection, batch.batch_id))
            if connection.scalar(known) is not None:
                return False
            connection.execute(insert(batches).values(asdict(batch)))
        return True

    def begin(self, batch: Batch, units: Iterable[Unit]) -> bool:
        """Write a validated batch's units and let it be worked on, in one step, however many units there are.

        Returns:
            False where it was begun or ended by somebody else meanwhile; nothing is written then.
        """
        here = _batch(batch.collection, batch.batch_id)
        with self._writing() as connection:
            started = {"state": "in_progress", "started": datetime.now(UTC)}
            moved = connection.execute(update(batches).where(here, batches.c.state == "validating").values(started))
            if not moved.rowcount:
                return False
            for group in groups_of(units):
                connection.execute(insert(batch_units), [unit_row(batch, unit) for unit in group])
        return True

    def get(self, collection: str, batch_id: str) -> Batch:
        """One batch.

        Raises:
            NotFoundError: no batch has this id.
        """
        found = self._some(_batch(collection, batch_id), limit=1)
        if not found:
            raise NotFoundError(f"no batch {batch_id} in collection {collection!r}; `gazette batch list` shows them")
        return found[0]

    def newest(self, collection: str, *, limit: int | None = None, after: str | None = None) -> list[Batch]:
        """Batches, the newest first.

        Raises:
            NotFoundError: no batch has the id ``after``.
        """
        wanted = batches.c.collection == collection
        if after is not None:
            last = self.get(collection, after)
            wanted &= tuple_(batches.c.created, batches.c.batch_id) < (last.created, last.batch_id)
        return self._some(wanted, limit=limit)

    def of_content(self, collection: str, content: str) -> Batch | None:
        """The newest batch of this file and these settings."""
        found = self._some((batches.c.collection == collection) & (batches.c.content == content), limit=1)
        return found[0] if found else None

    def in_states(self, collection: str, states: Collection[BatchState]) -> list[Batch]:
        """Batches in one of these states, the newest first."""
        return self._some((batches.c.collection == collection) & batches.c.state.in_(sorted(states)))

    def move(self, batch: Batch, state: BatchState, *since: BatchState, reason: str | None = None) -> Batch:
        """Change a batch's state if it is in one of ``since``; the batch as it is then, moved or not."""
        ended = datetime.now(UTC) if state in ENDED else None
        values: dict[str, Any] = {"state": state, "reason": reason, "ended": ended}
        here = _batch(batch.collection, batch.batch_id) & batches.c.state.in_(sorted(since))
        with self._writing() as connection:
            connection.execute(update(batches).where(here).values(values))
        return self.get(batch.collection, batch.batch_id)

    def set_budget(self, batch: Batch, budget_usd: float | None) -> Batch:
        """Change how much a batch may cost; the batch as it is then."""
        with self._writing() as connection:
            here = _batch(batch.collection, batch.batch_id)
            connection.execute(update(batches).where(here).values(budget_usd=budget_usd))
        return self.get(batch.collection, batch.batch_id)

    def _some(self, wanted: ColumnElement[bool], limit: int | None = None) -> list[Batch]:
        query = select(batches).where(wanted).order_by(batches.c.created.desc(), batches.c.batch_id.desc())
        with self._reading() as connection:
            rows = connection.execute(query.limit(limit)).mappings()
            return [Batch(**{**row, **{name: _utc(row[name]) for name in _TIMES}}) for row in rows]


def _batch(collection: str, batch_id: str) -> ColumnElement[bool]:
    return (batches.c.collection == collection) & (batches.c.batch_id == batch_id)


def _file(collection: str, file_id: str) -> ColumnElement[bool]:
    return (batch_files.c.collection == collection) & (batch_files.c.file_id == file_id)


def _no_file(collection: str, file_id: str) -> NotFoundError:
    return NotFoundError(f"no file {file_id} in collection {collection!r}; GET /v1/files lists them")


def _utc(time: datetime | None) -> Any:
    # SQLite gives times back without their zone; all are written in UTC.
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
