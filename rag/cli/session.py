"""What every command needs: settings, an open pipeline, progress that suits the terminal, and JSON output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rag.models import Filters
    from rag.pipeline import Pipeline
    from rag.protocols import Progress
    from rag.settings import Settings

PLAIN_INTERVAL_SECONDS = 5.0
"""Without a terminal a line of progress is printed this often: seen in a log, yet not flooding it."""


def load_settings(*, model: str | None = None, host: str | None = None, port: int | None = None) -> Settings:
    """Settings with the flags of `gazette` itself (`--store`, `--collection`) and of the command on top."""
    from rag.settings import Settings

    groups = {
        "store": click.get_current_context().find_root().obj,
        "model": {"name": model},
        "serve": {"host": host, "port": port},
    }
    given = {name: {key: value for key, value in flags.items() if value is not None} for name, flags in groups.items()}
    return Settings.load(**{name: flags for name, flags in given.items() if flags})


@contextmanager
def open_pipeline(settings: Settings | None = None) -> Iterator[Pipeline]:
    """The pipeline over the data folder; closed, and the folder released, when the block ends."""
    from rag.build import build_pipeline

    pipeline = build_pipeline(settings or load_settings())
    try:
        yield pipeline
    finally:
        pipeline.close()


@contextmanager
def progress_on_stderr() -> Iterator[Progress]:
    """A bar on a terminal, a plain line every few seconds otherwise."""
    if sys.stderr.isatty():
        with _bar() as bar:
            yield bar
    else:
        yield _plain_lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=Console(stderr=True)) as rich_progress:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = rich_progress.add_task(stage, total=total)
            rich_progress.update(tasks[stage], completed=done, total=total)

        yield show


def _plain_lines() -> Progress:
    last = time.monotonic()

    def show(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= PLAIN_INTERVAL_SECONDS:
            last = time.monotonic()
            click.echo(f"{stage}: {done}" + (f" of {total}" if total else ""), err=True)

    return show


def echo_json(shape: Any) -> None:
    """One JSON value on one line, Chinese as Chinese."""
    click.echo(json.dumps(shape, ensure_ascii=False))


def filters_from(
    date_from: str | None = None,
    date_to: str | None = None,
    place: str | None = None,
    paper: str | None = None,
    document: str | None = None,
    kind: str | None = None,
) -> Filters:
    """Filters from command-line options; dates are checked here, where the option can still be named.

    Raises:
        click.BadParameter: a date is not ``YYYY-MM-DD``.
    """
    from datetime import date
    from typing import cast

    from rag.models import ArticleKind, Filters

    for option, value in (("--from", date_from), ("--to", date_to)):
        if value is not None:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise click.BadParameter(f"{value!r} is not a date like 2024-07-06", param_hint=option) from None
    return Filters(date_from, date_to, place, paper, document, cast("ArticleKind | None", kind))
