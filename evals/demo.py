"""`make demo`: the five sample pages to cited answers and summaries, with the words a newcomer needs to follow.

Everything goes through the same commands' pipeline as a user's own pages; nothing here knows an answer.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import click

from rag.batch import failures, summarise_all
from rag.build import build_pipeline
from rag.errors import GazetteError
from rag.export import summaries_html, summaries_jsonl, summaries_markdown, write_atomic
from rag.models import ArticleKind
from rag.pipeline import Pipeline
from rag.progress import progress_on_stderr
from rag.settings import Settings
from rag.terminal import harmless, print_answer

ROOT: Final = Path(__file__).resolve().parent.parent
SEEDS: Final = ROOT / "seeds"
OUT: Final = Path("out")

QUESTIONS: Final = (
    ("A figure", "六安经开区园区非公组织党员有多少人?"),
    ("In Traditional script about a Simplified page", "杜集區的「商會貸」擔保貸款金額是多少?"),
    ("Needs two pages", "徐州市級機關有多少家機關黨組織參加大討論?六安經開區單獨組建的非公企業黨組織有多少個?"),
    ("No page answers this", "六安经开区2019年的财政收入是多少?"),
)


async def demo(pipeline: Pipeline) -> int:
    """Ingest, show what was cut, ask, summarise. Returns the exit status."""
    click.secho("1  Ingest the five pages in seeds/", bold=True)
    with progress_on_stderr() as progress:
        report = await pipeline.ingest([SEEDS], progress=progress)
    click.echo(
        f"   {report.documents} new, {report.unchanged} unchanged, {report.articles} articles, "
        f"{report.passages} passages, {report.seconds:.1f} s"
    )
    for failure in report.failed:
        click.echo(f"   failed: {failure.source}: {failure.error}", err=True)
    _show_pages(pipeline)
    click.secho("2  Ask", bold=True)
    for number, (what, question) in enumerate(QUESTIONS, 1):
        click.secho(f"\n   {number}. {question}", fg="cyan")
        click.secho(f"      ({what})", dim=True)
        print_answer(await pipeline.ask(question))
    click.secho("\n3  Summarise every article", bold=True)
    failed = await _summarise(pipeline)
    click.secho("4  Go on", bold=True)
    click.echo("   make serve                                  the web page: http://127.0.0.1:8000/")
    click.echo('   .venv/bin/gazette ask "……?"                 a question of your own')
    click.echo("   .venv/bin/gazette ingest YOUR_FOLDER        your own pages")
    return 1 if report.failed or failed else 0


def _show_pages(pipeline: Pipeline) -> None:
    names: dict[ArticleKind, str] = {"article": "稿件", "photo_caption": "图片说明", "continuation": "接转稿"}
    for document in pipeline.documents():
        pieces = [article for article, _ in pipeline.articles(document_id=document.document_id, limit=500)]
        kinds = Counter(piece.kind for piece in pieces)
        counted = ", ".join(f"{kinds[kind]} {name}" for kind, name in names.items() if kinds[kind])
        click.echo(f"   {document.document}: {counted}")
        for piece in pieces:
            if piece.kind in names:
                title = piece.title or f"(无题) {piece.text[:20]}…"
                repeated = "  = 重复,不再收录" if piece.duplicate_of else ""
                click.secho(f"      · {harmless(title.replace(chr(10), ' '))}{repeated}", dim=True)
    click.echo()


async def _summarise(pipeline: Pipeline) -> bool:
    """Write all summaries in three formats; whether any article failed."""
    chosen = list(pipeline.summarisable())
    limit = pipeline.settings.summarise.max_chars
    with progress_on_stderr() as progress:
        rows = await summarise_all(pipeline, chosen, max_chars=limit, style="brief", progress=progress)
    for path, content in (
        (OUT / "summaries.jsonl", summaries_jsonl(rows)),
        (OUT / "summaries.md", summaries_markdown(rows)),
        (OUT / "summaries.html", summaries_html(rows)),
    ):
        write_atomic(path, content)
        click.echo(f"   {path}")
    failed = list(failures(rows))
    for row in failed:
        click.echo(f"   failed: {row['article_id']}: {row['error']}", err=True)
    click.echo(f"   {len(rows)} summaries, {len(failed)} failed\n")
    return bool(failed)


def main() -> None:
    """Run the demo over the configured data folder."""
    try:
        pipeline = build_pipeline(Settings.load())
        try:
            status = asyncio.run(demo(pipeline))
        finally:
            pipeline.close()
    except GazetteError as error:
        click.echo(f"demo: {error}", err=True)
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
