"""Verifications: any text, ours or not, judged claim by claim against the pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api import replies, schemas
from api.deps import OpenPipeline, while_connected
from api.openapi import problems
from rag.serialise import verification_json

router = APIRouter(prefix="/v1/verifications", tags=["verifications"])


@router.post(
    "", summary="Check a text", response_model=replies.VerificationReply, responses=problems(404, 413, 422, 503)
)
async def verify(request: Request, pipeline: OpenPipeline, body: schemas.VerificationBody) -> JSONResponse:
    """Every claim of the text with its verdict, the reason and the quotes it was judged by; nothing is dropped."""
    found = await while_connected(request, pipeline.verify_text(body.text, against=body.against))
    return JSONResponse(verification_json(found))
