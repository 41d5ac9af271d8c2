"""A refusal that meets every unit stops the batch at once and costs no unit its chance; one unit's own fails it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.batch.standing import REFUSED
from rag.ledger import Ledger
from rag.models import Again, Failed, Outcome, Refused, Unit, UnitError
from tests.unit.batch.conftest import Begin, unit
from tests.unit.batch.test_runner import ScriptedCrew, done, run

NO_KEY = Refused(UnitError(REFUSED, "no key; set GAZETTE_MODEL__API_KEY"), is_sure=True)
PERHAPS = Refused(UnitError(REFUSED, "forbidden"), is_sure=False)
AWAY = Again(UnitError("model_unavailable", "nobody there"), is_away=True)


def test_a_refusal_that_meets_every_unit_pauses_the_batch_with_its_remedy_and_fails_none(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    batch, crew = begin(*map(unit, range(50))), ScriptedCrew(lambda _: NO_KEY, size=3)
    ended = run(ledger, crew, batch, tmp_path)
    assert (ended.state, ended.reason) == ("paused", "no key; set GAZETTE_MODEL__API_KEY")
    assert sum(crew.asked.values()) <= 3
    assert ledger.units.counts(batch).units_done == 0
    assert not ledger.units.is_held(batch, 0.0)


def test_once_the_key_is_right_every_unit_is_done(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(*map(unit, range(9)))
    run(ledger, ScriptedCrew(lambda _: NO_KEY), batch, tmp_path)
    ledger.units.renew_tries(batch)
    batch = ledger.batches.move(batch, "in_progress", "paused")
    crew = ScriptedCrew(done)
    assert run(ledger, crew, batch, tmp_path).state == "completed"
    assert crew.asked == dict.fromkeys(range(9), 1)


def test_a_key_that_is_withdrawn_in_the_middle_stops_the_rest(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(*map(unit, range(20)))
    crew = ScriptedCrew(lambda one: NO_KEY if one.position >= 5 else done(one), size=1)
    assert run(ledger, crew, batch, tmp_path).state == "paused"
    counts = ledger.units.counts(batch)
    assert (counts.units_done, counts.units_failed) == (5, 0)
    assert sum(crew.asked.values()) == 6


def test_a_text_the_provider_will_not_take_fails_alone_where_others_are_taken(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    batch = begin(*map(unit, range(9)))
    crew = ScriptedCrew(lambda one: PERHAPS if one.position == 4 else done(one), size=1)
    assert run(ledger, crew, batch, tmp_path).state == "completed"
    failed = [one for one in ledger.units.results(batch) if one.state == "failed"]
    assert [(one.position, one.error) for one in failed] == [(4, PERHAPS.error)]


def test_refused_one_after_the_other_the_batch_stops(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(*map(unit, range(50)))
    crew = ScriptedCrew(lambda one: PERHAPS if one.position >= 4 else done(one), size=1)
    assert run(ledger, crew, batch, tmp_path).state == "paused"
    assert ledger.units.counts(batch).units_failed <= 1
    assert sum(crew.asked.values()) == 6


def test_a_first_text_that_is_refused_again_after_a_resume_fails_and_lets_the_others_pass(
    ledger: Ledger, begin: Begin, tmp_path: Path
) -> None:
    def script(one: Unit) -> Outcome:
        return PERHAPS if one.position == 0 else done(one)

    batch = begin(*map(unit, range(4)))
    assert run(ledger, ScriptedCrew(script, size=1), batch, tmp_path).state == "paused"
    ledger.units.renew_tries(batch)
    batch = ledger.batches.move(batch, "in_progress", "paused")
    assert run(ledger, ScriptedCrew(script, size=1), batch, tmp_path).state == "completed"
    assert [one.state for one in ledger.units.results(batch)] == ["failed", "completed", "completed", "completed"]


def test_a_server_that_is_gone_pauses_the_batch_and_fails_nothing(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(*map(unit, range(30)))
    crew = ScriptedCrew(lambda one: done(one) if one.position < 2 else AWAY, size=2)
    ended = run(ledger, crew, batch, tmp_path)
    assert (ended.state, ended.reason) == ("paused", "nobody there (tried 3 times)")
    counts = ledger.units.counts(batch)
    assert (counts.units_done, counts.units_failed) == (2, 0)


@pytest.mark.parametrize("outcome", [Failed(UnitError("failed", "no")), Again(UnitError("model_unavailable", "busy"))])
def test_other_failures_stop_nothing(ledger: Ledger, begin: Begin, tmp_path: Path, outcome: Outcome) -> None:
    batch = begin(*map(unit, range(6)))
    assert run(ledger, ScriptedCrew(lambda _: outcome), batch, tmp_path).state == "completed"
    assert ledger.units.counts(batch).units_failed == 6


def test_what_a_refused_unit_might_have_cost_is_free_again(ledger: Ledger, begin: Begin, tmp_path: Path) -> None:
    batch = begin(*(unit(at, bound=1.0) for at in range(4)), budget_usd=2.0)
    run(ledger, ScriptedCrew(lambda _: NO_KEY), batch, tmp_path)
    assert ledger.units.counts(batch).cost_usd == 0.0
