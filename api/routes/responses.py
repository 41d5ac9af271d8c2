"""The Responses API of OpenAI, as far as it is text, over the same checked answers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import EventSourceResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api.chat.bodies import QA, known_model, turns
from api.chat.response_bodies import ResponsesBody
from api.chat.responses import Responding, answer_id_of
from api.chat.wishes import Wish, pieces, replied
from api.deps import OpenPipeline, page_address, while_connected
from api.errors import refused
from api.refusals import openai_problems
from api.stream import HEADERS, streamed
from rag.errors import NotFoundError
from rag.models import Turn
from rag.pipeline import Pipeline
from rag.serialise import Json

router = APIRouter(prefix="/v1", tags=["chat"])

EVENT: Json = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
"""An event of a stream: its type, and JSON that names it again."""

_MAX_TURNS = 100
"""Of the conversation before the last answer; more is never looked at, and would be kept again with every answer."""


@router.post(
    "/responses",
    summary="Answer in the shape of the Responses API",
    responses={200: {"content": {"text/event-stream": {"schema": EVENT}}}, **openai_problems(404, 502)},
)
async def respond(request: Request, pipeline: OpenPipeline, body: ResponsesBody) -> Response:
    """The input's last message is the question, those before it (or `previous_response_id`) the conversation.

    Streamed, it comes as OpenAI's typed events: `response.created` … `response.output_text.delta` …
    `response.output_text.annotation.added` … `response.completed`, or `response.failed`. Only verified text leaves.
    What would change the reply and is not offered (tools, JSON, images) is refused with 400 and the field's name.
    """
    known_model(body.model)
    messages = body.messages()
    before = await run_in_threadpool(_before, pipeline, body.previous_response_id)
    wish = Wish(body.model, messages[-1].text, (*before, *turns(messages[:-1])), body.keep)
    responding = Responding(body, page_address(request))
    if body.stream:
        coming = responding.frames(pieces(pipeline, wish, page_address(request)))
        return EventSourceResponse(streamed(request, coming, responding.failed), headers=HEADERS)
    return JSONResponse(responding.whole(await while_connected(request, replied(pipeline, wish))))


def _before(pipeline: Pipeline, name: str | None) -> tuple[Turn, ...]:
    """The conversation that an earlier response ended, out of its record."""
    if name is None:
        return ()
    try:
        record = pipeline.record(answer_id_of(name))
    except NotFoundError as error:
        detail = (
            f"{name!r} is not kept here: only answers of {QA} are, unless asked with store: false or erased since. "
            "Send the conversation in input instead"
        )
        raise refused("previous_response_id", detail, "previous_response_not_found") from error
    answer = record.answer
    reply = answer["answer"] or answer["abstention"]["message"]
    return (*record.history[-_MAX_TURNS:], Turn("user", answer["question"]), Turn("assistant", reply))
