"""`gazette summarise`: one verified summary per article, to the terminal or to a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from rag.cli.corpus import PARTIAL
from rag.cli.session import echo_json, load_settings, open_pipeline

if TYPE_CHECKING:
    from rag.models import SummaryStyle
    from rag.pipeline import Pipeline
    from rag.serialise import Json

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
def summarise(
    article_ids: tuple[str, ...],
    every: bool,
    document: str | None,
    out: Path | None,
    form: str | None,
    max_chars: int | None,
    style: str,
    model: str | None,
) -> None:
    """Summarise articles: one row each, cited and verified. Started again after a kill it goes on where it was."""
    from rag.batch import failures, summarise_all
    from rag.progress import progress_on_stderr

    if sum((bool(article_ids), every, document is not None)) != 1:
        raise click.UsageError("give ARTICLE_IDs, or --all, or --document")
    form = form or _SUFFIXES.get(out.suffix if out else ".jsonl")
    if form is None:
        raise click.UsageError(f"--out {out}: name it .jsonl, .md or .html, or give --format")
    settings = load_settings(model=model)
    with open_pipeline(settings) as pipeline, progress_on_stderr() as progress:
        chosen = list(article_ids) or _chosen(pipeline, document)
        limit = max_chars or settings.summarise.max_chars
        rows = asyncio.run(
            summarise_all(pipeline, chosen, max_chars=limit, style=cast("SummaryStyle", style), progress=progress)
        )
    _write(rows, form, out)
    failed = list(failures(rows))
    for row in failed:
        click.echo(f"failed: {row['article_id']}: {row['error']}", err=True)
    if failed:
        raise click.exceptions.Exit(PARTIAL if len(failed) < len(rows) else 1)


def _chosen(pipeline: Pipeline, document: str | None) -> list[str]:
    from rag.models import Filters

    chosen = list(pipeline.summarisable(filters=Filters(document=document)))
    if not chosen:
        where = f"document {document!r}" if document else f"collection {pipeline.collection!r}"
        raise click.ClickException(f"{where} holds no articles; `gazette documents` lists what is there")
    return chosen


def _write(rows: list[Json], form: str, out: Path | None) -> None:
    from rag.export import summaries_html, summaries_jsonl, summaries_markdown, write_atomic

    if out is None and form == "jsonl":
        for row in rows:
            echo_json(row)
        return
    shapes = {"jsonl": summaries_jsonl, "md": summaries_markdown, "html": summaries_html}
    content = shapes[form](rows)
    if out is None:
        click.echo(content, nl=False)
    else:
        write_atomic(out, content)
        click.echo(f"{len(rows)} summaries in {out}", err=True)
