"""How far a job is: sparse without a terminal, JSON for programs, with the rate of the last while."""

from __future__ import annotations

import json

import pytest

from rag import progress as room
from rag.progress import WINDOW_SECONDS, Rate, progress_on_stderr


def test_progress_without_a_terminal_is_plain_and_sparse(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_on_stderr() as progress:
        for done in range(1000):
            progress("embed", done, 1000)
    assert len(capsys.readouterr().err.splitlines()) <= 1


def test_events_are_json_with_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "EVENT_INTERVAL_SECONDS", 0.0)
    with progress_on_stderr(events=True) as progress:
        progress("batch", 0, 10)
        progress("batch", 4, 10)
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["done"], first["per_second"], first["seconds_left"]) == ("progress", 0, None, None)
    assert second["per_second"] > 0
    assert second["seconds_left"] >= 0


def test_the_rate_is_that_of_the_last_while_not_of_what_was_there_before() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    assert rate.at(9000) is None
    now[0] = 2.0
    assert rate.at(9020) == pytest.approx(10)
    for second in range(3, 3 + 3 * int(WINDOW_SECONDS)):
        now[0] = float(second)
        last = rate.at(9020 + (second - 2) * 2)
    assert last == pytest.approx(2)
    assert rate.left(50, 100, 5.0) == 10
    assert rate.left(50, None, 5.0) is None
