"""Summaries: one verified summary an article."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api import replies, schemas
from api.deps import OpenPipeline, while_connected
from api.errors import Problem
from api.openapi import problems
from rag.models import Filters, Summary
from rag.pipeline import Pipeline
from rag.serialise import summary_json

router = APIRouter(prefix="/v1/summaries", tags=["summaries"])

AT_ONCE = 4
"""Summaries asked for side by side: a remote model waits most of the time, and providers bound parallel calls."""


@router.post(
    "", summary="Summarise articles", response_model=replies.SummariesReply, responses=problems(404, 413, 422, 502, 503)
)
async def summarise(request: Request, pipeline: OpenPipeline, body: schemas.SummariesBody) -> JSONResponse:
    """Summarise articles by id, those of a document, or all; a text that cannot be summed up abstains and says why.

    Furniture and repeated pieces have no summary: 404 when asked for by id, left out otherwise. Hanging up cancels.
    """
    ids = await run_in_threadpool(_chosen, pipeline, body)
    summaries = await while_connected(request, _summarised(pipeline, ids, body))
    return JSONResponse({"items": [summary_json(summary) for summary in summaries]})


def _chosen(pipeline: Pipeline, body: schemas.SummariesBody) -> list[str]:
    if body.article_ids is not None:
        return list(dict.fromkeys(body.article_ids))
    filters = Filters(document=body.document)
    ids = list(islice(pipeline.summarisable(filters=filters), schemas.MAX_SUMMARIES + 1))
    if len(ids) > schemas.MAX_SUMMARIES:
        detail = (
            f"more than {schemas.MAX_SUMMARIES} articles; run `gazette summarise --all`, which can be interrupted, "
            "or ask for one document or some article_ids"
        )
        raise Problem(422, "too-many", "Too many articles for one request", detail)
    if not ids and body.document is not None and not pipeline.articles(filters=filters, limit=1):
        detail = f"no document {body.document!r} in collection {pipeline.collection!r}; GET /v1/documents lists them"
        raise Problem(404, "not-found", "Not in this collection", detail)
    return ids


async def _summarised(pipeline: Pipeline, ids: Sequence[str], body: schemas.SummariesBody) -> list[Summary]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(article_id: str) -> Summary:
        async with turns:
            return await pipeline.summarise(article_id, max_chars=body.max_chars, style=body.style)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(article_id)) for article_id in ids]
    except ExceptionGroup as failures:
        # The group has cancelled the rest; the first failure is the reply.
        raise failures.exceptions[0] from failures
    return [task.result() for task in tasks]
