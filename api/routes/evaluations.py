"""What `gazette eval` measured on this machine: its runs and their reports, to be read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from api.evaluations import EvaluationQuery, Evaluations, EvaluationsReply, policy_of
from api.openapi import problems
from api.paging import paged

router = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])


@router.get("", summary="List evaluation runs", response_model=EvaluationsReply, responses=problems(404, 422))
async def listed(request: Request, query: Annotated[EvaluationQuery, Query()]) -> JSONResponse:
    """Finished runs of `gazette eval` with their figures, the newest first; of this machine, not of a corpus."""
    found = await run_in_threadpool(_evaluations(request).listed, limit=query.limit + 1, after=query.after)
    return paged(found, query.limit, key=lambda one: str(one["run"]), shape=lambda one: one)


@router.get(
    "/{run}/report",
    summary="Read a run's report",
    response_class=HTMLResponse,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A page."},
        **problems(404),
    },
)
async def report(request: Request, run: Annotated[str, Path(description="`run` of a list.")]) -> HTMLResponse:
    """The page `gazette eval report` makes: figures, plots and every sample. It runs no script and fetches nothing."""
    page = await run_in_threadpool(_evaluations(request).report, run)
    headers = {"Content-Security-Policy": policy_of(page), "Cache-Control": "no-store"}
    return HTMLResponse(page, headers=headers)


def _evaluations(request: Request) -> Evaluations:
    found: Evaluations = request.app.state.evaluations
    return found
