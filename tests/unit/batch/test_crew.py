"""Who does units: errors told apart, summaries in other processes, whatever dies there worth another try."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest

from rag.batch.crew import Did, SpreadCrew, outcome_of
from rag.errors import ModelOutputError, ModelUnavailableError, NotFoundError, PromptError, StoreUnavailableError
from rag.models import Again, Done, Failed, Refused, Unit
from tests.unit.batch.conftest import unit


@pytest.mark.parametrize(
    ("error", "kind", "code", "may_have_cost"),
    [
        (ModelUnavailableError("busy", is_passing=True, retry_after_seconds=7), Again, "model_unavailable", False),
        (ModelUnavailableError("slow", is_passing=True, may_have_cost=True), Again, "model_unavailable", True),
        (ModelUnavailableError("not this text"), Failed, "model_refused", False),
        (ModelUnavailableError("no key", concerns="every_call"), Refused, "model_refused", False),
        (ModelUnavailableError("no", concerns="perhaps_every_call"), Refused, "model_refused", False),
        (ModelUnavailableError("x", is_passing=True, concerns="perhaps_every_call"), Again, "model_unavailable", False),
        (ModelOutputError("chats"), Failed, "model_output", True),
        (StoreUnavailableError("away"), Again, "store_unavailable", False),
        (NotFoundError("gone"), Failed, "not_found", False),
        (PromptError("broken"), Failed, "failed", False),
    ],
)
def test_every_error_is_worth_another_try_or_not(error: Exception, kind: type, code: str, may_have_cost: bool) -> None:
    outcome = outcome_of(error)
    assert type(outcome) is kind
    assert (outcome.error.code, outcome.error.message) == (code, str(error))
    assert getattr(outcome, "may_have_cost", False) == may_have_cost
    if isinstance(error, ModelUnavailableError) and isinstance(outcome, Again):
        assert outcome.after_seconds == error.retry_after_seconds


def test_an_error_nobody_foresaw_ends_its_unit_and_tells_no_secrets(caplog: pytest.LogCaptureFixture) -> None:
    outcome = outcome_of(ZeroDivisionError("secret"))
    assert outcome.error.code == "internal"
    assert "secret" not in outcome.error.message
    assert "secret" in caplog.text


class _Spread:
    """Does work at once; dies where told."""

    size = 2

    def __init__(self) -> None:
        self.dies = False
        self.given: list[Any] = []

    def submit(self, work: Callable[[Any], Any], item: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.append(item)
        if self.dies:
            future.set_exception(BrokenExecutor("a process died"))
        else:
            future.set_result(work(item))
        return future


class _Here:
    size = group = 1

    async def do(self, units: Sequence[Unit]) -> list[Did]:
        return [Did(Done({"here": one.position})) for one in units]


def _away(units: Sequence[Unit]) -> list[Did]:
    return [Did(Done({"away": one.position})) for one in units]


def test_summaries_are_made_elsewhere_and_the_rest_here_in_order() -> None:
    spread = _Spread()
    crew = SpreadCrew(spread, _away, _Here(), group=16)
    answer = Unit(1, 2, "q", "/v1/answers", {})
    bodies = [
        did.outcome.body for did in asyncio.run(crew.do([unit(0), answer, unit(2)])) if isinstance(did.outcome, Done)
    ]
    assert bodies == [{"away": 0}, {"here": 1}, {"away": 2}]
    assert crew.size > spread.size
    asyncio.run(crew.do([answer]))
    assert len(spread.given) == 1


def test_what_a_dying_process_was_at_is_worth_another_try_and_may_have_cost() -> None:
    spread = _Spread()
    spread.dies = True
    (did,) = asyncio.run(SpreadCrew(spread, _away, _Here(), group=1).do([unit(0)]))
    assert isinstance(did.outcome, Again)
    assert (did.outcome.error.code, did.outcome.may_have_cost) == ("worker_died", True)
