"""Units on lease: one holder at a time, one final result each, nothing taken that the budget does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rag.ledger import Ledger
from rag.models import Again, Batch, BatchCounts, Done, Failed, Outcome, UnitError
from tests.unit.batch.conftest import BATCH, unit

ERROR = UnitError("failed", "no")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


def begun(ledger: Ledger, count: int, bound: float = 0.0, budget: float | None = None) -> Batch:
    batch = replace(BATCH, budget_usd=budget)
    assert ledger.batches.add(batch)
    assert ledger.batches.begin(batch, [unit(at, bound=bound) for at in range(count)])
    return ledger.batches.get(batch.collection, batch.batch_id)


def test_a_batch_is_added_and_begun_once(ledger: Ledger) -> None:
    batch = begun(ledger, 2)
    assert not ledger.batches.add(batch)
    assert not ledger.batches.begin(batch, [unit(9)])
    assert ledger.units.counts(batch) == BatchCounts(2, 0, 0, 2, 0, 0, 0.0)


def test_what_one_holds_nobody_else_gets_until_the_lease_runs_out(ledger: Ledger) -> None:
    batch = begun(ledger, 3)
    mine = ledger.units.claim(batch, "me", 2, now=0.0, until=10.0)
    assert [(one.position, one.attempts) for one in mine] == [(0, 1), (1, 1)]
    assert [one.position for one in ledger.units.claim(batch, "you", 9, now=9.9, until=20.0)] == [2]
    ledger.units.renew(batch, "me", 15.0)
    assert not ledger.units.claim(batch, "you", 9, now=14.9, until=30.0)
    taken = ledger.units.claim(batch, "you", 9, now=15.0, until=30.0)
    assert [(one.position, one.attempts) for one in taken] == [(0, 2), (1, 2)]


def test_what_takes_long_is_taken_by_itself_and_the_rest_in_groups(ledger: Ledger) -> None:
    urls = ["/v1/summaries", "/v1/summaries", "/v1/answers", "/v1/answers", "/v1/summaries"]
    batch = replace(BATCH)
    ledger.batches.add(batch)
    ledger.batches.begin(batch, [replace(unit(at), url=url) for at, url in enumerate(urls)])
    groups = []
    while taken := ledger.units.claim(batch, "me", 9, now=0.0, until=10.0, alone=["/v1/answers"]):
        groups.append([one.position for one in taken])
    assert groups == [[0, 1], [2], [3], [4]]


def test_only_the_holder_settles_and_only_once(ledger: Ledger) -> None:
    batch = begun(ledger, 1)
    (mine,) = ledger.units.claim(batch, "me", 1, now=0.0, until=10.0)
    (theirs,) = ledger.units.claim(batch, "you", 1, now=10.0, until=20.0)
    assert ledger.units.settle(batch, "me", [(mine, Done({"by": "me"}), 0.0)]) == 0
    assert ledger.units.settle(batch, "you", [(theirs, Done({"by": "you"}), 0.0)]) == 1
    assert ledger.units.settle(batch, "you", [(theirs, Failed(ERROR), 0.0)]) == 0
    assert [one.body for one in ledger.units.results(batch)] == [{"by": "you"}]


def test_what_is_to_be_tried_again_waits_its_time(ledger: Ledger) -> None:
    batch = begun(ledger, 1)
    (mine,) = ledger.units.claim(batch, "me", 1, now=0.0, until=10.0)
    ledger.units.settle(batch, "me", [(mine, Again(ERROR), 50.0)])
    assert ledger.units.next_due(batch) == 50.0
    assert not ledger.units.claim(batch, "me", 1, now=49.0, until=60.0)
    assert ledger.units.claim(batch, "me", 1, now=50.0, until=60.0)


def test_given_back_it_is_as_if_never_taken_but_a_dead_owners_call_may_have_been_paid(ledger: Ledger) -> None:
    batch = begun(ledger, 2, bound=1.0)
    ledger.units.claim(batch, "host:/a#1", 1, now=0.0, until=10.0)
    assert ledger.units.release(batch, "host:/a#1") == 1
    assert ledger.units.counts(batch).cost_usd == 0.0
    ledger.units.claim(batch, "host:/a#1", 1, now=0.0, until=10.0)
    assert ledger.units.release(batch, "host:/b#", prefix=True) == 0
    assert ledger.units.release(batch, "host:/a#", prefix=True) == 1
    assert ledger.units.counts(batch).cost_usd == 1.0
    assert ledger.units.claim(batch, "me", 1, now=0.0, until=10.0)[0].attempts == 2


@pytest.mark.parametrize(
    ("outcome", "cost"),
    [
        (Done({}, 0.25), 0.25),
        (Failed(ERROR), 0.0),
        (Failed(ERROR, may_have_cost=True), 1.0),
        (Again(ERROR), 0.0),
        (Again(ERROR, may_have_cost=True), 1.0),
    ],
)
def test_the_bound_of_an_attempt_gives_way_to_what_is_known_of_its_cost(
    ledger: Ledger, outcome: Outcome, cost: float
) -> None:
    batch = begun(ledger, 1, bound=1.0)
    units = ledger.units.claim(batch, "me", 1, now=0.0, until=10.0)
    assert ledger.units.counts(batch).cost_usd == 1.0
    ledger.units.settle(batch, "me", [(units[0], outcome, 0.0)])
    assert ledger.units.counts(batch).cost_usd == cost


def test_no_more_is_taken_than_the_budget_holds(ledger: Ledger) -> None:
    batch = begun(ledger, 5, bound=1.0, budget=2.5)
    assert len(ledger.units.claim(batch, "me", 5, now=0.0, until=10.0)) == 2
    assert not ledger.units.claim(batch, "you", 5, now=0.0, until=10.0)


class Leases(RuleBasedStateMachine):
    """Three workers that claim, settle, die and come back in any order, against a model of what each holds."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger.open("sqlite://")
        self.now = 0.0
        self.held: dict[int, tuple[str, float]] = {}
        self.results: dict[int, str] = {}

    @initialize(count=st.integers(1, 8))
    def begin(self, count: int) -> None:
        self.count = count
        self.batch = begun(self.ledger, count)

    @rule(worker=st.sampled_from("abc"), count=st.integers(1, 4), lease=st.floats(1, 5))
    def claim(self, worker: str, count: int, lease: float) -> None:
        free = [
            at
            for at in range(self.count)
            if at not in self.results and (at not in self.held or self.held[at][1] <= self.now)
        ]
        taken = self.ledger.units.claim(self.batch, worker, count, now=self.now, until=self.now + lease)
        assert [one.position for one in taken] == free[:count]
        self.held.update({one.position: (worker, self.now + lease) for one in taken})

    @rule(seconds=st.floats(0, 3))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.held)
    @rule(worker=st.sampled_from("abc"), chance=st.randoms())
    def settle(self, worker: str, chance: object) -> None:
        at = chance.choice(sorted(self.held))  # type: ignore[attr-defined]
        is_mine = self.held[at][0] == worker
        done = [(unit(at), Done({"by": worker}), 0.0)]
        assert self.ledger.units.settle(self.batch, worker, done) == is_mine
        if is_mine:
            del self.held[at]
            self.results[at] = worker

    @invariant()
    def every_unit_has_at_most_one_result(self) -> None:
        if hasattr(self, "batch"):
            found = {one.position: one.body["by"] for one in self.ledger.units.results(self.batch) if one.body}
            assert found == self.results

    def teardown(self) -> None:
        self.ledger.close()


Leases.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestLeases = Leases.TestCase
