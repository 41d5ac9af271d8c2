"""Summaries of many articles that can be stopped at any moment and started again without doing anything twice.

Each finished row is kept in the ledger (see ``desk.py``); a second run, also after a kill, finds it there. Rows come in
the order asked for, as they are done; only those of the groups under way are in memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from itertools import islice

from rag.batch.crew import Clerk, Crew, Did, HereCrew
from rag.batch.desk import SummaryDesk
from rag.batch.pace import Patience
from rag.batch.plan import SUMMARIES
from rag.errors import ModelUnavailableError
from rag.models import Again, Done, Failed, Refused, SummaryStyle, Unit, UnitError
from rag.pipeline import Pipeline
from rag.protocols import Progress
from rag.serialise import Json


def summary_desk(pipeline: Pipeline) -> SummaryDesk:
    """A desk that summarises with a pipeline."""
    model, revision = pipeline.generator.model, pipeline.revision
    return SummaryDesk(
        pipeline.ledger, pipeline.collection, pipeline.reading, pipeline.summarise, model=model, revision=revision
    )


async def summarise_all(
    pipeline: Pipeline,
    article_ids: Sequence[str],
    *,
    max_chars: int,
    style: SummaryStyle,
    progress: Progress | None = None,
) -> list[Json]:
    """One row per article, in the order given, whatever was interrupted before; a failure is tried next time.

    Args:
        pipeline: asked for the articles that have no kept row yet.
        article_ids: each gets exactly one row.
        max_chars: longest summary in characters.
        style: headline, brief or bullets.
        progress: told after every article.

    Returns:
        Rows in the shape of ``summary_json``; where the model failed ``summary`` is null, and an ``error`` is added.

    Raises:
        ModelUnavailableError: the model would refuse every article alike: key, credit, name.
    """
    crew = HereCrew(Clerk(summary_desk(pipeline)), size=1, group=1)
    rows: list[Json] = []
    async for row in summary_rows(pipeline, crew, article_ids, Patience(1), max_chars=max_chars, style=style):
        rows.append(row)
        if progress:
            progress("summarise", len(rows), len(article_ids))
    return rows


async def summary_rows(
    pipeline: Pipeline,
    crew: Crew,
    article_ids: Iterable[str],
    patience: Patience,
    *,
    max_chars: int,
    style: SummaryStyle,
) -> AsyncGenerator[Json, None]:
    """As ``summarise_all``, row by row, with a crew and as much patience as given."""
    desk = summary_desk(pipeline)
    under_way: deque[asyncio.Task[list[Did]]] = deque()
    groups = _groups(article_ids, crew.group, {"max_chars": max_chars, "style": style})
    held: deque[list[Unit]] = deque()
    try:
        while True:
            for units in islice(groups, crew.size - len(under_way)):
                held.append(units)
                under_way.append(asyncio.create_task(_done(pipeline, crew, units, patience)))
            if not under_way:
                return
            for unit, did in zip(held[0], await under_way[0], strict=True):
                yield _row(desk, unit, did, style)
            under_way.popleft()
            held.popleft()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _done(pipeline: Pipeline, crew: Crew, units: Sequence[Unit], patience: Patience) -> list[Did]:
    """A group, its rows kept, what is worth it tried again."""
    found: dict[int, Did] = {}
    attempt, waiting = 1, list(units)
    while True:
        dids = await crew.do(waiting)
        replies = [did.reply for did in dids if did.reply is not None]
        if replies:
            await asyncio.to_thread(pipeline.ledger.save_replies, pipeline.collection, replies)
        found.update({unit.position: did for unit, did in zip(waiting, dids, strict=True)})
        _check_not_refused(dids)
        again = [unit for unit in waiting if isinstance(found[unit.position].outcome, Again)]
        if not again or attempt >= patience.attempts:
            return [found[unit.position] for unit in units]
        waits = [did.outcome.after_seconds for did in dids if isinstance(did.outcome, Again)]
        asked = max((wait for wait in waits if wait is not None), default=None)
        await asyncio.sleep(patience.wait(attempt, asked))
        attempt, waiting = attempt + 1, again


def _check_not_refused(dids: Sequence[Did]) -> None:
    """See that the model does not refuse everybody, before all the others are refused one by one."""
    for did in dids:
        if isinstance(did.outcome, Refused) and did.outcome.is_sure:
            raise ModelUnavailableError(did.outcome.error.message, concerns="every_call")


def _groups(article_ids: Iterable[str], size: int, fixed: Json) -> Iterator[list[Unit]]:
    units = (
        Unit(position, position + 1, None, SUMMARIES, {"article_id": article_id, **fixed})
        for position, article_id in enumerate(article_ids)
    )
    while group := list(islice(units, size)):
        yield group


def _row(desk: SummaryDesk, unit: Unit, did: Did, style: SummaryStyle) -> Json:
    match did.outcome:
        case Done(body):
            return dict(body)
        case Failed(UnitError(_, message)) | Again(UnitError(_, message)) | Refused(UnitError(_, message)):
            return desk.failed(unit.body["article_id"], style, message)


def failures(rows: Iterable[Json]) -> Iterator[Json]:
    """The rows whose model failed."""
    return (row for row in rows if "error" in row)
