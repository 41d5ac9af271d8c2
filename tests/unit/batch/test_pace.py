"""How hard a model is asked: waits grow and are kept, calls at a time fall fast and rise slowly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.batch.pace import Pace, Patience
from rag.models import Again, UnitError

BUSY = Again(UnitError("model_unavailable", "429"), 7.0)


@given(st.integers(1, 40), st.floats(0, 1))
def test_waits_double_up_to_the_most_and_never_fall_below_half(attempt: int, chance: float) -> None:
    patience = Patience(6, 1.0, 60.0)
    wait = patience.wait(attempt, None, lambda: chance)
    whole = min(2.0 ** (attempt - 1), 60.0)
    assert whole / 2 <= wait <= whole


@given(st.integers(1, 8), st.floats(0, 300), st.floats(0, 1))
def test_no_wait_is_shorter_than_the_provider_asked_for(attempt: int, asked: float, chance: float) -> None:
    assert Patience().wait(attempt, asked, lambda: chance) >= asked


def test_a_busy_provider_closes_the_door_for_everybody_and_halves_the_calls() -> None:
    pace = Pace(8)
    assert pace.was_refused(BUSY, now=100.0)
    assert not pace.open_at(106.9)
    assert pace.open_at(107.0)
    assert pace.limit == 4
    for _ in range(5):
        assert not pace.was_refused(BUSY, now=100.0)
    assert pace.limit == 1


def test_calls_grow_back_to_what_is_allowed_and_not_beyond() -> None:
    pace = Pace(4)
    for _ in range(3):
        pace.was_refused(BUSY, now=0.0)
    for _ in range(100):
        pace.went_well()
    assert pace.limit == 4
