"""Batches: many requests in one file, worked on while the service runs, and further after a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api import batch_replies, schemas
from api.batching import Batching
from api.deps import OpenPipeline
from api.openapi import problems
from rag.batch import cancel as cancelled
from rag.batch import make_batch, told
from rag.batch import pause as paused
from rag.batch import resume as resumed
from rag.models import Batch
from rag.pipeline import Pipeline
from rag.staffing import check_budget

router = APIRouter(prefix="/v1/batches", tags=["batches"])

BatchId = Annotated[str, Path(description="`id` of a batch.")]


@router.post("", summary="Start a batch", responses=problems(404, 422, 503), response_model=batch_replies.BatchReply)
async def start(request: Request, pipeline: OpenPipeline, body: schemas.BatchBody) -> JSONResponse:
    """Work through a file of requests. The same file and settings are the same batch, until the corpus changes.

    Lines that cannot be done stand in the error file with their number; the others go on. Batches are worked on one
    after the other, also after a restart of the service.
    """
    batch = await run_in_threadpool(_made, pipeline, body)
    _batching(request).wake()
    return JSONResponse(await run_in_threadpool(told, pipeline.ledger, batch))


@router.get("", summary="List batches", response_model=batch_replies.BatchesReply, responses=problems(404, 422, 503))
def listed(pipeline: OpenPipeline, query: Annotated[schemas.BatchQuery, Query()]) -> JSONResponse:
    """Batches, the newest first."""
    found = pipeline.ledger.batches.newest(pipeline.collection, limit=query.limit + 1, after=query.after)
    data = [told(pipeline.ledger, one) for one in found[: query.limit]]
    first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
    more = len(found) > query.limit
    return JSONResponse({"object": "list", "data": data, "first_id": first, "last_id": last, "has_more": more})


@router.get(
    "/{batch_id}", summary="Read a batch", response_model=batch_replies.BatchReply, responses=problems(404, 503)
)
def read(pipeline: OpenPipeline, batch_id: BatchId) -> JSONResponse:
    """How far a batch is."""
    return JSONResponse(told(pipeline.ledger, _known(pipeline, batch_id)))


@router.post(
    "/{batch_id}/cancel",
    summary="Cancel a batch",
    response_model=batch_replies.BatchReply,
    responses=problems(404, 422, 503),
)
def cancel(pipeline: OpenPipeline, batch_id: BatchId) -> JSONResponse:
    """End a batch for good after the requests under way; what is done stays in its output."""
    return JSONResponse(told(pipeline.ledger, cancelled(pipeline.ledger, _known(pipeline, batch_id))))


@router.post(
    "/{batch_id}/pause",
    summary="Pause a batch",
    response_model=batch_replies.BatchReply,
    responses=problems(404, 422, 503),
)
def pause(pipeline: OpenPipeline, batch_id: BatchId) -> JSONResponse:
    """Hand out nothing more after the requests under way."""
    return JSONResponse(told(pipeline.ledger, paused(pipeline.ledger, _known(pipeline, batch_id))))


@router.post(
    "/{batch_id}/resume",
    summary="Resume a batch",
    response_model=batch_replies.BatchReply,
    responses=problems(404, 422, 503),
)
async def resume(request: Request, pipeline: OpenPipeline, batch_id: BatchId) -> JSONResponse:
    """Go on with a paused batch; of one that is done, try again the requests that failed."""
    known = await run_in_threadpool(_known, pipeline, batch_id)
    batch = await run_in_threadpool(resumed, pipeline, known)
    _batching(request).wake()
    return JSONResponse(await run_in_threadpool(told, pipeline.ledger, batch))


def _made(pipeline: Pipeline, body: schemas.BatchBody) -> Batch:
    check_budget(pipeline, body.budget_usd)
    return make_batch(
        pipeline,
        pipeline.ledger.batches.file(pipeline.collection, body.input_file_id),
        endpoint=body.endpoint,
        budget_usd=body.budget_usd,
        window=timedelta(hours=body.hours) if body.hours else None,
        metadata=body.metadata,
    )


def _known(pipeline: Pipeline, batch_id: str) -> Batch:
    return pipeline.ledger.batches.get(pipeline.collection, batch_id)


def _batching(request: Request) -> Batching:
    batching: Batching = request.app.state.batching
    return batching
