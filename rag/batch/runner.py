"""Works through one batch: claims units, has them done, settles them, until all have their final state.

What is settled stays settled whatever kills the program; what was under way is taken by the next runner when the lease
runs out, or at once by one over the same data folder, which nobody else can have open. Knows nothing of what units ask.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from rag.batch.crew import ALONE, Crew, Did
from rag.batch.pace import Pace, Patience
from rag.batch.standing import Standing
from rag.ledger import Ledger
from rag.models import ENDED, Again, Batch, BatchCounts, Done, Outcome, Unit, UnitError

_LOG = logging.getLogger(__name__)
T = TypeVar("T")

LEASE_SECONDS = 60.0
"""How long a dead machine's units wait for another one."""

RENEW_SECONDS = 15.0
TOLD_SECONDS = 5.0
"""From how long a wait on is told: whoever watches would take it for a fault."""
TICK_SECONDS = 0.5
"""How soon a pause, a cancellation or a unit that has waited its time is noticed."""

Report = Callable[[Batch, BatchCounts], None]
_NO_BUDGET = "the budget of {budget:g} USD leaves nothing for the next request; resume it with a higher one"


class Runner:
    """Runs batches of one ledger with one crew.

    Args:
        ledger: holds the batches.
        crew: does the units.
        folder: the data folder this process holds; names its leases.
        patience: how often and when units are tried again.
        report: told how far a batch is, twice a second at most.
    """

    def __init__(
        self, ledger: Ledger, crew: Crew, folder: Path, patience: Patience, *, report: Report | None = None
    ) -> None:
        self._ledger = ledger
        self._crew = crew
        self._place = f"{socket.gethostname()}:{folder.absolute()}#"
        self._patience = patience
        self._report = report

    async def run(self, batch: Batch, stop: asyncio.Event | None = None) -> Batch:
        """Work on a batch until it has ended, is paused, or ``stop`` is set; calls under way are waited for.

        Cancelling this task lets go of calls under way: they may have been paid for nothing.

        Returns:
            The batch as it is then; still ``in_progress`` where ``stop`` was set.
        """
        await asyncio.to_thread(self._ledger.units.release, batch, self._place, prefix=True)
        counts = await asyncio.to_thread(self._ledger.units.counts, batch)
        standing = Standing(is_trusted=counts.units_done > counts.units_failed)
        owner = self._place + token_hex(4)
        shift = _Shift(self._ledger, self._crew, owner, self._patience, standing, self._report)
        return await shift.work(batch, stop or asyncio.Event())


