"""Units of batches: taken on lease, settled once. Several processes and machines may share one batch's units.

A worker holds what it claims until the lease runs out, and renews it while it works; what a dead one held is taken by
the next. Only the holder can settle a unit, so there is exactly one final result each. Leases compare the clocks of the
machines that share a ledger: these must agree to some seconds. Knows nothing of what a unit asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from math import inf
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from rag.ledger.schema import batch_units, batches
from rag.ledger.unit_rows import result_of, settled, unit_of
from rag.models import Batch, BatchCounts, Outcome, Unit, UnitError, UnitResult, UnitState

Connecting = Callable[[], AbstractContextManager[Connection]]

PAGE = 200
"""Results read at a time: about a megabyte of summaries."""

_OPEN = ("waiting", "leased")
_U = batch_units.c


class UnitBook:
    """Units by batch. Safe to use from several threads and processes."""

    def __init__(self, reading: Connecting, writing: Connecting) -> None:
        self._reading = reading
        self._writing = writing

    def claim(
        self, batch: Batch, owner: str, count: int, *, now: float, until: float, alone: Collection[str] = ()
    ) -> list[Unit]:
        """Take up to ``count`` units that wait, or whose holder is dead, first positions first.

        Each is counted as an attempt, and the most it may cost as spent. Nothing that could pass the budget is taken.

        Args:
            batch: whose units.
            owner: who takes them.
            count: how many, at most.
            now: seconds since the epoch.
            until: when the lease runs out, seconds since the epoch.
            alone: a unit of one of these routes is taken by itself.
        """
        free = _of(batch) & _U.state.in_(_OPEN) & (_U.due <= now)
        first = (
            select(_U.position, _U.url, _U.cost_bound_usd)
            .where(free)
            .order_by(_U.position)
            .limit(count)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            if batch.budget_usd is not None:
                # One at a time: two workers must not spend the same rest.
                connection.execute(select(batches.c.state).where(_whole(batch)).with_for_update())
                left = _left(connection, batch)
            else:
                left = inf
            # Not inside the update: PostgreSQL may run a locking subquery again for each row, and take them all.
            wanted = _group(connection.execute(first), left, alone)
            if not wanted:
                return []
            taken = {
                "state": "leased",
                "owner": owner,
                "due": until,
                "attempts": _U.attempts + 1,
                "cost_usd": _U.cost_usd + _U.cost_bound_usd,
            }
            statement = update(batch_units).where(free, _U.position.in_(wanted)).values(taken).returning(batch_units)
            return sorted(map(unit_of, connection.execute(statement)), key=lambda unit: unit.position)

    def renew(self, batch: Batch, owner: str, until: float) -> None:
        """Hold on to everything this owner holds."""
        with self._writing() as connection:
            connection.execute(update(batch_units).where(_held(batch, owner)).values(due=until))

    def settle(self, batch: Batch, owner: str, outcomes: Sequence[tuple[Unit, Outcome, float]]) -> int:
        """Record outcomes in one step; each with when its unit may be tried again (only read for ``Again``).

        Returns:
            How many counted: a unit whose lease was lost has its result from somebody else.
        """
        counted = 0
        with self._writing() as connection:
            for unit, outcome, due in outcomes:
                mine = _held(batch, owner) & (_U.position == unit.position)
                counted += connection.execute(update(batch_units).where(mine).values(settled(outcome, due))).rowcount
        return counted

    def release(self, batch: Batch, owner: str, *, prefix: bool = False) -> int:
        """Let go of what an owner holds, as if it had not been taken; how many units that were.

        Args:
            batch: whose units.
            owner: who held them.
            prefix: also of owners whose name begins so. Their calls may have been paid: what those cost at most stays
                counted, and so does the attempt.
        """
        held = _held(batch, owner)
        untouched: dict[str, Any] = {"attempts": _U.attempts - 1, "cost_usd": _U.cost_usd - _U.cost_bound_usd}
        if prefix:
            held = _of(batch) & (_U.state == "leased") & _U.owner.startswith(owner, autoescape=True)
            untouched = {}
        with self._writing() as connection:
            back = {"state": "waiting", "owner": None, "due": 0.0, **untouched}
            return connection.execute(update(batch_units).where(held).values(back)).rowcount

    def close(self, batch: Batch, state: UnitState, error: UnitError) -> None:
        """Give every unit that has no final state this one."""
        ending = {"state": state, "owner": None, "error": {"code": error.code, "message": error.message}}
        with self._writing() as connection:
            connection.execute(update(batch_units).where(_of(batch), _U.state.in_(_OPEN)).values(ending))

    def reopen(self, batch: Batch) -> int:
        """Let units that were tried and failed be tried again; how many there are."""
        again = {"state": "waiting", "due": 0.0, "attempts": 0, "error": None}
        failed = _of(batch) & (_U.state == "failed") & (_U.attempts > 0)
        with self._writing() as connection:
            return connection.execute(update(batch_units).where(failed).values(again)).rowcount

    def renew_tries(self, batch: Batch) -> None:
        """Let units that wait be taken at once, with all their tries before them."""
        fresh = {"due": 0.0, "attempts": 0}
        with self._writing() as connection:
            waiting = _of(batch) & (_U.state == "waiting")
            connection.execute(update(batch_units).where(waiting).values(fresh))

    # --- looking ---------------------------------------------------------------------------------------------------

    def next_due(self, batch: Batch) -> float | None:
        """When the next unit may be taken, seconds since the epoch; None when all have their final state."""
        with self._reading() as connection:
            due = connection.scalar(select(func.min(_U.due)).where(_of(batch), _U.state.in_(_OPEN)))
        return None if due is None else float(due)

    def is_held(self, batch: Batch, now: float) -> bool:
        """Whether anybody alive holds a unit."""
        query = select(_U.position).where(_of(batch), _U.state == "leased", _U.due > now).limit(1)
        with self._reading() as connection:
            return connection.scalar(query) is not None

    def counts(self, batch: Batch) -> BatchCounts:
        """How far the batch is."""
        lines = (
            select(
                func.count().label("units"),
                _how_many(_U.state == "completed").label("ok"),
                _how_many(_U.state == "failed").label("failed"),
                _how_many(_U.state.not_in(_OPEN)).label("ended"),
                func.sum(_U.cost_usd).label("cost"),
            )
            .where(_of(batch))
            .group_by(_U.line)
            .subquery()
        )
        whole, one = lines.c.ended == lines.c.units, lines.c.ok > 0
        query = select(
            func.count().label("total"),
            _how_many(whole & one).label("completed"),
            _how_many(whole & ~one & (lines.c.failed > 0)).label("failed"),
            func.sum(lines.c.units).label("units"),
            func.sum(lines.c.ended).label("units_done"),
            func.sum(lines.c.failed).label("units_failed"),
            func.sum(lines.c.cost).label("cost_usd"),
        )
        with self._reading() as connection:
            row = connection.execute(query).mappings().one()
        numbers = {name: int(value or 0) for name, value in row.items() if name != "cost_usd"}
        return BatchCounts(**numbers, cost_usd=round(float(row["cost_usd"] or 0.0), 9))

    def incomplete(self, batch: Batch) -> dict[int, int]:
        """Lines with a unit that has no result, each with how many of its units have one."""
        good = _how_many(_U.state == "completed")
        query = select(_U.line, good).where(_of(batch)).group_by(_U.line).having(good < func.count())
        with self._reading() as connection:
            return {line: int(count) for line, count in connection.execute(query)}

    def results(self, batch: Batch) -> Iterator[UnitResult]:
        """Every unit as it stands, in order; a page is in memory at a time."""
        after = -1
        while True:
            query = select(batch_units).where(_of(batch), _U.position > after).order_by(_U.position).limit(PAGE)
            with self._reading() as connection:
                page = [result_of(row) for row in connection.execute(query)]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].position


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _whole(batch: Batch) -> ColumnElement[bool]:
    return (batches.c.collection == batch.collection) & (batches.c.batch_id == batch.batch_id)


def _of(batch: Batch) -> ColumnElement[bool]:
    return (_U.collection == batch.collection) & (_U.batch_id == batch.batch_id)


def _held(batch: Batch, owner: str) -> ColumnElement[bool]:
    return _of(batch) & (_U.state == "leased") & (_U.owner == owner)


def _left(connection: Connection, batch: Batch) -> float:
    """What is left of the budget, US dollars."""
    spent = connection.scalar(select(func.sum(_U.cost_usd)).where(_of(batch))) or 0.0
    return (batch.budget_usd or 0.0) - float(spent)


def _group(rows: Iterable[Any], left: float, alone: Collection[str]) -> list[int]:
    """The first units that may go together, and that together fit what is left of the budget."""
    taken: list[int] = []
    for row in rows:
        left -= row.cost_bound_usd
        if left < 0 or (taken and row.url in alone):
            break
        taken.append(row.position)
        if row.url in alone:
            break
    return taken
