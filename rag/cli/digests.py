"""`gazette digest` and `gazette timeline`: many articles told together, to the terminal or to files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.session import check_document, checked_question, echo_json, filters_from, load_settings, open_pipeline

if TYPE_CHECKING:
    from rag.models import Prose
    from rag.serialise import Json

_SUFFIXES = {".jsonl": "jsonl", ".json": "jsonl", ".md": "md", ".html": "html", ".docx": "docx"}
_FORMATS = ("jsonl", "md", "html", "docx")

_out = click.option(
    "--out",
    "outs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, whole; may be given again (.md, .html, .jsonl, .docx).",
)
_format = click.option("--format", "form", type=click.Choice(_FORMATS), help="Default: by the suffix of --out.")


@click.command()
@click.option("--from", "date_from", metavar="DATE", help="First day, YYYY-MM-DD; undated articles are listed apart.")
@click.option("--to", "date_to", metavar="DATE", help="Last day, included.")
@click.option(
    "--since", type=click.Choice(["last"]), help="Only what no digest of the same request told; then records."
)
@click.option("--place", help="Only articles from this place.")
@click.option("--topic", help="Only articles about this.")
@click.option("--document", help="Only this document (name or id).")
@click.option("--max-chars", type=click.IntRange(20, 100_000), help="Longest text; unset: a line of every story.")
@click.option("--model", help="extractive, or a LiteLLM id (GAZETTE_MODEL__NAME).")
@_out
@_format
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def digest(
    date_from: str | None,
    date_to: str | None,
    since: str | None,
    place: str | None,
    topic: str | None,
    document: str | None,
    max_chars: int | None,
    model: str | None,
    outs: tuple[Path, ...],
    form: str | None,
    as_json: bool,
) -> None:
    """Tell many articles together: an opening, a cited line a story by place and subject, and where every one went.

    With --since last files are written before the articles are recorded as told: a run that is killed in between is
    simply repeated. Where nothing is new, files are left as they are.
    """
    from rag.export import digest_prose
    from rag.models import DigestRequest
    from rag.telling import digest_json

    if topic is not None and not topic.strip():
        raise click.BadParameter("is blank", param_hint="--topic")
    shapes = _shapes(outs, form)
    filters = filters_from(date_from, date_to, place, document=document)
    request = DigestRequest(filters, topic.strip() if topic else None, since == "last", max_chars)
    with open_pipeline(load_settings(model=model)) as pipeline:
        check_document(pipeline, filters)
        made = asyncio.run(pipeline.digest(request))
        found = digest_json(made.digest)
        for out, shape in shapes.items():
            if not made.digest.nothing_new:
                _write(found, shape, out, digest_prose)
        if as_json or not outs:
            _show(found, "jsonl" if as_json else form or "md", digest_prose)
        if request.since_last:
            pipeline.remember(made)
    _tell(found, outs)


@click.command()
@click.argument("subject")
@click.option("--from", "date_from", metavar="DATE", help="Only articles published from this day on, YYYY-MM-DD.")
@click.option("--to", "date_to", metavar="DATE", help="Only articles published up to this day.")
@click.option("--place", help="Only articles from this place.")
@click.option("--document", help="Only this document (name or id).")
@_out
@_format
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def timeline(
    subject: str,
    date_from: str | None,
    date_to: str | None,
    place: str | None,
    document: str | None,
    outs: tuple[Path, ...],
    form: str | None,
    as_json: bool,
) -> None:
    """What the pages say of SUBJECT in order of time: dated statements, quoted and cited; the undated apart."""
    from rag.export import timeline_prose
    from rag.telling import timeline_json

    checked_question(subject)
    shapes = _shapes(outs, form)
    filters = filters_from(date_from, date_to, place, document=document)
    with open_pipeline() as pipeline:
        check_document(pipeline, filters)
        found = timeline_json(asyncio.run(pipeline.timeline(subject.strip(), filters=filters)))
    for out, shape in shapes.items():
        _write(found, shape, out, timeline_prose)
    if as_json or not outs:
        _show(found, "jsonl" if as_json else form or "md", timeline_prose)
    dated, undated = len(found["entries"]), len(found["undated"])
    click.echo(f"{dated} dated statements, {undated} undated, of {len(found['articles'])} articles", err=True)


def _shapes(outs: tuple[Path, ...], form: str | None) -> dict[Path, str]:
    """The format of each file.

    Raises:
        click.UsageError: a file's suffix names none, or a binary one has no file.
    """
    if form == "docx" and not outs:
        raise click.UsageError("--format docx needs --out FILE")
    shapes = {out: form or _SUFFIXES.get(out.suffix.lower(), "") for out in outs}
    for out, shape in shapes.items():
        if not shape:
            raise click.UsageError(f"--out {out}: name it .md, .html, .jsonl or .docx, or give --format")
    return shapes


def _show(found: Json, form: str, prose_of: Callable[[Json], Prose]) -> None:
    """To stdout; where that fails to take it the error is raised, and nothing is recorded."""
    from rag.terminal import harmless

    if form == "jsonl":
        echo_json(found)
    else:
        click.echo(harmless(str(_content(found, form, prose_of))), nl=False)


def _write(found: Json, form: str, out: Path, prose_of: Callable[[Json], Prose]) -> None:
    from rag.export import write_atomic

    write_atomic(out, _content(found, form, prose_of))


def _content(found: Json, form: str, prose_of: Callable[[Json], Prose]) -> str | bytes:
    from rag.export import digest_html, prose_html, prose_markdown, summaries_jsonl

    if form == "docx":
        from rag.adapters.docx import prose_docx

        return prose_docx(prose_of(found))
    if form == "html":
        return digest_html(found) if "coverage" in found else prose_html(prose_of(found))
    return summaries_jsonl([found]) if form == "jsonl" else prose_markdown(prose_of(found))


def _tell(found: Json, outs: tuple[Path, ...]) -> None:
    coverage = found["coverage"]
    used, merged, left = (len(coverage[name]) for name in ("used", "merged", "left_out"))
    if found["nothing_new"]:
        kept = "; files are left as they are" if outs else ""
        click.echo(f"nothing new since the last digest{kept}", err=True)
        return
    click.echo(f"{used + merged + left} articles: {used} used, {merged} merged, {left} left out", err=True)
    for out in outs:
        click.echo(f"digest in {out}", err=True)
