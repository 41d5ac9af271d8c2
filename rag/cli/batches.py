"""`gazette batch`: many requests from one file, each answered once; started again after a kill it goes on by itself.

stdout is the output file's lines (or what is asked about a batch); stderr is talk, as JSON events with `--json`.
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
from rag.cli.session import echo_json, load_settings, look_into_ledger, open_pipeline

if TYPE_CHECKING:
    from rag.ledger import Ledger
    from rag.models import Batch, BatchCounts
    from rag.pipeline import Pipeline

INTERRUPTED = 130
TOLD = 20
"""Failed lines told on stderr; `--errors` has them all."""

_out = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Output lines here, not to stdout.")
_errors = click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="Lines that failed here, not to stderr."
)
_budget = click.option("--budget-usd", type=click.FloatRange(min=0), help="Stop before it costs more, at list prices.")
_concurrency = click.option(
    "--concurrency", type=click.IntRange(1, 256), help="Model calls at a time (GAZETTE_BATCH__CONCURRENCY)."
)
_engine = click.option(
    "--engine", type=click.Choice(["local", "ray"]), help="Where summaries are made (GAZETTE_INGEST__ENGINE)."
)
_events = click.option("--json", "as_json", is_flag=True, help="Talk on stderr as JSON events.")
_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.group()
def batch() -> None:
    """Many requests from one JSONL file: summaries, answers and digests, in OpenAI's batch shape."""


@batch.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_out
@_errors
@click.option("--dry-run", is_flag=True, help="Only say what it may take: lines, tokens, cost at most.")
@_budget
@_concurrency
@click.option("--model", help="extractive, or a LiteLLM id (GAZETTE_MODEL__NAME).")
@_engine
@_events
def start(
    file: Path,
    out: Path | None,
    errors: Path | None,
    dry_run: bool,
    budget_usd: float | None,
    concurrency: int | None,
    model: str | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """Work through a file of requests; the same file again goes on where it was."""
    from rag.batch import keep_file, make_batch, resume
    from rag.staffing import check_budget

    with open_pipeline(load_settings(model=model, engine=engine, concurrency=concurrency)) as pipeline:
        if dry_run:
            _estimate(pipeline, file)
            return
        check_budget(pipeline, budget_usd)
        kept = keep_file(pipeline, file.name, file.read_bytes())
        made = make_batch(pipeline, kept, budget_usd=budget_usd)
        if made.state == "paused":
            made = resume(pipeline, made, budget_usd=budget_usd)
        _worked(pipeline, made, out, errors, as_json=as_json)


@batch.command()
@click.argument("batch_id")
@_out
@_errors
@_budget
@_concurrency
@_engine
@_events
def resume(
    batch_id: str,
    out: Path | None,
    errors: Path | None,
    budget_usd: float | None,
    concurrency: int | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """Go on with a batch that was paused or killed; of one that is done, try again what failed."""
    from rag.batch import resume as resumed
    from rag.staffing import check_budget

    with open_pipeline(load_settings(engine=engine, concurrency=concurrency)) as pipeline:
        check_budget(pipeline, budget_usd)
        known = pipeline.ledger.batches.get(pipeline.collection, batch_id)
        _worked(pipeline, resumed(pipeline, known, budget_usd=budget_usd), out, errors, as_json=as_json)


@batch.command()
@click.argument("batch_id", required=False)
@_json
def status(batch_id: str | None, as_json: bool) -> None:
    """How far a batch is: the one named, or the newest."""
    from rag.batch import told
    from rag.errors import NotFoundError

    with look_into_ledger() as (ledger, collection):
        if batch_id is None:
            found = ledger.batches.newest(collection, limit=1)
            if not found:
                raise NotFoundError(f"collection {collection!r} has no batches; `gazette batch start FILE` makes one")
            known = found[0]
        else:
            known = ledger.batches.get(collection, batch_id)
        if as_json:
            echo_json(told(ledger, known))
        else:
            _print(known, ledger.units.counts(known))


@batch.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@_json
def list_(limit: int, as_json: bool) -> None:
    """Batches, the newest first."""
    from rag.batch import told

    with look_into_ledger() as (ledger, collection):
        for known in ledger.batches.newest(collection, limit=limit):
            if as_json:
                echo_json(told(ledger, known))
            else:
                _print(known, ledger.units.counts(known))


@batch.command()
@click.argument("batch_id")
def pause(batch_id: str) -> None:
    """Stop a batch after the requests under way, also one that another process works on."""
    from rag.batch import pause as paused

    with look_into_ledger() as (ledger, collection):
        _print_state(ledger, paused(ledger, ledger.batches.get(collection, batch_id)))


@batch.command()
@click.argument("batch_id")
def cancel(batch_id: str) -> None:
    """End a batch for good, also one that another process works on; what is done stays in its output."""
    from rag.batch import cancel as cancelled

    with look_into_ledger() as (ledger, collection):
        _print_state(ledger, cancelled(ledger, ledger.batches.get(collection, batch_id)))


# --- work ----------------------------------------------------------------------------------------------------------


def _estimate(pipeline: Pipeline, file: Path) -> None:
    from dataclasses import asdict

    from rag.batch import decoded, plan
    from rag.staffing import estimator

    counting = estimator(pipeline)
    content = decoded(file.name, file.read_bytes())
    echo_json(asdict(counting.estimate(plan(pipeline, content, counting.free))))


def _worked(pipeline: Pipeline, made: Batch, out: Path | None, errors: Path | None, *, as_json: bool) -> None:
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
        click.echo(_line(made, counts), err=True)
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


def _print_state(ledger: Ledger, known: Batch) -> None:
    _print(known, ledger.units.counts(known))


def _print(known: Batch, counts: BatchCounts) -> None:
    click.echo(_line(known, counts))


def _line(known: Batch, counts: BatchCounts) -> str:
    done = f"{counts.completed} done, {counts.failed} failed of {counts.total} requests"
    parts = f" ({counts.units_done} of {counts.units} parts)" if counts.units != counts.total else ""
    cost = f", {counts.cost_usd:.4f} USD" if counts.cost_usd else ""
    why = f" — {known.reason}" if known.reason else ""
    return f"{known.batch_id}  {known.created:%Y-%m-%d %H:%M}  {known.state}: {done}{parts}{cost}{why}"
