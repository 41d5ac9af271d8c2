"""Vectors of passages, for a backup made beside the service: nobody else can read the folder it holds."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.deps import OpenPipeline

router = APIRouter(include_in_schema=False)


class VectorsBody(BaseModel):
    """Which passages."""

    model_config = ConfigDict(extra="forbid")

    passage_ids: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1000)]


@router.post("/v1/vectors")
async def vectors(pipeline: OpenPipeline, body: VectorsBody) -> JSONResponse:
    """Those that are held, by passage id: little-endian float32 in base64."""
    rows = await run_in_threadpool(pipeline.vector_rows, body.passage_ids)
    told = {name: b64encode(row.astype("<f4").tobytes()).decode() for name, row in rows.items()}
    return JSONResponse({"vectors": told})
