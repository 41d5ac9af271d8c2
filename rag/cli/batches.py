"""`gazette batch`: many requests from one file, each answered once; started again after a kill it goes on by itself.

stdout is the output file's lines (or what is asked about a batch); stderr is talk, as JSON events with `--json`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.batch_work import estimate, line, worked
from rag.cli.session import echo_json, load_settings, look_into_ledger, open_pipeline

if TYPE_CHECKING:
    from rag.ledger import Ledger
    from rag.models import Batch, BatchCounts

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
            estimate(pipeline, file)
            return
        check_budget(pipeline, budget_usd)
        kept = keep_file(pipeline, file.name, file.read_bytes())
        made = make_batch(pipeline, kept, budget_usd=budget_usd)
        if made.state == "paused":
            made = resume(pipeline, made, budget_usd=budget_usd)
        worked(pipeline, made, out, errors, as_json=as_json)


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
        worked(pipeline, resumed(pipeline, known, budget_usd=budget_usd), out, errors, as_json=as_json)


@batch.command()
@click.argument("batch_id", required=False)
@_json
def status(batch_id: str | None, as_json: bool) -> None:
    """How far a batch is: the one named, or the newest."""
    from rag.batch_shape import told
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
    from rag.batch_shape import told

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


def _print_state(ledger: Ledger, known: Batch) -> None:
    _print(known, ledger.units.counts(known))


def _print(known: Batch, counts: BatchCounts) -> None:
    click.echo(line(known, counts))
