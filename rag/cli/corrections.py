"""`gazette correct …`: a person corrects how a page was cut, lists the corrections, takes one back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from rag.cli.session import echo_json, look_into_ledger, open_pipeline

if TYPE_CHECKING:
    from rag.models import Article, CorrectionRequest, StoredCorrection

_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON lines.")


@click.group()
def correct() -> None:
    """Correct how a page was cut: merge, split, retitle, kind; list, undo.

    A correction holds on to words of the page: it stays when the page is taken in again, cut better, or read better.
    """


@correct.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ARTICLE_ID…")
@_JSON
def merge(article_ids: tuple[str, ...], as_json: bool) -> None:
    """Make one article of several, in reading order; the first headline heads it."""
    from rag.models import CorrectionRequest

    _correct(CorrectionRequest("merge", article_ids), as_json)


@correct.command()
@click.argument("article_id")
@click.option("--before", required=True, metavar="WORDS", help="The words with which the second article begins.")
@_JSON
def split(article_id: str, before: str, as_json: bool) -> None:
    """Make two articles of one."""
    from rag.models import CorrectionRequest

    _correct(CorrectionRequest("split", (article_id,), before), as_json)


@correct.command()
@click.argument("article_id")
@click.argument("words")
@_JSON
def retitle(article_id: str, words: str, as_json: bool) -> None:
    """Put an article under another headline, which must be words of the page."""
    from rag.models import CorrectionRequest

    _correct(CorrectionRequest("retitle", (article_id,), words), as_json)


@correct.command()
@click.argument("article_id")
@click.argument("kind", type=click.Choice(["article", "photo_caption", "continuation", "furniture"]))
@_JSON
def kind(article_id: str, kind: str, as_json: bool) -> None:
    """Say what a piece is. Furniture is neither found nor summarised."""
    from typing import cast

    from rag.models import ArticleKind, CorrectionRequest

    _correct(CorrectionRequest("rekind", (article_id,), to_kind=cast("ArticleKind", kind)), as_json)


@correct.command("list")
@click.argument("document_id", required=False)
@_JSON
def list_(document_id: str | None, as_json: bool) -> None:
    """Corrections of the corpus or of one document, and why one does not apply."""
    from rag.serialise import correction_json

    with look_into_ledger() as (ledger, collection):
        if document_id is not None:
            ledger.document(collection, document_id)
        for stored in ledger.corrections(collection, document_id):
            echo_json(correction_json(stored)) if as_json else _print_correction(stored)


@correct.command()
@click.argument("correction_id")
@_JSON
def undo(correction_id: str, as_json: bool) -> None:
    """Take a correction back; later ones stay."""
    from rag.correcting import undo as take_back

    with open_pipeline() as pipeline:
        amendment = asyncio.run(take_back(pipeline, correction_id))
    click.echo(f"undone {correction_id}", err=True)
    for article, name in amendment.articles:
        _print_article(article, name, as_json)


def _correct(request: CorrectionRequest, as_json: bool) -> None:
    from rag.correcting import correct as apply

    with open_pipeline() as pipeline:
        amendment = asyncio.run(apply(pipeline, request))
    click.echo(f"correction {amendment.correction.kept.correction.correction_id}", err=True)
    for article, name in amendment.articles:
        _print_article(article, name, as_json)


def _print_article(article: Article, name: str, as_json: bool) -> None:
    from rag.serialise import article_json
    from rag.terminal import harmless

    if as_json:
        echo_json(article_json(article, name))
        return
    title = article.title or article.text[:24].replace("\n", " ")
    click.echo(f"{article.article_id}  {article.kind:13}  {len(article.text):>6} 字  {harmless(title)}")


def _print_correction(stored: StoredCorrection) -> None:
    from rag.terminal import harmless

    kept = stored.kept
    words = " | ".join(" ".join("".join(anchor.words).split())[:16] for anchor in kept.correction.anchors)
    state = f"not applied: {kept.reason}" if kept.reason else " ".join(kept.article_ids)
    line = f"{kept.correction.correction_id}  {kept.correction.kind:7}  {stored.document}  {words}  {state}"
    click.echo(harmless(line))
