"""Embeddings in OpenAI's shape, by the model that the corpus is indexed with."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.chat.bodies import known_model
from api.deps import OpenPipeline, while_connected
from api.embedding_bodies import EMBEDDING_MODELS, EmbeddingsBody, embeddings_json
from api.errors import refused
from api.refusals import openai_problems
from rag.errors import OverlongError

router = APIRouter(prefix="/v1", tags=["chat"])


@router.post("/embeddings", summary="Texts to vectors", responses=openai_problems(404))
async def embed(request: Request, pipeline: OpenPipeline, body: EmbeddingsBody) -> JSONResponse:
    """Unit vectors of texts, by the embedder the corpus is indexed with: their product is the cosine.

    `gazette-embedding` writes the prefix of passages before each text (E5: `passage: `), `gazette-embedding-query` that
    of questions (`query: `); tokens are counted with it. A text longer than the model reads is refused, never cut.
    """
    known_model(body.model, EMBEDDING_MODELS)
    texts = body.texts(pipeline.embedding.dim)
    try:
        found = await while_connected(request, pipeline.embedding.embed(texts, body.role))
    except OverlongError as error:
        place = "input" if isinstance(body.input, str) else f"input.{error.index}"
        detail = f"{error.tokens} tokens; the model reads {error.limit}, send it in parts"
        raise refused(place, detail, "context_length_exceeded") from error
    return JSONResponse(embeddings_json(body, found))
