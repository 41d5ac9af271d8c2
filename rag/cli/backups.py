"""`gazette backup` and `gazette restore`: the corpus to a folder, and back into an empty data folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rag.cli.session import echo_json, load_settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--no-vectors", is_flag=True, help="Leave the vectors out; a restore embeds everything anew.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def backup(folder: Path, no_vectors: bool, as_json: bool) -> None:
    """Write a backup of all collections to FOLDER (empty or new), also while a service or an ingest is running.

    It holds the corpus at one moment, with checksums; one that was stopped half-way is known as such and refused.
    """
    settings = load_settings()
    from rag.upkeep import back_up

    done = back_up(settings, folder, with_vectors=not no_vectors)
    if as_json:
        echo_json({"folder": str(folder), **asdict(done)})
    else:
        click.echo(f"{folder}: {done.documents} documents, {done.passages} passages, {done.vectors} vectors")
    if done.note:
        click.echo(f"gazette: {done.note}", err=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def restore(folder: Path, as_json: bool) -> None:
    """Fill the data folder, which must be empty or missing, from a backup; every file is compared with its checksum."""
    settings = load_settings()
    from rag.upkeep import restore as fill

    done = fill(settings, folder)
    if as_json:
        echo_json({"folder": str(settings.store.path), **asdict(done)})
    else:
        told = f", {done.embedded} of them embedded anew" if done.embedded else ""
        click.echo(f"{settings.store.path}: {done.documents} documents, {done.passages} passages{told}")
