"""`gazette recut` and `gazette forget`: documents cut again, and documents erased from every file."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from rag.cli.session import check_free, echo_json, load_settings, open_pipeline


@click.command()
@click.argument("document_ids", nargs=-1, metavar="[DOCUMENT_ID…]")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def recut(document_ids: tuple[str, ...], as_json: bool) -> None:
    """Cut stored documents again as this version cuts; their corrections are kept.

    Without DOCUMENT_IDs: all that another version cut. Only what comes out differently is written and embedded again.
    """
    from rag.progress import progress_on_stderr

    with open_pipeline() as pipeline, progress_on_stderr() as progress:
        report = asyncio.run(pipeline.change(lambda index: index.recut(list(document_ids) or None, progress=progress)))
    if as_json:
        echo_json(asdict(report))
    else:
        unchanged = report.documents - len(report.changed) - len(report.failed)
        click.echo(f"{len(report.changed)} documents cut differently, {unchanged} as before ({report.seconds:.1f} s)")
        for name in report.changed:
            click.echo(f"cut differently: {name}", err=True)
    for one in report.unapplied:
        click.echo(f"correction not applied: {one.correction_id}: {one.document}: {one.reason}", err=True)
    for failure in report.failed:
        click.echo(f"failed: {failure.source}: {failure.error}", err=True)
    if report.failed:
        raise click.exceptions.Exit(3 if report.documents > len(report.failed) else 1)


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
