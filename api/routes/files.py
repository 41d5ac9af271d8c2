"""Files of batches: send an input, read an output."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from api import batch_replies, schemas
from api.deps import OpenPipeline
from api.openapi import problems
from rag.batch import content_pieces, file_json, keep_file
from rag.pipeline import Pipeline

router = APIRouter(prefix="/v1/files", tags=["batches"])

FileId = Annotated[str, Path(description="`id` of a file, or `output_file_id` or `error_file_id` of a batch.")]


@router.post("", summary="Send a file", response_model=batch_replies.FileReply, responses=problems(413, 422, 503))
async def upload(
    pipeline: OpenPipeline, form: Annotated[schemas.BatchFileForm, Form(media_type="multipart/form-data")]
) -> JSONResponse:
    """Keep the requests of a batch: JSON lines in UTF-8. The same bytes are one file."""
    content = await form.file.read()
    name = form.file.filename or "requests.jsonl"
    return JSONResponse(file_json(await run_in_threadpool(keep_file, pipeline, name, content)))


@router.get("", summary="List files", response_model=batch_replies.FilesReply, responses=problems(503))
def listed(pipeline: OpenPipeline) -> JSONResponse:
    """Every file that was sent, the newest first."""
    data = [file_json(one) for one in pipeline.ledger.batches.files(pipeline.collection)]
    return JSONResponse({"object": "list", "data": data, "has_more": False})


@router.get(
    "/{file_id}", summary="Read about a file", response_model=batch_replies.FileReply, responses=problems(404, 503)
)
def read(pipeline: OpenPipeline, file_id: FileId) -> JSONResponse:
    """Name, size and time of a file that was sent."""
    return JSONResponse(file_json(pipeline.ledger.batches.file(pipeline.collection, file_id)))


@router.get(
    "/{file_id}/content",
    summary="Read a file",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}, "description": "JSON lines."},
        **problems(404, 503),
    },
)
def content(pipeline: OpenPipeline, file_id: FileId) -> Response:
    """A file as it was sent, or the output or error file of a batch, as far as it is done; in the order of the input.

    The same batch always gives the same bytes.
    """
    pieces = _pieces(pipeline, file_id)
    return StreamingResponse(pieces, media_type="application/jsonl")


@router.delete(
    "/{file_id}",
    summary="Delete a file",
    response_model=batch_replies.FileDeletedReply,
    responses=problems(404, 503),
)
def delete(pipeline: OpenPipeline, file_id: FileId) -> JSONResponse:
    """Let go of a file that was sent. Batches made from it keep what they have."""
    pipeline.ledger.batches.drop_file(pipeline.collection, file_id)
    return JSONResponse({"id": file_id, "object": "file", "deleted": True})


def _pieces(pipeline: Pipeline, file_id: str) -> Iterator[bytes]:
    """The content; looked up at once, so that what is not there is told before anything is sent."""
    pieces = content_pieces(pipeline.ledger, pipeline.collection, file_id)
    first = next(pieces, "")
    return (piece.encode() for piece in chain((first,), pieces))
