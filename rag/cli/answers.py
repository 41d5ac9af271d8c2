"""`gazette answers …` and `gazette replay`: the record of what was answered, given again, exported, marked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.session import echo_json, load_settings, look_into_ledger, open_pipeline

if TYPE_CHECKING:
    from rag.models import AnswerRecord, Replay

_SUFFIXES = {".md": "md", ".docx": "docx"}


@click.group()
def answers() -> None:
    """Answers as they were given: list, show, export, mark right or wrong, make an eval set of the marks."""


@answers.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@click.option("--marked", is_flag=True, help="Only those marked right or wrong.")
@click.option("--json", "as_json", is_flag=True, help="As JSON lines.")
def list_(limit: int, marked: bool, as_json: bool) -> None:
    """The newest answers, a line each."""
    from rag.record import kept_record, record_json
    from rag.terminal import print_record_line

    with look_into_ledger() as (ledger, collection):
        for kept in ledger.answers(collection, limit=limit, marked=marked):
            record = kept_record(kept)
            echo_json(record_json(record)) if as_json else print_record_line(record)


@answers.command()
@click.argument("answer_id")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(answer_id: str, as_json: bool) -> None:
    """One answer with its quotes, and what it was made from."""
    from rag.export import answer_prose, prose_markdown
    from rag.record import record_json
    from rag.terminal import harmless

    record = _record(answer_id)
    if as_json:
        echo_json(record_json(record))
    else:
        click.echo(harmless(prose_markdown(answer_prose(record))), nl=False)


@answers.command()
@click.argument("answer_id")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write, whole.")
@click.option("--format", "form", type=click.Choice(["md", "docx"]), help="Default: by the suffix of --out.")
def export(answer_id: str, out: Path, form: str | None) -> None:
    """Write one answer with its quotes as footnotes (Markdown or DOCX)."""
    from rag.adapters.docx import prose_docx
    from rag.export import answer_prose, prose_markdown, write_atomic

    form = form or _SUFFIXES.get(out.suffix)
    if form is None:
        raise click.UsageError(f"--out {out}: name it .md or .docx, or give --format")
    prose = answer_prose(_record(answer_id))
    write_atomic(out, prose_docx(prose) if form == "docx" else prose_markdown(prose))
    click.echo(f"{answer_id} in {out}", err=True)


@answers.command()
@click.argument("answer_id")
@click.argument("judgement", type=click.Choice(["right", "wrong", "none"]))
@click.option("--comment", default="", help="Why, for whoever reads the mark.")
@click.option("--answer", "right_answers", multiple=True, help="The right answer; may be given again (other wordings).")
@click.option("--unanswerable", is_flag=True, help="The pages do not say: it should have declined.")
def mark(answer_id: str, judgement: str, comment: str, right_answers: tuple[str, ...], unanswerable: bool) -> None:
    """Mark an answer right or wrong, or take the mark away (none)."""
    from rag.models import Mark
    from rag.record import mark_json

    if judgement != "wrong" and (right_answers or unanswerable):
        raise click.UsageError("--answer and --unanswerable say what would have been right: they go with `wrong`")
    if right_answers and unanswerable:
        raise click.UsageError("either --answer, or --unanswerable")
    given = None if judgement == "none" else Mark(judgement == "right", comment, right_answers, unanswerable)
    with look_into_ledger() as (ledger, collection):
        ledger.mark_answer(collection, answer_id, mark_json(given))


@answers.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to fill.")
def gold(out: Path) -> None:
    """Make an eval set of the marked answers: `gazette eval run pages-qa --data OUT` asks them again."""
    from rag.export import write_atomic, write_marked
    from rag.record import kept_record

    with look_into_ledger() as (ledger, collection):
        records = [kept_record(kept) for kept in ledger.answers(collection, limit=100_000, marked=True)]
        written = write_marked(records, lambda document_id: ledger.document(collection, document_id).text)
    if not written.questions:
        raise click.ClickException(
            "no marked answer can be asked again; `gazette answers mark ANSWER_ID right` marks one"
        )
    for name, content in written.files.items():
        write_atomic(out / name, content)
    click.echo(f"{written.questions} questions in {out}", err=True)
    for answer_id, reason in written.left_out:
        click.echo(f"left out: {answer_id}: {reason}", err=True)


@click.command()
@click.argument("answer_id")
@click.option("--model", help="Ask this model instead of the configured one.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def replay(answer_id: str, model: str | None, as_json: bool) -> None:
    """Ask a recorded question again and show what differs, and what may have caused it."""
    from rag.record import replay_json
    from rag.terminal import print_replay

    with open_pipeline(load_settings(model=model)) as pipeline:
        found: Replay = asyncio.run(pipeline.replay(answer_id))
    if as_json:
        echo_json(replay_json(found))
    else:
        print_replay(found)


def _record(answer_id: str) -> AnswerRecord:
    from rag.record import kept_record

    with look_into_ledger() as (ledger, collection):
        return kept_record(ledger.answer(collection, answer_id))
