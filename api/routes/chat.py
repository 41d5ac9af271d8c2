"""The routes of chat programs: OpenAI's chat completions and list of models, over the same checked answers."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import EventSourceResponse, JSONResponse, Response

from api.chat.bodies import DIGEST, MODELS, QA, ChatBody
from api.chat.completions import Completion, chunks, streamed, whole_chunks
from api.chat.writing import Reply
from api.deps import OpenPipeline, while_connected
from api.errors import Problem
from api.stream import HEADERS
from rag.models import Digest, DigestRequest, Filters, Summary
from rag.pipeline import Pipeline
from rag.serialise import Json

router = APIRouter(prefix="/v1", tags=["chat"])

_ARTICLE_ID = re.compile(r"art_\w+")
_SINCE = 1704067200
"""What `created` says of our models, which are not dated: the first second of 2024."""


@router.get("/models", summary="List models")
async def models() -> JSONResponse:
    """What can be asked: `gazette-qa` answers a question, `gazette-summary` summarises the article
    that fits best (or whose id is given), `gazette-digest` writes a digest on a topic."""
    return JSONResponse({"object": "list", "data": [_model(name) for name in MODELS]})


@router.get("/models/{model}", summary="One model")
async def model(model: Annotated[str, Path(description="Its name.")]) -> JSONResponse:
    """One of them."""
    return JSONResponse(_model(_known(model)))


@router.post("/chat/completions", summary="Answer in OpenAI's shape")
async def complete(request: Request, pipeline: OpenPipeline, body: ChatBody) -> Response:
    """The last message is the question, those before it the conversation.

    The text carries `[n]` and ends with a list of sources; `annotations` and the top-level `citations` say the same for
    programs. Only verified text leaves, streamed or not. System messages are taken and not followed.
    """
    completion = Completion(_known(body.model), str(request.base_url))
    if body.stream:
        pieces, happening = _pieces(pipeline, completion, body)
        return EventSourceResponse(streamed(request, pieces, happening), headers=HEADERS)
    made = _made(pipeline, body) if body.model != QA else pipeline.ask(body.question, history=body.turns())
    return JSONResponse(completion.whole(Reply.of(await while_connected(request, made))))


def _pieces(
    pipeline: Pipeline, completion: Completion, body: ChatBody
) -> tuple[AsyncIterator[Json], AsyncGenerator[Any, None]]:
    """The pieces of a stream, and the work to be closed when nobody listens any more."""
    if body.model == QA:
        asking = pipeline.stream(body.question, history=body.turns())
        return chunks(completion, asking, with_usage=body.with_usage), asking
    making = _making(pipeline, body)
    return whole_chunks(completion, making, with_usage=body.with_usage), making


async def _making(pipeline: Pipeline, body: ChatBody) -> AsyncGenerator[Reply, None]:
    yield Reply.of(await _made(pipeline, body))


async def _made(pipeline: Pipeline, body: ChatBody) -> Summary | Digest:
    """A digest on the topic of the last message; or a summary, of the article whose id it is, else of the best fit."""
    wanted = body.question
    if body.model == DIGEST:
        return (await pipeline.digest(DigestRequest(topic=wanted))).digest
    if _ARTICLE_ID.fullmatch(wanted):
        return await pipeline.summarise(wanted)
    found = await pipeline.search(wanted, k=1, filters=Filters(kind="article"))
    if not found.evidence:
        raise Problem(404, "not-found", "Not in this collection", f"no article fits {wanted[:80]!r}")
    return await pipeline.summarise(found.evidence[0].article.article_id)


def _known(name: str) -> str:
    if name not in MODELS:
        detail = f"model {name!r} is not offered here; offered: {', '.join(MODELS)}"
        raise Problem(404, "model_not_found", "No such model", detail)
    return name


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": _SINCE, "owned_by": "gazette"}
