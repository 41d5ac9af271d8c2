"""What any request may be refused with, put into the OpenAPI description of every operation. Knows no route's work.

A route names what its own work may be refused with; what the layers before it refuse with is the same everywhere.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.errors import MEDIA_TYPE, OPENAI_ROUTES
from rag.serialise import Json

_CHANGES = frozenset({"post", "put", "patch", "delete"})
_ANY = (401, 403, 421, 429)
_CHANGING = (503,)
_WITH_BODY = (400, 413, 422)
_JSON = "application/json"

OPENAI_ERROR: Json = {
    "error": {
        "message": "model 'gpt-9' is not offered here; offered: gazette-qa, gazette-summary, gazette-digest",
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
}


class OpenAIErrorFields(BaseModel):
    """What OpenAI's clients read of an error."""

    model_config = ConfigDict(extra="forbid")

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorReply(BaseModel):
    """An error on the routes that follow OpenAI."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [OPENAI_ERROR]})

    error: OpenAIErrorFields


def openai_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route that follows OpenAI may answer besides success, for its ``responses``."""
    return {status: {"model": OpenAIErrorReply, "description": HTTPStatus(status).phrase} for status in statuses}


def describe_refusals(paths: dict[str, Any], problem: str, openai_error: str) -> None:
    """Add to every operation what the layers before its route may answer.

    Args:
        paths: of the description; changed in place.
        problem: reference to the schema of a problem.
        openai_error: reference to the schema of an error in OpenAI's shape.
    """
    for path, operations in paths.items():
        theirs = path.startswith(OPENAI_ROUTES)
        content = {_JSON if theirs else MEDIA_TYPE: {"schema": {"$ref": openai_error if theirs else problem}}}
        for method, operation in operations.items():
            told = operation["responses"]
            for status in _statuses(method, operation):
                told.setdefault(str(status), {"description": HTTPStatus(status).phrase, "content": content})
            operation["responses"] = {status: told[status] for status in sorted(told)}


def _statuses(method: str, operation: Json) -> tuple[int, ...]:
    body = operation.get("requestBody", {}).get("content", {})
    unsuited = (415,) if _JSON in body else ()
    return (*_ANY, *(_CHANGING if method in _CHANGES else ()), *((*_WITH_BODY, *unsuited) if body else ()))
