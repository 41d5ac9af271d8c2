"""Search: the passages a question is nearest to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api import schemas, search_replies
from api.deps import OpenPipeline, while_connected
from api.openapi import problems
from rag.serialise import ranking_json

router = APIRouter(prefix="/v1/search", tags=["search"])


@router.post("", summary="Find passages", response_model=search_replies.SearchReply, responses=problems(413, 422, 503))
async def search(request: Request, pipeline: OpenPipeline, body: schemas.SearchBody) -> JSONResponse:
    """The `k` best passages. Traditional and Simplified find each other."""
    ranking = await while_connected(request, pipeline.search(body.query, k=body.k, filters=body.limits()))
    return JSONResponse(ranking_json(ranking, explain=body.explain))
