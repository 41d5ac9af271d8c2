"""`gazette segment`: cut a page into its pieces without touching any corpus."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.session import echo_json, load_settings

_NAMES = {"article": "稿件", "photo_caption": "图片说明", "continuation": "接转稿", "furniture": "版面杂项"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a piece.")
@click.option("--encoding", help="Encoding of the file, where detection refuses: utf-8, gb18030 or big5.")
def segment(file: Path, as_json: bool, encoding: str | None) -> None:
    """Cut FILE into articles, captions, continuations and furniture. Needs no index."""
    from rag.models import Failure
    from rag.pages import segment as cut
    from rag.readers import read_file, walk
    from rag.serialise import piece_json

    settings = load_settings()
    failed: list[Failure] = []
    for source in walk([file]).files:
        for read in read_file(
            source,
            collection=settings.store.collection,
            encoding=encoding,
            max_file_bytes=settings.ingest.max_file_bytes,
        ):
            if isinstance(read, Failure):
                failed.append(read)
                continue
            for piece in cut(read):
                if as_json:
                    echo_json(piece_json(piece))
                else:
                    _print_piece(piece_json(piece))
    for failure in failed:
        click.echo(f"failed: {failure.source}: {failure.error}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def _print_piece(piece: dict[str, object]) -> None:
    head = f"── {_NAMES[str(piece['kind'])]}"
    if piece["title"]:
        head += f" 《{piece['title']}》"
    if piece["duplicate_of"]:
        head += f"  (重复: {piece['duplicate_of']})"
    click.secho(f"{head}  [{piece['confidence']}]", bold=True)
    for doubt in piece["doubts"] if isinstance(piece["doubts"], list) else []:
        click.secho(f"   ? {doubt}", fg="yellow")
    click.echo(f"{piece['text']}\n")
