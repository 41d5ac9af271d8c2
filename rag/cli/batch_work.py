"""Works on one batch for a command: progress, Ctrl-C, its files at the end, what is told and the exit status.

stdout is the output file's lines; stderr is talk, as JSON events with `--json`.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.corpus import PARTIAL
from rag.cli.session import echo_json

if TYPE_CHECKING:
    from rag.ledger import Ledger
    from rag.models import Batch, BatchCounts
    from rag.pipeline import Pipeline

INTERRUPTED = 130
TOLD = 20
"""Failed lines told on stderr; `--errors` has them all."""


def estimate(pipeline: Pipeline, file: Path) -> None:
    """Print what a file of requests may take, as JSON; no model is asked."""
    from dataclasses import asdict

    from rag.batch import decoded, plan
    from rag.staffing import estimator

    counting = estimator(pipeline)
    content = decoded(file.name, file.read_bytes())
    echo_json(asdict(counting.estimate(plan(pipeline, content, counting.free))))


def worked(pipeline: Pipeline, made: Batch, out: Path | None, errors: Path | None, *, as_json: bool) -> None:
    """Work on a batch until it ends or is stopped, and write its files where it has ended.

    Raises:
        click.exceptions.Exit: not every request was done.
    """
    from rag.batch import told, validate
    from rag.models import ENDED
    from rag.progress import emit
    from rag.staffing import estimator

    made = validate(pipeline, made, estimator(pipeline))
    if as_json:
        emit("batch", batch=told(pipeline.ledger, made))
    else:
        click.echo(f"{made.batch_id} ({made.model})", err=True)
    was_stopped = False
    if made.state not in ENDED:
        made, was_stopped = _run(pipeline, made, as_json=as_json)
    counts = pipeline.ledger.units.counts(made)
    if made.state in ENDED:
        _write(pipeline.ledger, made, counts, out, errors, as_json=as_json)
    if as_json:
        emit("batch", batch=told(pipeline.ledger, made))
    else:
        click.echo(line(made, counts), err=True)
        if made.state == "paused":
            click.echo(f"go on with: gazette batch resume {made.batch_id}", err=True)
    if was_stopped:
        raise click.exceptions.Exit(INTERRUPTED)
    if made.state != "completed" or counts.failed:
        raise click.exceptions.Exit(PARTIAL if counts.completed or made.state == "paused" else 1)


def _run(pipeline: Pipeline, made: Batch, *, as_json: bool) -> tuple[Batch, bool]:
    """The batch when work on it ended, and whether Ctrl-C ended it."""
    from rag.batch import Runner
    from rag.progress import progress_on_stderr
    from rag.staffing import crew, patience

    stop = asyncio.Event()
    counts = pipeline.ledger.units.counts(made)
    with progress_on_stderr(events=as_json) as progress, crew(pipeline, counts.units - counts.units_done) as workers:

        def report(_: Batch, counts: BatchCounts) -> None:
            progress("batch", counts.units_done, counts.units)

        runner = Runner(
            pipeline.ledger, workers, pipeline.settings.store.path, patience(pipeline.settings), report=report
        )

        async def run() -> Batch:
            with _first_interrupt_stops(stop, as_json=as_json):
                return await runner.run(made, stop)

        made = asyncio.run(run())
    if stop.is_set() and made.state == "in_progress":
        made = pipeline.ledger.batches.move(made, "paused", "in_progress", reason="interrupted")
    return made, stop.is_set()


@contextmanager
def _first_interrupt_stops(stop: asyncio.Event, *, as_json: bool) -> Iterator[None]:
    """The first Ctrl-C lets what is under way, and may be paid, end; the second one does not wait for it."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)
        _talk("stopping", "after the requests under way; Ctrl-C again drops them", as_json=as_json)

    loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _write(
    ledger: Ledger, made: Batch, counts: BatchCounts, out: Path | None, errors: Path | None, *, as_json: bool
) -> None:
    from rag.batch import error_pieces, output_pieces, refusals
    from rag.export import write_atomic

    if out is not None:
        write_atomic(out, output_pieces(ledger, made))
    else:
        for piece in output_pieces(ledger, made):
            click.echo(piece, nl=False)
    if errors is not None:
        write_atomic(errors, error_pieces(ledger, made))
    elif counts.completed < counts.total:
        for told in islice(refusals(ledger, made), TOLD):
            _talk("failed", told, as_json=as_json)
        if (more := counts.total - counts.completed - TOLD) > 0:
            _talk("failed", f"{more} more lines; --errors FILE has them all", as_json=as_json)


def _talk(event: str, told: str, *, as_json: bool) -> None:
    """One line on stderr, as an event where those are asked for."""
    from rag.progress import emit

    if as_json:
        emit(event, message=told)
    else:
        click.echo(f"{event}: {told}", err=True)


def line(known: Batch, counts: BatchCounts) -> str:
    """A batch on one line, for a person."""
    done = f"{counts.completed} done, {counts.failed} failed of {counts.total} requests"
    parts = f" ({counts.units_done} of {counts.units} parts)" if counts.units != counts.total else ""
    cost = f", {counts.cost_usd:.4f} USD" if counts.cost_usd else ""
    why = f" — {known.reason}" if known.reason else ""
    return f"{known.batch_id}  {known.created:%Y-%m-%d %H:%M}  {known.state}: {done}{parts}{cost}{why}"
