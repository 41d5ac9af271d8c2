"""`gazette segment`: cut a page into its pieces without touching any corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.session import echo_json, load_settings

if TYPE_CHECKING:
    from rag.intake import Intake
    from rag.models import Article, Document
    from rag.serialise import Json

_NAMES = {"article": "稿件", "photo_caption": "图片说明", "continuation": "接转稿", "furniture": "版面杂项"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a piece.")
@click.option(
    "--html", "as_html", is_flag=True, help="A page: the source with every piece coloured, the pieces beside it."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the --html page to this file.")
@click.option("--encoding", help="Encoding of the file, where detection refuses: utf-8, gb18030 or big5.")
def segment(file: str, as_json: bool, as_html: bool, out: Path | None, encoding: str | None) -> None:
    """Cut FILE (`-`: standard input) into articles, captions, continuations and furniture.

    Needs no index, and so knows no corrections (`gazette correct`): this is the cut as the program makes it.
    """
    from rag.models import Failure
    from rag.pages import segment as cut
    from rag.serialise import piece_json

    if as_json and as_html:
        raise click.UsageError("give --json or --html, not both")
    if out is not None and not as_html:
        raise click.UsageError("--out goes with --html")
    intake = _intake(file, encoding)
    failed: list[Failure] = []
    cuts: list[tuple[Document, tuple[Article, ...]]] = []
    for read in intake.documents(intake.walk()):
        if isinstance(read, Failure):
            failed.append(read)
            continue
        if as_html:
            cuts.append((read, cut(read)))
            continue
        for piece in cut(read):
            (echo_json if as_json else _print_piece)(piece_json(piece))
    if cuts:
        _write_page(cuts, out)
    for failure in failed:
        click.echo(f"failed: {failure.source}: {failure.error}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def _intake(file: str, encoding: str | None) -> Intake:
    from rag.intake import Intake, Upload

    settings = load_settings()
    collection, limit = settings.store.collection, settings.ingest.max_file_bytes
    if file == "-":
        return Intake((), collection, limit, [Upload("stdin", sys.stdin.buffer.read())], encoding=encoding)
    return Intake([Path(file)], collection, limit, encoding=encoding)


def _write_page(cuts: list[tuple[Document, tuple[Article, ...]]], out: Path | None) -> None:
    from rag.export import pieces_html, write_atomic

    page = pieces_html(cuts)
    if out is None:
        click.echo(page.encode(), nl=False)  # the page says it is UTF-8, whatever the terminal's encoding
    else:
        write_atomic(out, page)
        click.echo(f"{sum(len(pieces) for _, pieces in cuts)} pieces in {out}", err=True)


def _print_piece(piece: Json) -> None:
    from rag.terminal import harmless

    head = f"── {_NAMES[str(piece['kind'])]}"
    if piece["title"]:
        head += f" 《{harmless(piece['title'])}》"
    if piece["duplicate_of"]:
        head += f"  (重复: {piece['duplicate_of']})"
    click.secho(f"{head}  [{piece['confidence']}]", bold=True)
    for doubt in piece["doubts"]:
        click.secho(f"   ? {doubt}", fg="yellow")
    click.echo(harmless(piece["text"]) + "\n")
