"""Digests and timelines: many articles told together, every one accounted for; a subject in order of time."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api import digest_bodies as bodies
from api.deps import OpenPipeline, while_connected
from api.errors import Problem
from api.openapi import problems
from rag.models import Filters
from rag.pipeline import Pipeline
from rag.telling import digest_json, timeline_json

router = APIRouter(prefix="/v1", tags=["digests"])


@router.post(
    "/digests", summary="Tell many articles together", response_model=bodies.DigestReply,
    responses=problems(404, 413, 422, 502, 503),
)  # fmt: skip
async def digest(request: Request, pipeline: OpenPipeline, body: bodies.DigestBody) -> JSONResponse:
    """A cited line a story, by place and subject; `coverage` accounts for every article. Hanging up cancels."""
    wanted = body.request()
    await run_in_threadpool(_check, pipeline, wanted.filters)
    made = await while_connected(request, pipeline.digest(wanted))
    return JSONResponse(digest_json(made.digest))


@router.post(
    "/timelines", summary="A subject in order of time", response_model=bodies.TimelineReply,
    responses=problems(404, 413, 422, 503),
)  # fmt: skip
async def timeline(request: Request, pipeline: OpenPipeline, body: bodies.TimelineBody) -> JSONResponse:
    """Dated statements about a subject, quoted and cited; the undated apart."""
    filters = body.limits()
    await run_in_threadpool(_check, pipeline, filters)
    made = await while_connected(request, pipeline.timeline(body.subject, filters=filters))
    return JSONResponse(timeline_json(made))


def _check(pipeline: Pipeline, filters: Filters) -> None:
    """Tell a mistyped document from an empty one, and a request from work for the command line.

    Raises:
        Problem: 404 no such document; 422 too many articles.
    """
    if filters.document is not None and not pipeline.articles(filters=Filters(document=filters.document), limit=1):
        detail = f"no document {filters.document!r} in collection {pipeline.collection!r}; GET /v1/documents lists them"
        raise Problem(404, "not-found", "Not in this collection", detail)
    found = len(pipeline.articles(filters=filters, limit=bodies.MAX_ARTICLES + 1))
    if found > bodies.MAX_ARTICLES:
        detail = (
            f"more than {bodies.MAX_ARTICLES} pieces; run `gazette digest`, which has no limit, or ask for "
            "some days, a place or a document"
        )
        raise Problem(422, "too-many", "Too many articles for one request", detail)
