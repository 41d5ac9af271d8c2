"""Records: answers as they were given, given again, exported, marked right or wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api import record_replies, schemas
from api.deps import OpenPipeline, while_connected
from api.openapi import problems
from api.paging import paged
from rag.adapters.docx import prose_docx
from rag.export import answer_prose, prose_markdown
from rag.record import kept_record, mark_json, record_json, replay_json

router = APIRouter(prefix="/v1/answers", tags=["answers"])

AnswerId = Annotated[str, Path(description="`id` of an answer.")]

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARKDOWN = "text/markdown"
_EXPORTED = {_MARKDOWN: {"schema": {"type": "string"}}, _DOCX: {"schema": {"type": "string", "format": "binary"}}}


@router.get(
    "", summary="List answers given", response_model=record_replies.RecordsReply, responses=problems(404, 422, 503)
)
async def listed(pipeline: OpenPipeline, query: Annotated[schemas.RecordQuery, Query()]) -> JSONResponse:
    """Answers as they were given, the newest first, each with what it was made from and a person's mark."""
    kept = await run_in_threadpool(
        pipeline.ledger.answers,
        pipeline.collection,
        limit=query.limit + 1,
        after=query.after,
        marked=query.marked,
    )
    return paged(kept, query.limit, key=lambda one: one.answer_id, shape=lambda one: record_json(kept_record(one)))


@router.get(
    "/{answer_id}", summary="Read one answer", response_model=record_replies.RecordReply, responses=problems(404, 503)
)
async def one(pipeline: OpenPipeline, answer_id: AnswerId) -> JSONResponse:
    """One answer as it was given."""
    return JSONResponse(record_json(await run_in_threadpool(pipeline.record, answer_id)))


@router.get(
    "/{answer_id}/export",
    summary="Export one answer",
    response_class=Response,
    responses={200: {"content": _EXPORTED}, **problems(404, 422, 503)},
)
async def export(
    pipeline: OpenPipeline, answer_id: AnswerId, query: Annotated[schemas.ExportQuery, Query()]
) -> Response:
    """The answer with its quotes as footnotes, as Markdown or DOCX."""
    prose = answer_prose(await run_in_threadpool(pipeline.record, answer_id))
    name = {"Content-Disposition": f'attachment; filename="{answer_id}.{query.format}"'}
    if query.format == "docx":
        return Response(await run_in_threadpool(prose_docx, prose), media_type=_DOCX, headers=name)
    return Response(prose_markdown(prose), media_type=_MARKDOWN, headers=name)


@router.post(
    "/{answer_id}/replay",
    summary="Ask again",
    response_model=record_replies.ReplayReply,
    responses=problems(404, 502, 503),
)
async def replay(request: Request, pipeline: OpenPipeline, answer_id: AnswerId) -> JSONResponse:
    """Ask a recorded question again, over today's corpus with today's settings; what differs, and why it may."""
    return JSONResponse(replay_json(await while_connected(request, pipeline.replay(answer_id))))


@router.put(
    "/{answer_id}/mark",
    summary="Mark an answer",
    response_model=record_replies.RecordReply,
    responses=problems(404, 422, 503),
)
async def mark(pipeline: OpenPipeline, answer_id: AnswerId, body: schemas.MarkBody) -> JSONResponse:
    """Mark an answer right or wrong, replacing an earlier mark; `gazette answers gold` makes an eval set of them."""
    await run_in_threadpool(pipeline.ledger.mark_answer, pipeline.collection, answer_id, mark_json(body.mark()))
    return JSONResponse(record_json(await run_in_threadpool(pipeline.record, answer_id)))


@router.delete("/{answer_id}/mark", summary="Take a mark away", status_code=204, responses=problems(404, 503))
async def unmark(pipeline: OpenPipeline, answer_id: AnswerId) -> Response:
    """The answer stays; the mark goes."""
    await run_in_threadpool(pipeline.ledger.mark_answer, pipeline.collection, answer_id, None)
    return Response(status_code=204)
