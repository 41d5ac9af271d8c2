"""Whether the process is up, and whether it can answer."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

import rag
from api import replies
from api.caller import caller_of
from api.deps import OpenPipeline
from api.errors import Problem
from api.openapi import problems
from rag.errors import StoreError

router = APIRouter(tags=["health"])


@router.get("/livez", summary="Is the process up?", response_model=replies.LiveReply)
async def live() -> JSONResponse:
    """The process is up; says nothing about the store."""
    return JSONResponse({"status": "live"})


@router.get("/readyz", summary="Can it answer?", response_model=replies.ReadyReply, responses=problems(503))
async def ready(request: Request, pipeline: OpenPipeline) -> JSONResponse:
    """Ready to answer: the pipeline is open and the store was reached just now."""
    try:
        counts = await run_in_threadpool(pipeline.counts)
    except StoreError as error:
        raise Problem(503, "not-ready", "Not ready", str(error)) from error
    held = {"collection": pipeline.collection, **asdict(counts)} if caller_of(request.scope) else {}
    told = {"status": "ready", **held, "model": pipeline.generator.model, "version": rag.__version__}
    return JSONResponse(told)
