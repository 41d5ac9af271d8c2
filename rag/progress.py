"""How far a long job is, on stderr: a bar with rate and time left on a terminal, plain lines otherwise, or JSON events.

stdout is for data, so all three are talk. Knows nothing of the job.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from rag.protocols import Progress

PLAIN_INTERVAL_SECONDS = 5.0
"""Without a terminal a line of progress is printed this often: seen in a log, yet not flooding it."""

EVENT_INTERVAL_SECONDS = 1.0
"""JSON events come this often: for programs that show them to somebody."""

WINDOW_SECONDS = 30.0
"""The rate is that of the last so many seconds: a job that was resumed did not do all of its work just now."""


class Rate:
    """How fast a count grows, over the last ``WINDOW_SECONDS``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def at(self, done: int) -> float | None:
        """Items a second, now that so many are done; None before anything was done."""
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW_SECONDS:
            self._seen.popleft()
        began, first = self._seen[0]
        return (done - first) / (now - began) if done > first and now > began else None

    def left(self, done: int, total: int | None, rate: float | None) -> float | None:
        """Seconds until all is done at this rate; None where nobody can say."""
        return None if rate is None or total is None else max(total - done, 0) / rate


@contextmanager
def progress_on_stderr(*, events: bool = False) -> Iterator[Progress]:
    """A bar on a terminal, a plain line every few seconds otherwise; with ``events`` a JSON object every second."""
    if events:
        yield _lines(EVENT_INTERVAL_SECONDS, _event)
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield bar
    else:
        yield _lines(PLAIN_INTERVAL_SECONDS, _plain)


def emit(event: str, **fields: Any) -> None:
    """One JSON event on stderr."""
    click.echo(json.dumps({"event": event, **fields}, ensure_ascii=False), err=True)


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description:12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[speed]}"),
    )
    with RichProgress(*columns, console=Console(stderr=True)) as rich_progress:
        tasks: dict[str, Any] = {}
        rates: dict[str, Rate] = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = rich_progress.add_task(stage, total=total, speed="")
                rates[stage] = Rate()
            speed = _speed(rates[stage], done, total)
            rich_progress.update(tasks[stage], completed=done, total=total, speed=speed)

        yield show


def _lines(interval_seconds: float, tell: Callable[[str, int, int | None, Rate], None]) -> Progress:
    last = time.monotonic()
    rates: dict[str, Rate] = {}

    def show(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        rate = rates.setdefault(stage, Rate())
        if time.monotonic() - last >= interval_seconds:
            last = time.monotonic()
            tell(stage, done, total, rate)
        else:
            rate.at(done)

    return show


def _plain(stage: str, done: int, total: int | None, rate: Rate) -> None:
    speed = _speed(rate, done, total)
    click.echo(f"{stage}: {done}" + (f" of {total}" if total else "") + (f", {speed}" if speed else ""), err=True)


def _event(stage: str, done: int, total: int | None, rate: Rate) -> None:
    speed = rate.at(done)
    left = rate.left(done, total, speed)
    numbers: Mapping[str, float | None] = {"per_second": speed, "seconds_left": left}
    rounded = {name: None if value is None else round(value, 2) for name, value in numbers.items()}
    emit("progress", stage=stage, done=done, total=total, **rounded)


def _speed(rate: Rate, done: int, total: int | None) -> str:
    speed = rate.at(done)
    left = rate.left(done, total, speed)
    told = "" if speed is None else f"{speed:.1f}/s"
    return told + ("" if left is None else f", {_clock(left)} left")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
