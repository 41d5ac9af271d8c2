"""Documents: upload, list, read, delete."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, UploadFile
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api import replies, schemas
from api.deps import OpenPipeline
from api.errors import Problem
from api.openapi import problems
from api.paging import paged
from rag.intake import Upload
from rag.serialise import document_json, listed_json, report_json

router = APIRouter(prefix="/v1/documents", tags=["documents"])

DocumentId = Annotated[str, Path(description="`document_id` of a document.")]


@router.post(
    "",
    summary="Take in files",
    response_model=replies.ReportReply,
    response_description="Everything was taken in, or was there already.",
    responses={
        207: {"model": replies.ReportReply, "description": "Some files were taken in; `failed` names the others."},
        **problems(413, 422, 503),
    },
)
async def upload(
    pipeline: OpenPipeline, form: Annotated[schemas.UploadForm, Form(media_type="multipart/form-data")]
) -> JSONResponse:
    """Take in files. The reply comes when all are stored and can be found.

    422 when no file could be taken in: a problem with the members of the report. The same bytes again count as
    `unchanged`; other bytes under a name already used replace that document.
    """
    uploads = [Upload(_name_of(file), await file.read()) for file in form.files]
    _refuse_twins(uploads)
    # Not cancelled when the client hangs up: what has begun to be written is written to its end.
    report = await pipeline.ingest((), uploads=uploads, metadata=form.metadata(), encoding=form.encoding or None)
    shape = report_json(report)
    if not report.failed:
        return JSONResponse(shape)
    if report.documents + report.unchanged:
        return JSONResponse(shape, 207)
    detail = "; ".join(failure.error for failure in report.failed)
    raise Problem(422, "nothing-ingested", "No file could be taken in", detail, members=shape)


@router.get("", summary="List documents", response_model=replies.DocumentsReply, responses=problems(404, 422, 503))
async def listed(pipeline: OpenPipeline, query: Annotated[schemas.DocumentQuery, Query()]) -> JSONResponse:
    """Documents by name, without their text."""
    found = await run_in_threadpool(pipeline.documents, limit=query.limit + 1, after=query.after)
    return paged(found, query.limit, key=lambda document: document.document_id, shape=listed_json)


@router.get(
    "/{document_id}", summary="Read one document", response_model=replies.DocumentReply, responses=problems(404, 503)
)
async def one(pipeline: OpenPipeline, document_id: DocumentId) -> JSONResponse:
    """One document with its text: what every `source_spans` indexes, in code points."""
    document = await run_in_threadpool(pipeline.document, document_id)
    return JSONResponse(document_json(document, with_text=True))


@router.delete("/{document_id}", summary="Delete one document", status_code=204, responses=problems(404, 503))
async def delete(pipeline: OpenPipeline, document_id: DocumentId) -> Response:
    """Remove a document; it is never found or cited again."""
    await pipeline.delete(document_id)
    return Response(status_code=204)


def _name_of(file: UploadFile) -> str:
    """The name as sent, its folders kept, for one may send a folder; but never one that climbs or starts at a root."""
    sent = (file.filename or "").replace("\\", "/")
    parts = [part for part in PurePosixPath(sent).parts if part not in ("/", "..", ".")]
    name = "/".join(parts)
    if not name or not name.isprintable():
        raise Problem(422, "file-name", "A file has no usable name", f"{sent!r}: give each file its name")
    return name


def _refuse_twins(uploads: list[Upload]) -> None:
    counted = Counter(upload.name for upload in uploads)
    twins = sorted(name for name, times in counted.items() if times > 1)
    if twins:
        detail = f"{', '.join(twins)}: sent more than once; a later file would replace an earlier one of its name"
        raise Problem(422, "file-name", "Two files have one name", detail)
