"""Commands that fill the corpus and look into it: ingest, documents, articles, show, delete."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.session import echo_json, filters_from, load_settings, look_into_ledger_to_read, open_pipeline

if TYPE_CHECKING:
    from rag.intake import Upload
    from rag.models import IngestReport, SourceMetadata

PARTIAL = 3
"""Exit status when some sources failed and the rest was taken in."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--paper", help="Name of the newspaper, for all sources given.")
@click.option("--date", "published", help="Date of the issue: 2024-07-06, or 07-06 without a year.")
@click.option("--page", help="Page number (版), for all sources given.")
@click.option("--place", help="Place the paper or its news belong to.")
@click.option("--encoding", help="Encoding of the files, where detection refuses: utf-8, gb18030 or big5.")
@click.option("--dry-run", is_flag=True, help="Read, cut and compare with the corpus, but store nothing (0 passages).")
@click.option("--engine", type=click.Choice(["local", "ray"]), help="Where the work is done (GAZETTE_INGEST__ENGINE).")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def ingest(
    paths: tuple[str, ...],
    paper: str | None,
    published: str | None,
    page: str | None,
    place: str | None,
    encoding: str | None,
    dry_run: bool,
    engine: str | None,
    as_json: bool,
) -> None:
    """Take in files, folders, or `-` for standard input: text, Markdown, HTML, JSONL and PDF.

    The same bytes twice are one document; what is not given again (paper, date …) stays as known. A bad file is
    reported and the rest goes on (exit 3).
    """
    from rag.intake import Upload
    from rag.models import SourceMetadata
    from rag.progress import progress_on_stderr
    from rag.serialise import report_json

    metadata = SourceMetadata(paper=paper, published=_date(published), page=page, place=place)
    files = [Path(path) for path in paths if path != "-"]
    uploads = [Upload("stdin", sys.stdin.buffer.read())] if "-" in paths else []
    if dry_run:
        report = _rehearse(files, uploads, metadata, encoding)
    else:
        with open_pipeline(load_settings(engine=engine)) as pipeline, progress_on_stderr() as progress:
            report = asyncio.run(
                pipeline.ingest(files, uploads=uploads, metadata=metadata, encoding=encoding, progress=progress)
            )
    if as_json:
        echo_json(report_json(report))
    else:
        _print_report(report)
    _warn(report)
    if report.failed:
        raise click.exceptions.Exit(PARTIAL if report.documents or report.unchanged else 1)


def _warn(report: IngestReport) -> None:
    """What did not go as it should, a line each on stderr."""
    for one in report.unapplied:
        click.echo(f"correction not applied: {one.correction_id}: {one.document}: {one.reason}", err=True)
    for cut in report.truncated:
        click.echo(
            f"not read to its end: {cut.document}: a passage of article {cut.article_id} has {cut.tokens} tokens, the "
            f"embedder reads {cut.limit}; the rest is found by its words alone",
            err=True,
        )
    for failure in report.failed:
        click.echo(f"failed: {failure.source}: {failure.error}", err=True)


def _print_report(report: IngestReport) -> None:
    click.echo(
        f"{report.documents} documents, {report.articles} articles, {report.passages} passages; "
        f"{report.unchanged} unchanged, {report.skipped} skipped, {len(report.failed)} failed ({report.seconds:.1f} s)"
    )


def _rehearse(files: list[Path], uploads: list[Upload], metadata: SourceMetadata, encoding: str | None) -> IngestReport:
    from rag.intake import Intake, rehearse
    from rag.ledgers import find_ledger
    from rag.pages import segment

    settings = load_settings()
    intake = Intake(files, settings.store.collection, settings.ingest.max_file_bytes, uploads, metadata, encoding)
    ledger = find_ledger(settings)
    try:
        return rehearse(intake, segment, ledger)
    finally:
        if ledger is not None:
            ledger.close()


def _date(published: str | None) -> str | None:
    from rag.text.dates import parse_date

    if published is None:
        return None
    parsed = parse_date(published)
    if parsed is None:
        raise click.BadParameter(f"{published!r} is not a date like 2024-07-06 or 07-06", param_hint="--date")
    return parsed


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def documents(as_json: bool) -> None:
    """List the documents of the corpus."""
    from rag.serialise import listed_json
    from rag.terminal import harmless

    with look_into_ledger_to_read() as (ledger, collection):
        after = None
        while batch := ledger.listed_documents(collection, limit=500, after=after):
            for document in batch:
                if as_json:
                    echo_json(listed_json(document))
                else:
                    click.echo(f"{document.document_id}  {document.chars:>7} 字  {harmless(document.document)}")
            after = batch[-1].document_id


@click.command()
@click.option("--document", help="Only this document (name or id).")
@click.option("--kind", type=click.Choice(["article", "photo_caption", "continuation", "furniture"]))
@click.option("--from", "date_from", help="Published on or after, 2024-07-06.")
@click.option("--to", "date_to", help="Published on or before.")
@click.option("--place", help="Place of the news.")
@click.option("--paper", help="Name of the newspaper.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def articles(
    document: str | None,
    kind: str | None,
    date_from: str | None,
    date_to: str | None,
    place: str | None,
    paper: str | None,
    as_json: bool,
) -> None:
    """List the articles cut out of the pages."""
    from rag.copies import CopyFinder
    from rag.issue import turn_states
    from rag.serialise import ALONE, article_json
    from rag.terminal import harmless

    filters = filters_from(date_from, date_to, place, paper, document, kind)
    with look_into_ledger_to_read() as (ledger, collection):
        finder = CopyFinder(ledger, collection)
        after = None
        while batch := ledger.articles(collection, filters=filters, limit=500, after=after):
            turns = turn_states(ledger, collection, [article for article, _ in batch])
            told = finder.copies([article.article_id for article, _ in batch]) if as_json else {}
            for article, name in batch:
                if as_json:
                    known = turns.get(article.article_id, ALONE), told.get(article.article_id)
                    echo_json(article_json(article, name, *known))
                else:
                    title = article.title or article.text[:24].replace("\n", " ")
                    click.echo(f"{article.article_id}  {article.kind:13}  {len(article.text):>6} 字  {harmless(title)}")
            after = batch[-1][0].article_id


@click.command()
@click.argument("article_id")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(article_id: str, as_json: bool) -> None:
    """Print one article."""
    from rag.copies import CopyFinder
    from rag.issue import read_piece
    from rag.serialise import article_json

    with look_into_ledger_to_read() as (ledger, collection):
        reading = read_piece(ledger, collection, article_id)
        told = CopyFinder(ledger, collection).copies([article_id]).get(article_id) if as_json else None
    article, name = reading.article, reading.document
    if as_json:
        echo_json(article_json(article, name, reading.turns, told))
        return
    from rag.terminal import harmless, print_halves

    names = "、".join(f"{byline.role or ''} {byline.name}".strip() for byline in article.bylines)
    dated = f"{article.published}({article.published_rule})" if article.published_rule else article.published
    facts = (article.kind, names, dated, article.place, name)
    click.echo(harmless(" · ".join(fact for fact in facts if fact)), err=True)
    click.echo(harmless(article.text))
    print_halves(article_id, reading.halves, reading.turns)


@click.command()
@click.argument("document_id")
def delete(document_id: str) -> None:
    """Delete a document: it is gone from the ledger, the vectors, the terms and all later answers."""
    with open_pipeline() as pipeline:
        asyncio.run(pipeline.delete(document_id))
    click.echo(f"deleted {document_id}", err=True)
