"""Who does units, and what becomes of each: done, failed for good, or worth another try. Knows nothing of leases.

No error of one unit stops another, not even one nobody foresaw: that one is logged and told as ``internal``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import Protocol

from rag.batch.bodies import AnswersLine, DigestsLine, read_body
from rag.batch.desk import AnswerDesk, DigestDesk, Made, SummaryDesk
from rag.batch.plan import ANSWERS, DIGESTS, SUMMARIES
from rag.batch.standing import REFUSED
from rag.errors import (
    EngineError,
    GazetteError,
    ModelOutputError,
    ModelUnavailableError,
    NotFoundError,
    StoreUnavailableError,
)
from rag.ledger import KeptReply
from rag.models import Again, Done, Failed, Outcome, Refused, Unit, UnitError
from rag.protocols import Spread

ALONE = frozenset((ANSWERS, DIGESTS))
"""Routes whose units are handed over one by one: each takes as long as many summaries, and a stop waits for it."""

WAITING = 2
"""Groups handed out for every process: one is worked on while the next one waits beside it."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Did:
    """What became of a unit, and the row to keep so that its work is never done again."""

    outcome: Outcome
    reply: KeptReply | None = None


class Crew(Protocol):
    """Does units, several groups at a time."""

    @property
    def group(self) -> int:
        """Units handed over and settled together: one where each costs money, more where each is quick."""
        ...

    @property
    def size(self) -> int:
        """Groups under way at a time."""
        ...

    async def do(self, units: Sequence[Unit]) -> list[Did]:
        """One ``Did`` a unit, in order; never raises for a unit's own sake."""
        ...


class Clerk:
    """Does one unit after the other, in whatever process it is."""

    def __init__(
        self, summaries: SummaryDesk, answers: AnswerDesk | None = None, digests: DigestDesk | None = None
    ) -> None:
        self._summaries = summaries
        self._answers = answers
        self._digests = digests

    async def do(self, unit: Unit) -> Did:
        """One unit."""
        try:
            made = await self._made(unit)
        except Exception as error:  # noqa: BLE001 - whatever one unit does, the others go on
            return Did(outcome_of(error))
        return Did(Done(made.body, made.cost_usd), made.reply)

    async def _made(self, unit: Unit) -> Made:
        body = unit.body
        if unit.url == SUMMARIES:
            return await self._summaries.make(body["article_id"], body["max_chars"], body["style"])
        if self._answers is None or self._digests is None:
            raise TypeError(f"{unit.url}: only the process that holds the data folder searches it")
        if unit.url == DIGESTS:
            return await self._digests.make(read_body(DigestsLine, body).request())
        asked = read_body(AnswersLine, body)
        return await self._answers.make(asked.question, asked.turns(), asked.limits())


class HereCrew:
    """Works in this process and its event loop: right for a remote model, which waits most of the time.

    Args:
        clerk: does each unit.
        size: groups at a time.
        group: units handed over together.
    """

    def __init__(self, clerk: Clerk, *, size: int, group: int) -> None:
        self._clerk = clerk
        self.size = size
        self.group = group

    async def do(self, units: Sequence[Unit]) -> list[Did]:
        """One unit after the other; groups run side by side."""
        return [await self._clerk.do(unit) for unit in units]


class SpreadCrew:
    """Summaries are made in other processes, which read the ledger themselves; everything else by ``here``.

    Only this process writes. What another one was at when it died is worth another try.

    Args:
        spread: the processes.
        work: does a group of units, wherever it is called.
        here: does what must be done in the process that holds the data folder.
        group: units handed over together.
    """

    def __init__(self, spread: Spread, work: Callable[[Sequence[Unit]], list[Did]], here: Crew, *, group: int) -> None:
        self._spread = spread
        self._work = work
        self._here = here
        self.size = spread.size * WAITING
        self.group = group

    async def do(self, units: Sequence[Unit]) -> list[Did]:
        """Summaries there, the rest here; in order."""
        away = [unit for unit in units if unit.url == SUMMARIES]
        stay = [unit for unit in units if unit.url != SUMMARIES]
        dids, others = await asyncio.gather(self._away(away), self._here.do(stay))
        found = {unit.position: did for unit, did in zip([*away, *stay], [*dids, *others], strict=True)}
        return [found[unit.position] for unit in units]

    async def _away(self, units: Sequence[Unit]) -> list[Did]:
        if not units:
            return []
        try:
            return await asyncio.wrap_future(self._spread.submit(self._work, units))
        except (BrokenExecutor, EngineError) as error:
            _LOG.warning("a worker died: %s", error)
            told = UnitError("worker_died", "the process that worked on it died")
            return [Did(Again(told, may_have_cost=True)) for _ in units]


def outcome_of(error: Exception) -> Again | Failed | Refused:
    """What an error means for its unit."""
    match error:
        case ModelUnavailableError(is_passing=True, concerns="perhaps_every_call"):
            told = UnitError("model_unavailable", str(error))
            return Again(told, error.retry_after_seconds, error.may_have_cost, is_away=True)
        case ModelUnavailableError(is_passing=True):
            told = UnitError("model_unavailable", str(error))
            return Again(told, error.retry_after_seconds, error.may_have_cost)
        case StoreUnavailableError():
            return Again(UnitError("store_unavailable", str(error)))
        case ModelOutputError():
            # It replied, twice, and was paid for it: a third time is no better.
            return Failed(UnitError("model_output", str(error)), may_have_cost=True)
        case ModelUnavailableError(concerns="every_call" | "perhaps_every_call" as concerns):
            return Refused(UnitError(REFUSED, str(error)), is_sure=concerns == "every_call")
        case ModelUnavailableError():
            return Failed(UnitError(REFUSED, str(error)), error.may_have_cost)
        case NotFoundError():
            return Failed(UnitError("not_found", str(error)))
        case GazetteError():
            return Failed(UnitError("failed", str(error)))
    _LOG.error("unexpected error in a unit of a batch", exc_info=error)
    message = f"an unexpected {type(error).__name__}; the log has the details, please report it"
    return Failed(UnitError("internal", message))
