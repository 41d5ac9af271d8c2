"""A batch to its end, whatever its units do: one final state each, nothing handed out that was settled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.batch import Did, Patience, Runner, cancel, pause
from rag.errors import BatchError
from rag.ledger import Ledger
from rag.models import Again, Batch, Done, Failed, Outcome, Unit, UnitError
from tests.unit.batch.conftest import Begin, unit

QUICK = Patience(3, 0.01, 0.02)
ERROR = UnitError("failed", "no")


class ScriptedCrew:
    """Does units as a script says; counts how often each is asked for and how many groups run at a time."""

    def __init__(self, script: Callable[[Unit], Outcome], *, size: int = 2, group: int = 1) -> None:
        self.size, self.group = size, group
        self.script = script
        self.asked: Counter[int] = Counter()
        self.most = self.now = 0

    async def do(self, units: Sequence[Unit]) -> list[Did]:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.005)
        self.now -= 1
        self.asked.update(one.position for one in units)
        return [Did(self.script(one)) for one in units]


def done(one: Unit) -> Outcome:
    return Done({"n": one.position})


def run(ledger: Ledger, crew: ScriptedCrew, batch: Batch, folder: Path, patience: Patience = QUICK) -> Batch:
    return asyncio.run(Runner(ledger, crew, folder, patience).run(batch))


def test_every_unit_is_done_once_by_no_more_groups_than_allowed(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch, crew = begin(*map(unit, range(20))), ScriptedCrew(done, size=3, group=2)
    ended = run(ledger, crew, batch, tmp_path)
    assert ended.state == "completed"
    assert ended.ended is not None
    assert crew.asked == dict.fromkeys(range(20), 1)
    assert crew.most <= 3
    assert [one.body for one in ledger.units.results(batch)] == [{"n": number} for number in range(20)]


def test_as_many_groups_as_allowed_run_side_by_side(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch, together = begin(*map(unit, range(9))), asyncio.Barrier(3)

    class Waiting(ScriptedCrew):
        async def do(self, units: Sequence[Unit]) -> list[Did]:
            await asyncio.wait_for(together.wait(), 30)
            return await super().do(units)

    assert run(ledger, Waiting(done, size=3), batch, tmp_path).state == "completed"


def test_what_fails_for_a_while_is_tried_again_and_what_fails_for_good_is_not(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    def script(one: Unit) -> Outcome:
        if one.position == 1:
            return Failed(ERROR)
        if one.position == 2 and one.attempts < 3:
            return Again(UnitError("model_unavailable", "busy"))
        if one.position == 3:
            return Again(UnitError("model_unavailable", "always busy"))
        return done(one)

    batch, crew = begin(*map(unit, range(5))), ScriptedCrew(script)
    ended = run(ledger, crew, batch, tmp_path)
    results = list(ledger.units.results(batch))
    assert ended.state == "completed"
    assert [one.state for one in results] == ["completed", "failed", "completed", "failed", "completed"]
    assert crew.asked == {0: 1, 1: 1, 2: 3, 3: 3, 4: 1}
    assert results[3].error == UnitError("model_unavailable", "always busy (tried 3 times)")
    assert results[2].error is None


def test_a_runner_over_the_same_folder_takes_what_its_dead_predecessor_held_at_once(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    batch = begin(*map(unit, range(4)))

    def dies(one: Unit) -> Outcome:
        if one.position == 2:
            raise KeyboardInterrupt
        return done(one)

    with pytest.raises(KeyboardInterrupt):
        run(ledger, ScriptedCrew(dies, size=1), batch, tmp_path)
    after = ScriptedCrew(done)
    assert run(ledger, after, batch, tmp_path).state == "completed"
    assert after.asked == {2: 1, 3: 1}


def test_two_runners_share_a_batch_and_no_unit_is_done_twice(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(*map(unit, range(30)))
    crews = ScriptedCrew(done), ScriptedCrew(done)

    async def both() -> list[Batch]:
        runners = [Runner(ledger, crew, tmp_path / str(at), QUICK) for at, crew in enumerate(crews)]
        return await asyncio.gather(*(runner.run(batch) for runner in runners))

    assert {ended.state for ended in asyncio.run(both())} == {"completed"}
    assert crews[0].asked + crews[1].asked == dict.fromkeys(range(30), 1)
    assert all(crew.asked for crew in crews)


@pytest.mark.parametrize(("order", "state"), [(pause, "paused"), (cancel, "cancelled")])
def test_stopped_from_elsewhere_it_finishes_what_is_under_way_and_leaves_the_rest(
    ledger: Ledger, begin: Begin, tmp_path: Path, order: Callable[[Ledger, Batch], Batch], state: str
) -> None:
    batch = begin(*map(unit, range(6)))

    def script(one: Unit) -> Outcome:
        if one.position == 1:
            order(ledger, batch)
        return done(one)

    ended = run(ledger, ScriptedCrew(script, size=1), batch, tmp_path)
    assert ended.state == state
    states = [one.state for one in ledger.units.results(batch)]
    assert states == ["completed"] * 2 + ["cancelled" if state == "cancelled" else "waiting"] * 4


def test_asked_to_stop_it_gives_back_everything_and_the_batch_stays_in_progress(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    batch, crew = begin(*map(unit, range(6))), ScriptedCrew(done, size=1)

    async def stopped() -> Batch:
        stop = asyncio.Event()
        crew.script = lambda one: stop.set() or done(one)  # type: ignore[func-returns-value]
        return await Runner(ledger, crew, tmp_path, QUICK).run(batch, stop)

    assert asyncio.run(stopped()).state == "in_progress"
    assert not ledger.units.is_held(batch, 0.0)
    assert sum(crew.asked.values()) == 1


def test_a_batch_whose_time_is_up_ends_and_keeps_what_it_has(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(unit(0), expires=datetime.now(UTC) - timedelta(seconds=1))
    crew = ScriptedCrew(done)
    assert run(ledger, crew, batch, tmp_path).state == "expired"
    assert not crew.asked
    (result,) = ledger.units.results(batch)
    assert result.error is not None
    assert result.error.code == "batch_expired"


def test_the_budget_is_never_passed_and_the_batch_says_why_it_stopped(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    batch = begin(*(unit(at, bound=1.0) for at in range(10)), budget_usd=3.5)
    crew = ScriptedCrew(lambda one: Done({}, 0.75), size=4)
    ended = run(ledger, crew, batch, tmp_path)
    counts = ledger.units.counts(batch)
    assert ended.state == "paused"
    assert ended.reason is not None
    assert "3.5 USD" in ended.reason
    # 0.75 four times: one more could cost 1, and there is 0.5 left.
    assert (counts.units_done, counts.cost_usd) == (4, 3.0)
    assert run(ledger, crew, ledger.batches.set_budget(ended, 100.0), tmp_path).state == "paused"


def test_a_batch_that_ended_cannot_be_paused_or_cancelled(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(unit(0))
    ended = run(ledger, ScriptedCrew(done), batch, tmp_path)
    for order in (pause, cancel):
        with pytest.raises(BatchError, match="batch_1 is completed"):
            order(ledger, ended)


def test_a_batch_nobody_works_on_is_cancelled_at_once(ledger: Ledger, begin: Begin) -> None:
    batch = cancel(ledger, begin(*map(unit, range(3))))
    assert batch.state == "cancelled"
    assert {one.state for one in ledger.units.results(batch)} == {"cancelled"}
