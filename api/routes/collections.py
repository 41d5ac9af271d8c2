"""Which collections the caller may choose among."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api import replies
from api.caller import caller_of
from api.deps import opening_of
from api.openapi import problems

router = APIRouter(tags=["collections"])


@router.get(
    "/v1/collections",
    summary="List collections",
    response_model=replies.CollectionsReply,
    responses=problems(503),
)
async def listed(request: Request) -> JSONResponse:
    """Where no key is needed, all of them: the header `Gazette-Collection` chooses. A key sees its own alone."""
    collections, caller = opening_of(request).require(), caller_of(request.scope)
    chosen = caller.collection if caller else collections.own.collection
    if caller is None or caller.key_id is not None:
        names = [chosen]
    else:
        names = sorted({chosen, *await run_in_threadpool(collections.names)})
    return JSONResponse({"items": [{"collection": name, "is_chosen": name == chosen} for name in names]})
