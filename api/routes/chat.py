"""The routes of chat programs: OpenAI's chat completions and list of models, over the same checked answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import EventSourceResponse, JSONResponse, Response

from api.chat.bodies import MODELS, ChatBody, known_model
from api.chat.completions import Completion, failed, frames
from api.chat.wishes import Wish, pieces, replied
from api.deps import OpenPipeline, page_address, while_connected
from api.embedding_bodies import EMBEDDING_MODELS
from api.refusals import openai_problems
from api.stream import HEADERS, streamed
from rag.serialise import Json

router = APIRouter(prefix="/v1", tags=["chat"])

CHUNKS: Json = {"type": "object", "properties": {"data": {"type": "string"}}, "required": ["data"]}
"""An event of a stream: a chunk as JSON, an error, or `[DONE]`."""

_SINCE = 1704067200
"""What `created` says of our models, which are not dated: the first second of 2024."""


@router.get("/models", summary="List models")
async def models() -> JSONResponse:
    """What can be asked: `gazette-qa` answers a question, `gazette-summary` summarises the article
    that fits best (or whose id is given), `gazette-digest` writes a digest on a topic. `gazette-embedding` and
    `gazette-embedding-query` only make vectors, at `/v1/embeddings`."""
    return JSONResponse({"object": "list", "data": [_model(name) for name in (*MODELS, *EMBEDDING_MODELS)]})


@router.get("/models/{model}", summary="One model", responses=openai_problems(404))
async def model(model: Annotated[str, Path(description="Its name.")]) -> JSONResponse:
    """One of them."""
    return JSONResponse(_model(known_model(model, (*MODELS, *EMBEDDING_MODELS))))


@router.post(
    "/chat/completions",
    summary="Answer in OpenAI's shape",
    responses={200: {"content": {"text/event-stream": {"schema": CHUNKS}}}, **openai_problems(404, 502)},
)
async def complete(request: Request, pipeline: OpenPipeline, body: ChatBody) -> Response:
    """The last message is the question, those before it the conversation.

    The text carries `[n]` and ends with a list of sources; `annotations` and the top-level `citations` say the same for
    programs. Only verified text leaves, streamed or not. System messages are taken and not followed.
    """
    completion = Completion(known_model(body.model), page_address(request))
    wish = Wish(body.model, body.question, body.turns(), keep=body.store is not False)
    if body.stream:
        coming = frames(completion, pieces(pipeline, wish, completion.base), with_usage=body.with_usage)
        return EventSourceResponse(streamed(request, coming, failed), headers=HEADERS)
    return JSONResponse(completion.whole(await while_connected(request, replied(pipeline, wish))))


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": _SINCE, "owned_by": "gazette"}
