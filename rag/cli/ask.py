"""Commands that ask: search for passages, ask for an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from rag.cli.session import (
    check_document,
    checked_question,
    echo_json,
    filters_from,
    load_settings,
    open_pipeline_to_read,
)

if TYPE_CHECKING:
    from rag.models import Filters, Turn
    from rag.pipeline import Pipeline

KINDS = ["article", "photo_caption", "continuation"]
"""Kinds of pieces that can be found; furniture is not indexed."""

RUN_TAG = "gazette"
"""Last column of a TREC run: the name of the system."""


@click.command()
@click.argument("question", required=False)
@click.option("--k", type=click.IntRange(1, 1000), help="How many results (GAZETTE_RETRIEVE__K).")
@click.option("--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSONL of queries.")
@click.option("--run", "run_file", type=click.Path(dir_okay=False, path_type=Path), help="Where the TREC run goes.")
@click.option("--document", help="Only this document (name or id).")
@click.option("--from", "date_from", help="Published on or after, 2024-07-06.")
@click.option("--to", "date_to", help="Published on or before.")
@click.option("--place", help="Place of the news.")
@click.option("--paper", help="Name of the newspaper.")
@click.option("--kind", type=click.Choice(KINDS), help="Only pieces of this kind.")
@click.option("--explain", is_flag=True, help="Show each leg's rank and score.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def search(
    question: str | None,
    k: int | None,
    batch: Path | None,
    run_file: Path | None,
    document: str | None,
    date_from: str | None,
    date_to: str | None,
    place: str | None,
    paper: str | None,
    kind: str | None,
    explain: bool,
    as_json: bool,
) -> None:
    """Find passages for QUESTION, or documents for a file of queries (`--batch queries.jsonl --run out.trec`)."""
    from rag.serialise import ranking_json
    from rag.terminal import print_ranking

    if (question is None) == (batch is None) or (batch is None) != (run_file is None):
        raise click.UsageError("give either QUESTION, or --batch FILE with --run FILE")
    if batch is not None and (explain or as_json):
        raise click.UsageError("--explain and --json show one question; a batch writes its run to --run FILE")
    filters = filters_from(date_from, date_to, place, paper, document, kind)
    with open_pipeline_to_read() as pipeline:
        check_document(pipeline, filters)
        if batch is not None and run_file is not None:
            _batch(pipeline, batch, run_file, k or pipeline.settings.retrieve.k, filters)
            return
        ranking = asyncio.run(pipeline.search(checked_question(question or ""), k=k, filters=filters))
    if as_json:
        echo_json(ranking_json(ranking, explain=explain))
    else:
        print_ranking(ranking, explain=explain)


def _batch(pipeline: Pipeline, batch: Path, run_file: Path, k: int, filters: Filters) -> None:
    from rag.export import write_atomic

    async def lines() -> list[str]:
        found = []
        for query_id, text in _queries(batch):
            ranked = await pipeline.search_documents(text, k=k, filters=filters)
            found += [
                f"{_column(query_id)} Q0 {_column(name)} {rank} {score:.6f} {RUN_TAG}\n"
                for rank, (name, score) in enumerate(ranked, 1)
            ]
        return found

    run = asyncio.run(lines())
    write_atomic(run_file, "".join(run))
    click.echo(f"{len(run)} lines in {run_file}", err=True)


def _column(name: str) -> str:
    """A name as one column of a TREC line: white space, which ends a column, as in a URL."""
    return "".join(quote(char) if char.isspace() else char for char in name)


def _queries(batch: Path) -> Iterator[tuple[str, str]]:
    with batch.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                query_id, text = row.get("_id", row.get("id")), row.get("text", row.get("query"))
            except (ValueError, AttributeError) as error:
                raise click.ClickException(f"{batch}:{number}: not a JSON object: {error}") from error
            if query_id is None or not isinstance(text, str) or not text.strip():
                raise click.ClickException(f"{batch}:{number}: needs `_id` or `id`, and a `text` or `query` with words")
            yield str(query_id), text


@click.command()
@click.argument("question")
@click.option("--history", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Turns before, JSON.")
@click.option("--document", help="Only this document (name or id).")
@click.option("--from", "date_from", help="Published on or after, 2024-07-06.")
@click.option("--to", "date_to", help="Published on or before.")
@click.option("--place", help="Place of the news.")
@click.option("--paper", help="Name of the newspaper.")
@click.option("--kind", type=click.Choice(KINDS), help="Only pieces of this kind.")
@click.option("--model", help="extractive, or a LiteLLM id (GAZETTE_MODEL__NAME).")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def ask(
    question: str,
    history: Path | None,
    document: str | None,
    date_from: str | None,
    date_to: str | None,
    place: str | None,
    paper: str | None,
    kind: str | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the pages with checked citations, or say why the pages do not answer it."""
    from rag.serialise import answer_json
    from rag.terminal import print_answer

    turns = _turns(history) if history else []
    filters = filters_from(date_from, date_to, place, paper, document, kind)
    with open_pipeline_to_read(load_settings(model=model)) as pipeline:
        check_document(pipeline, filters)
        answer = asyncio.run(pipeline.ask(checked_question(question), history=turns, filters=filters))
    if as_json:
        echo_json(answer_json(answer))
    else:
        print_answer(answer)


def _turns(history: Path) -> list[Turn]:
    from rag.models import Turn

    problem = f"{history}: must be a JSON list of {{role: user|assistant, content: text}}"
    try:
        rows = json.loads(history.read_text(encoding="utf-8-sig"))
        if not isinstance(rows, list):
            raise TypeError(f"it is a {type(rows).__name__}")
        turns = [Turn(row["role"], row["content"]) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{problem} ({type(error).__name__}: {error})") from error
    if not all(turn.role in ("user", "assistant") and isinstance(turn.content, str) for turn in turns):
        raise click.ClickException(problem)
    return turns
