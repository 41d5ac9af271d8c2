"""`gazette forget`: erase documents from every file of the data folder."""

from __future__ import annotations

import click

from rag.cli.session import check_free, load_settings


@click.command()
@click.argument("document_ids", nargs=-1, metavar="[DOCUMENT_ID…]")
@click.option("--source", "sources", multiple=True, metavar="SOURCE", help="By where it came from; may be given again.")
@click.option("--all-deleted", is_flag=True, help="Also what was deleted or replaced before, and answers that name it.")
def forget(document_ids: tuple[str, ...], sources: tuple[str, ...], all_deleted: bool) -> None:
    """Erase documents: no file of the data folder holds a byte of them afterwards, nor of what quoted them.

    Unlike `delete` this writes ledger, vectors and terms anew, which takes its time in a large corpus.
    """
    if not (document_ids or sources or all_deleted):
        raise click.UsageError("give DOCUMENT_IDs, --source, or --all-deleted")
    settings = load_settings()
    check_free(settings)
    from rag.upkeep import erase

    erased = erase(settings, document_ids, sources=sources, with_deleted=all_deleted)
    click.echo(f"erased {erased.documents} documents and {erased.rows} kept rows that named or quoted them", err=True)
    for where in erased.elsewhere:
        click.echo(f"not ours to erase: {where}", err=True)
