"""`gazette summarise`: one verified summary per article, to the terminal or to a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from rag.cli.corpus import PARTIAL
from rag.cli.session import load_settings, open_pipeline

if TYPE_CHECKING:
    from rag.models import SummaryStyle
    from rag.pipeline import Pipeline
    from rag.serialise import Json

TOLD = 20
"""Failed articles told on stderr; their rows have all of them."""

_SUFFIXES = {".jsonl": "jsonl", ".md": "md", ".html": "html"}


@click.command()
@click.argument("article_ids", nargs=-1, metavar="[ARTICLE_ID…]")
@click.option("--all", "every", is_flag=True, help="Every article of the collection.")
@click.option("--document", help="Every article of this document (name or id).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, whole or not at all.")
@click.option("--format", "form", type=click.Choice(["jsonl", "md", "html"]), help="Default: by the suffix of --out.")
@click.option("--max-chars", type=click.IntRange(20, 5000), help="Longest summary (GAZETTE_SUMMARISE__MAX_CHARS).")
@click.option("--style", type=click.Choice(["headline", "brief", "bullets"]), default="brief", show_default=True)
@click.option("--model", help="extractive, or a LiteLLM id (GAZETTE_MODEL__NAME).")
@click.option(
    "--engine", type=click.Choice(["local", "ray"]), help="Where summaries are made (GAZETTE_INGEST__ENGINE)."
)
def summarise(
    article_ids: tuple[str, ...],
    every: bool,
    document: str | None,
    out: Path | None,
    form: str | None,
    max_chars: int | None,
    style: str,
    model: str | None,
    engine: str | None,
) -> None:
    """Summarise articles: one row each, cited and verified. Started again after a kill it goes on where it was."""
    if sum((bool(article_ids), every, document is not None)) != 1:
        raise click.UsageError("give ARTICLE_IDs, or --all, or --document")
    form = form or _SUFFIXES.get(out.suffix if out else ".jsonl")
    if form is None:
        raise click.UsageError(f"--out {out}: name it .jsonl, .md or .html, or give --format")
    settings = load_settings(model=model, engine=engine)
    with open_pipeline(settings) as pipeline:
        chosen = list(article_ids) or _chosen(pipeline, document)
        failed = _write(_rows(pipeline, chosen, max_chars, cast("SummaryStyle", style)), form, out, len(chosen))
    if failed:
        raise click.exceptions.Exit(PARTIAL if failed < len(chosen) else 1)


def _rows(pipeline: Pipeline, chosen: list[str], max_chars: int | None, style: SummaryStyle) -> Iterator[Json]:
    """The rows in order, as they are done; those of the groups under way are all that is in memory."""
    from rag.batch import summary_rows
    from rag.progress import progress_on_stderr
    from rag.staffing import crew, patience

    limit = max_chars or pipeline.settings.summarise.max_chars
    with (
        asyncio.Runner() as runner,
        crew(pipeline, len(chosen)) as workers,
        progress_on_stderr() as progress,
    ):
        tries = patience(pipeline.settings)
        rows = summary_rows(pipeline, workers, chosen, tries, max_chars=limit, style=style)
        try:
            for done in range(1, len(chosen) + 1):
                yield runner.run(_next(rows))
                progress("summarise", done, len(chosen))
        finally:
            runner.run(rows.aclose())


async def _next(rows: AsyncGenerator[Json, None]) -> Json:
    return await anext(rows)


def _chosen(pipeline: Pipeline, document: str | None) -> list[str]:
    from rag.models import Filters

    chosen = list(pipeline.summarisable(filters=Filters(document=document)))
    if not chosen:
        where = f"document {document!r}" if document else f"collection {pipeline.collection!r}"
        raise click.ClickException(f"{where} holds no articles; `gazette documents` lists what is there")
    return chosen


def _write(rows: Iterator[Json], form: str, out: Path | None, count: int) -> int:
    """Write the rows as they come, and tell the first that have an error. Returns how many have one."""
    from rag.export import html_pieces, json_text, markdown_pieces, write_atomic

    failed: list[str] = []
    count_failed = 0

    def seen() -> Iterator[Json]:
        nonlocal count_failed
        for row in rows:
            if "error" in row:
                count_failed += 1
                if len(failed) < TOLD:
                    failed.append(f"{row['article_id']}: {row['error']}")
            yield row

    lines = (f"{json_text(row)}\n" for row in seen())
    content: Iterable[str] = lines if form == "jsonl" else (markdown_pieces if form == "md" else html_pieces)(seen())
    if out is None:
        for piece in content:
            click.echo(piece, nl=False)
    else:
        write_atomic(out, content)
        click.echo(f"{count} summaries in {out}", err=True)
    for told in failed:
        click.echo(f"failed: {told}", err=True)
    if count_failed > len(failed):
        click.echo(f"failed: {count_failed - len(failed)} more; their rows say why", err=True)
    return count_failed
