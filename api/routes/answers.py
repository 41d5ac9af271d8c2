"""Answers: a question to a verified answer or an abstention, whole or as a stream of events."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import EventSourceResponse, JSONResponse, Response

from api import replies, schemas
from api.answer_events import EVENT, example, failed, frames
from api.deps import OpenPipeline, while_connected
from api.errors import Problem
from api.openapi import problems
from api.stream import HEADERS, streamed
from rag.pipeline import Pipeline
from rag.serialise import answer_json

router = APIRouter(prefix="/v1/answers", tags=["answers"])


@router.post(
    "",
    summary="Answer a question",
    response_model=replies.AnswerReply,
    response_description="JSON, or server-sent events with `stream: true`.",
    responses={
        200: {"content": {"text/event-stream": {"schema": EVENT, "example": example()}}},
        **problems(413, 422, 502, 503),
    },
)
async def answer(request: Request, pipeline: OpenPipeline, body: schemas.AnswerBody) -> Response:
    """Answer from the pages, or say why they do not answer. Only verified text leaves, streamed or not.

    Hanging up cancels the work. Events of a stream: `evidence` (the articles found, before anything is drafted), then
    for each claim, as soon as it is verified, `citation` (before its first use), `delta` (the reply's next characters)
    and `claim`; or `abstention`; at last `done` with the whole answer, or `error` with a problem.
    """
    _check_model(pipeline, body.model)
    filters, turns = body.limits(), body.turns()
    if body.stream:
        coming = frames(pipeline.stream(body.question, history=turns, filters=filters))
        events = streamed(request, coming, partial(failed, request.url.path))
        return EventSourceResponse(events, headers=HEADERS)
    found = await while_connected(request, pipeline.ask(body.question, history=turns, filters=filters))
    return JSONResponse(answer_json(found))


def _check_model(pipeline: Pipeline, model: str | None) -> None:
    configured = pipeline.generator.model
    if model is not None and model != configured:
        detail = f"model {model!r} is not configured here; use {configured!r} or leave `model` out"
        raise Problem(422, "unknown-model", "Not the configured model", detail)