class _Shift:
    """One run of one batch."""

    def __init__(
        self, ledger: Ledger, crew: Crew, owner: str, patience: Patience, standing: Standing, report: Report | None
    ) -> None:
        self._ledger, self._crew, self._owner = ledger, crew, owner
        self._patience, self._standing, self._report = patience, standing, report
        self._pace = Pace(crew.size)
        self._under_way: dict[asyncio.Task[list[Did]], list[Unit]] = {}
        self._renewed = self._reported = 0.0

    async def work(self, batch: Batch, stop: asyncio.Event) -> Batch:
        try:
            while True:
                batch = await self._current(batch)
                await self._tell(batch)
                if batch.state != "in_progress" or stop.is_set():
                    break
                took = await self._hand_out(batch)
                if not took and not self._under_way and (ended := await self._wait_or_end(batch)):
                    batch = ended
                    break
                await self._collect(batch)
                batch = await self._halted(batch)
            while self._under_way:
                await self._collect(batch)
        finally:
            await self._let_go(batch)
        batch = await self._closed(batch)
        await self._tell(batch, at_last=True)
        return batch

    async def _current(self, batch: Batch) -> Batch:
        batch = await self._in_thread(lambda: self._ledger.batches.get(batch.collection, batch.batch_id))
        if batch.state == "in_progress" and batch.expires and batch.expires.timestamp() <= time.time():
            error = UnitError("batch_expired", f"not done by {batch.expires.isoformat()}; send it again in a new batch")
            await self._in_thread(lambda: self._ledger.units.close(batch, "expired", error))
            return await self._in_thread(lambda: self._ledger.batches.move(batch, "expired", "in_progress"))
        return batch

    async def _hand_out(self, batch: Batch) -> bool:
        """Start groups until as many are under way as may be; whether any was started."""
        started = False
        while len(self._under_way) < self._pace.limit and self._pace.open_at(time.time()):
            units = await self._in_thread(lambda: self._claimed(batch))
            if not units:
                break
            self._under_way[asyncio.create_task(self._crew.do(units))] = units
            started = True
        return started

    def _claimed(self, batch: Batch) -> list[Unit]:
        now, group = time.time(), self._crew.group
        return self._ledger.units.claim(batch, self._owner, group, now=now, until=now + LEASE_SECONDS, alone=ALONE)

    async def _wait_or_end(self, batch: Batch) -> Batch | None:
        """Nothing is under way and nothing could be taken: the batch as it ended, or None after a while's wait."""
        due = await self._in_thread(lambda: self._ledger.units.next_due(batch))
        if due is None:
            batch = await self._in_thread(lambda: self._ledger.batches.move(batch, "finalizing", "in_progress"))
            return await self._in_thread(lambda: self._ledger.batches.move(batch, "completed", "finalizing"))
        if due <= time.time() and batch.budget_usd is not None and self._pace.open_at(time.time()):
            reason = _NO_BUDGET.format(budget=batch.budget_usd)
            return await self._in_thread(
                lambda: self._ledger.batches.move(batch, "paused", "in_progress", reason=reason)
            )
        await asyncio.sleep(TICK_SECONDS)
        return None

    async def _halted(self, batch: Batch) -> Batch:
        """The batch, paused where no unit can be done as things are."""
        reason = self._standing.halted
        if reason is None:
            return batch
        return await self._in_thread(lambda: self._ledger.batches.move(batch, "paused", "in_progress", reason=reason))

    async def _collect(self, batch: Batch) -> None:
        """Settle what is done, wait a little for more, and hold on to the rest."""
        if self._under_way:
            done, _ = await asyncio.wait(self._under_way, timeout=TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            settled = [pair for task in done for pair in zip(self._under_way.pop(task), task.result(), strict=True)]
            if settled:
                await self._in_thread(lambda: self._settle(batch, settled))
        if self._under_way and time.time() - self._renewed > RENEW_SECONDS:
            self._renewed = time.time()
            until = self._renewed + LEASE_SECONDS
            await self._in_thread(lambda: self._ledger.units.renew(batch, self._owner, until))

    def _settle(self, batch: Batch, settled: Sequence[tuple[Unit, Did]]) -> None:
        """Keep the rows first: should the next step be lost, what was paid for is found again."""
        replies = [did.reply for _, did in settled if did.reply is not None]
        if replies:
            self._ledger.save_replies(batch.collection, replies)
        outcomes = [self._judged(unit, self._standing.judged(unit, did.outcome)) for unit, did in settled]
        self._ledger.units.settle(batch, self._owner, outcomes)

    def _judged(self, unit: Unit, outcome: Outcome) -> tuple[Unit, Outcome, float]:
        """An outcome with when to try again; the last try that came to nothing is a failure."""
        now = time.time()
        if isinstance(outcome, Done):
            self._pace.went_well()
        if not isinstance(outcome, Again):
            return unit, outcome, 0.0
        if self._pace.was_refused(outcome, now) and (asked := outcome.after_seconds or 0.0) >= TOLD_SECONDS:
            _LOG.warning("nothing is asked for %.0f seconds, as the model wishes: %s", asked, outcome.error.message)
        if outcome.is_away:
            self._standing.was_away()
        if unit.attempts >= self._patience.attempts:
            return unit, self._standing.exhausted(unit, outcome), 0.0
        return unit, outcome, now + self._patience.wait(unit.attempts, outcome.after_seconds)

    async def _let_go(self, batch: Batch) -> None:
        """Give back what is held, also when this task was cancelled."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()
        self._ledger.units.release(batch, self._owner)

    async def _closed(self, batch: Batch) -> Batch:
        """Finish a cancellation."""
        batch = await self._in_thread(lambda: self._ledger.batches.get(batch.collection, batch.batch_id))
        if batch.state == "cancelling":
            return await self._in_thread(lambda: close_cancelled(self._ledger, batch))
        return batch

    async def _tell(self, batch: Batch, *, at_last: bool = False) -> None:
        if self._report and (at_last or batch.state in ENDED or time.time() - self._reported > TICK_SECONDS):
            self._reported = time.time()
            self._report(batch, await self._in_thread(lambda: self._ledger.units.counts(batch)))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)


def close_cancelled(ledger: Ledger, batch: Batch) -> Batch:
    """Give every unit of a cancelled batch that has no result its last state, and the batch its own."""
    ledger.units.close(batch, "cancelled", UnitError("batch_cancelled", "the batch was cancelled before this request"))
    return ledger.batches.move(batch, "cancelled", "cancelling")
