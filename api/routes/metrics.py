"""Figures of operation, as Prometheus reads them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.deps import opening_of
from rag.adapters.prometheus import CONTENT_TYPE, Meter

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Every figure; what is held only once the store is open. Holds no text and no name a user gave anything."""
    meter: Meter = request.app.state.meter
    collections = opening_of(request).collections
    look = collections.own.ledger.holdings if collections is not None else None
    return Response(await run_in_threadpool(meter.render, look), media_type=CONTENT_TYPE)
