"""Corrections: how a page was cut, put right by hand; list them, take one back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api import correction_replies, schemas
from api.deps import OpenPipeline
from api.openapi import problems
from api.paging import paged
from rag.correcting import correct, undo
from rag.errors import NotFoundError
from rag.models import StoredCorrection
from rag.pipeline import Pipeline
from rag.serialise import article_json, correction_json

router = APIRouter(prefix="/v1/corrections", tags=["corrections"])


@router.post(
    "",
    summary="Correct a cut",
    status_code=201,
    response_model=correction_replies.AmendmentReply,
    responses=problems(404, 422, 503),
)
async def make(pipeline: OpenPipeline, body: schemas.CorrectionBody) -> JSONResponse:
    """Merge, split, retitle, or say what a piece is. Search, answers and summaries see it when the reply comes.

    A correction holds on to words of the page: it stays when the page is taken in again, cut better, or read better.
    422 when the words do not stand there, or stand there more than once; `detail` names the candidates.
    """
    amendment = await correct(pipeline, body.request())
    shape = {
        "correction": correction_json(amendment.correction),
        "articles": [article_json(*pair) for pair in amendment.articles],
    }
    return JSONResponse(shape, 201)


@router.get(
    "",
    summary="List corrections",
    response_model=correction_replies.CorrectionsReply,
    responses=problems(404, 422, 503),
)
async def listed(pipeline: OpenPipeline, query: Annotated[schemas.CorrectionQuery, Query()]) -> JSONResponse:
    """Corrections by document; `reason` says why one does not apply to the document as it is now."""
    found = await run_in_threadpool(_after, pipeline, query.document_id, query.after)
    return paged(found[: query.limit + 1], query.limit, key=_cursor, shape=correction_json)


@router.delete("/{correction_id}", summary="Take a correction back", status_code=204, responses=problems(404, 503))
async def take_back(
    pipeline: OpenPipeline, correction_id: Annotated[str, Path(description="`correction_id` of a correction.")]
) -> Response:
    """The page is cut again without it; later corrections stay."""
    await undo(pipeline, correction_id)
    return Response(status_code=204)


def _after(pipeline: Pipeline, document_id: str | None, after: str | None) -> list[StoredCorrection]:
    """All corrections behind the cursor: they are made by hand, so they are never many."""
    if document_id is not None:
        pipeline.document(document_id)
    found = pipeline.ledger.corrections(pipeline.collection, document_id)
    if after is None:
        return found
    cursors = [_cursor(one) for one in found]
    if after not in cursors:
        raise NotFoundError(f"no correction {after} to go on after; start the list again")
    return found[cursors.index(after) + 1 :]


def _cursor(stored: StoredCorrection) -> str:
    """A document and a later text of its source may hold the same correction."""
    return f"{stored.document_id}:{stored.kept.correction.correction_id}"
