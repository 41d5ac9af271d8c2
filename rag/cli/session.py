"""What every command needs: settings, an open pipeline, filters from options, and JSON output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rag.ledger import Ledger
    from rag.models import Filters
    from rag.pipeline import Pipeline
    from rag.settings import Settings


def load_settings(
    *,
    model: str | None = None,
    host: str | None = None,
    port: int | None = None,
    engine: str | None = None,
    concurrency: int | None = None,
    collection: str | None = None,
) -> Settings:
    """Settings with the flags of `gazette` itself (`--store`, `--collection`) and of the command on top."""
    from rag.settings import Settings

    groups = {
        "store": {**click.get_current_context().find_root().obj, **({"collection": collection} if collection else {})},
        "model": {"name": model},
        "serve": {"host": host, "port": port},
        "ingest": {"engine": engine},
        "batch": {"concurrency": concurrency},
    }
    given = {name: {key: value for key, value in flags.items() if value is not None} for name, flags in groups.items()}
    return Settings.load(**{name: flags for name, flags in given.items() if flags})


@contextmanager
def open_pipeline(settings: Settings | None = None) -> Iterator[Pipeline]:
    """The pipeline over the data folder; closed, and the folder released, when the block ends."""
    settings = settings or load_settings()
    check_free(settings)
    from rag.build import build_pipeline

    pipeline = build_pipeline(settings)
    try:
        yield pipeline
    finally:
        pipeline.close()


@contextmanager
def open_pipeline_to_read(settings: Settings | None = None) -> Iterator[Pipeline]:
    """As ``open_pipeline``, for commands that only read: over a copy where the data folder cannot be written."""
    with _readable(settings or load_settings()) as readable, open_pipeline(readable) as pipeline:
        yield pipeline


@contextmanager
def _readable(settings: Settings) -> Iterator[Settings]:
    from rag.ledger import borrowed, cannot_be_written

    folder = settings.store.path
    if not cannot_be_written(folder):
        yield settings
        return
    with borrowed(folder) as copy:
        click.echo(f"gazette: {folder} cannot be written: reading a copy, what is recorded goes with it", err=True)
        yield settings.model_copy(update={"store": settings.store.model_copy(update={"path": copy})})


def check_free(settings: Settings) -> None:
    """See that nobody holds the data folder, before anything that takes long to import.

    Raises:
        StoreLockedError: another process does.
    """
    from rag.ledger import StoreLock

    StoreLock.acquire(settings.store.path).release()


@contextmanager
def look_into_ledger() -> Iterator[tuple[Ledger, str]]:
    """Ledger and collection name, for commands that need nothing else: no lock, no model, also while a service runs."""
    with _opened_ledger(load_settings()) as opened:
        yield opened


@contextmanager
def look_into_ledger_to_read() -> Iterator[tuple[Ledger, str]]:
    """As ``look_into_ledger``, for commands that only read: in a copy where the data folder cannot be written."""
    with _readable(load_settings()) as readable, _opened_ledger(readable) as opened:
        yield opened


@contextmanager
def find_ledger_to_read() -> Iterator[Ledger | None]:
    """As ``look_into_ledger_to_read``, but None where there is none yet."""
    from rag.ledgers import find_ledger

    with _readable(load_settings()) as readable:
        ledger = find_ledger(readable)
        try:
            yield ledger
        finally:
            if ledger is not None:
                ledger.close()


@contextmanager
def _opened_ledger(settings: Settings) -> Iterator[tuple[Ledger, str]]:
    from rag.ledgers import open_ledger

    ledger = open_ledger(settings)
    try:
        yield ledger, settings.store.collection
    finally:
        ledger.close()


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
    if date_from and date_to and date_from > date_to:
        raise click.BadParameter(f"{date_from} is after --to {date_to}", param_hint="--from")
    return Filters(date_from, date_to, place, paper, document, cast("ArticleKind | None", kind))


def checked_question(question: str) -> str:
    """The question, if it says anything.

    Raises:
        click.BadParameter: it is blank.
    """
    if not question.strip():
        raise click.BadParameter("is blank", param_hint="QUESTION")
    return question


def check_document(pipeline: Pipeline, filters: Filters) -> None:
    """Tell a mistyped document from one that does not answer.

    Raises:
        NotFoundError: a document filter names none of the collection.
    """
    from rag.errors import NotFoundError
    from rag.models import Filters

    if filters.document and not pipeline.articles(filters=Filters(document=filters.document), limit=1):
        raise NotFoundError(
            f"no document {filters.document!r} in collection {pipeline.collection!r}; `gazette documents` lists them"
        )
