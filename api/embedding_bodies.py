"""What is sent to ``POST /v1/embeddings``, and the shape of what comes back. Knows nothing of how vectors are made."""

from __future__ import annotations

import base64
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.errors import refused
from rag.embedding import Embedded, Role
from rag.serialise import Json

PASSAGE_MODEL = "gazette-embedding"
QUERY_MODEL = "gazette-embedding-query"
EMBEDDING_MODELS = (PASSAGE_MODEL, QUERY_MODEL)
"""The corpus' embedder, for what is to be found and for what it is to be found by: E5 reads them differently."""

MAX_TEXTS = 2048
"""As many as OpenAI takes; bodies are limited in bytes too (`api/guard.py`)."""


class EmbeddingsBody(BaseModel):
    """Body of ``POST /v1/embeddings``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str = Field(
        min_length=1,
        max_length=200,
        description=f"`{PASSAGE_MODEL}` for texts to be found, `{QUERY_MODEL}` for questions to find them by.",
    )
    input: str | list[Any] = Field(description=f"A text, or up to {MAX_TEXTS} texts. Token numbers are not taken.")
    encoding_format: Literal["float", "base64"] | None = Field("float", description="Base64: little-endian floats.")
    dimensions: int | None = Field(None, description="The model's own, or left out.")

    @property
    def role(self) -> Role:
        """What the texts are."""
        return "query" if self.model == QUERY_MODEL else "passage"

    def texts(self, dim: int) -> list[str]:
        """The texts to embed.

        Args:
            dim: length of the model's vectors.

        Raises:
            Problem: 400, they are none, too many, empty or not texts; or vectors of another length are asked for.
        """
        if self.dimensions not in (None, dim):
            raise refused("dimensions", f"{self.dimensions}; this model's vectors have {dim}, leave it out")
        texts = [self.input] if isinstance(self.input, str) else self.input
        if not 1 <= len(texts) <= MAX_TEXTS:
            raise refused("input", f"{len(texts)} texts; send 1 to {MAX_TEXTS}", "invalid_value")
        for at, text in enumerate(texts):
            place = "input" if isinstance(self.input, str) else f"input.{at}"
            if not isinstance(text, str):
                raise refused(place, "not a text; token numbers are another model's, send the text", "invalid_type")
            if not text.strip():
                raise refused(place, "empty; there is nothing to embed", "invalid_value")
            if not _encodable(text):
                raise refused(place, "holds half of a surrogate pair, which is no character", "invalid_value")
        return texts


def embeddings_json(body: EmbeddingsBody, found: Embedded) -> Json:
    """The vectors in OpenAI's shape."""
    rows = found.vectors.astype("<f4")
    coded = [_base64(row.tobytes()) for row in rows] if body.encoding_format == "base64" else rows.tolist()
    return {
        "object": "list",
        "model": body.model,
        "data": [{"object": "embedding", "index": at, "embedding": one} for at, one in enumerate(coded)],
        "usage": {"prompt_tokens": found.tokens, "total_tokens": found.tokens},
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
