"""Summaries of many articles that can be stopped at any moment and started again without doing anything twice.

Each finished row is kept in the ledger under a key of everything that shapes it (the article with its place, date and
marks and what goes on from it elsewhere, its document, length, style, model, and the revision of our own code and
prompts), and goes with any of its documents. A
second run, also after a kill, finds the rows there; the output is written once, whole, at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from rag.errors import GazetteError
from rag.issue import Reading
from rag.models import Summary, SummaryStyle
from rag.pipeline import Pipeline
from rag.protocols import Progress
from rag.serialise import Json, summary_json


async def summarise_all(
    pipeline: Pipeline,
    article_ids: Sequence[str],
    *,
    max_chars: int,
    style: SummaryStyle,
    progress: Progress | None = None,
) -> list[Json]:
    """One row per article, in the order given, whatever was interrupted before.

    Args:
        pipeline: asked for the articles that have no kept row yet.
        article_ids: each gets exactly one row.
        max_chars: longest summary in characters.
        style: headline, brief or bullets.
        progress: told after every article.

    Returns:
        Rows in the shape of ``summary_json``; where the model failed ``summary`` is null, and an ``error`` is added.
    """
    rows: list[Json] = []
    for done, article_id in enumerate(article_ids, 1):
        rows.append(await _row(pipeline, article_id, max_chars, style))
        if progress:
            progress("summarise", done, len(article_ids))
    return rows


async def _row(pipeline: Pipeline, article_id: str, max_chars: int, style: SummaryStyle) -> Json:
    reading = pipeline.reading(article_id)
    article, document = reading.article, reading.document
    key = _key(reading, max_chars, style, pipeline)
    kept = pipeline.ledger.saved_reply(pipeline.collection, key)
    if kept is not None:
        return kept
    try:
        summary = await pipeline.summarise(article_id, max_chars=max_chars, style=style)
    except GazetteError as error:
        # Not kept: a provider's failure is worth another try next time.
        model = pipeline.generator.model
        none = Summary(article_id, document, article.kind, article.title, style, None, None, (), (), model)
        return {**summary_json(none), "error": str(error)}
    row = summary_json(summary)
    quoted = [half.article.document_id for half in reading.halves]
    pipeline.ledger.save_reply(pipeline.collection, key, row, document_id=article.document_id, also=quoted)
    return row


def _key(reading: Reading, max_chars: int, style: SummaryStyle, pipeline: Pipeline) -> str:
    parts = (pipeline.revision, reading.stamp, str(max_chars), style, pipeline.generator.model)
    return "summary:" + sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def failures(rows: Sequence[Json]) -> Iterator[Json]:
    """The rows whose model failed."""
    return (row for row in rows if "error" in row)
