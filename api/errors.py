"""Every failure as problem+json (RFC 9457): which error gets which status, and what a client may read of it.

Knows nothing of routes. An error Gazette raised on purpose is told in its own words, for they were written to be read;
one that it did not expect is logged with its traceback and told without any.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.request_ids import HEADER, request_id
from rag.errors import (
    AccessError,
    BatchError,
    CorrectionError,
    CoverageError,
    EncodingError,
    EngineError,
    GazetteError,
    MalformedSourceError,
    ModelError,
    ModelOutputError,
    ModelUnavailableError,
    NotFoundError,
    OverlongError,
    PromptError,
    ReadError,
    SettingsError,
    StoreError,
    StoreLockedError,
    StoreMismatchError,
    StoreUnavailableError,
    UnknownFormatError,
)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""What ``Retry-After`` says where waiting helps: opening takes seconds, a busy model not much more."""

CLIENT_GONE = 499
"""Nobody reads this status; it marks a request in the log that its sender gave up (nginx's number for it)."""

OPENAI_ROUTES = ("/v1/chat/", "/v1/models", "/v1/embeddings", "/v1/responses")
"""Paths whose clients read errors in OpenAI's shape."""

_OPENAI_TYPES: Mapping[int, str] = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_SHOWN_ERRORS = 20
_LOG = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal the service itself makes.

    Args:
        status: HTTP status.
        name: last part of the ``type`` URI; stable, for programs.
        title: the same words every time, for people.
        detail: what was wrong this time, both values in it, and what to do.
        members: further members of the JSON object.
        headers: further response headers.
    """

    def __init__(
        self,
        status: int,
        name: str,
        title: str,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.name = name
        self.title = title
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})

    def json(self, instance: str) -> dict[str, Any]:
        """The problem as an object; ``instance`` is the path asked for."""
        return {
            "type": f"urn:gazette:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id(),
            **self.members,
        }

    def response(self, instance: str) -> Response:
        """The problem as a response, in OpenAI's shape on the routes that follow OpenAI.

        Half a surrogate pair, which JSON may carry and UTF-8 may not, stays escaped.
        """
        current = request_id()
        identified = {HEADER: current} if current else {}
        theirs = instance.startswith(OPENAI_ROUTES)
        text = json.dumps(openai_error(self) if theirs else self.json(instance), ensure_ascii=False, allow_nan=False)
        return Response(
            text.encode("utf-8", "backslashreplace"),
            self.status,
            headers={**self.headers, **identified, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
            media_type="application/json" if theirs else MEDIA_TYPE,
        )


def openai_error(problem: Problem) -> dict[str, Any]:
    """A problem as OpenAI's clients expect errors (https://platform.openai.com/docs/guides/error-codes)."""
    other = "invalid_request_error" if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
    kind = _OPENAI_TYPES.get(problem.status, other)
    places = [one["pointer"].lstrip("#/").replace("/", ".") for one in problem.members.get("errors", ())]
    return {
        "error": {
            "message": str(problem),
            "type": kind,
            "param": (places and places[0]) or None,
            "code": problem.name,
        }
    }


_KINDS: dict[type[GazetteError], tuple[int, str, str]] = {
    GazetteError: (500, "internal", "Gazette could not do this"),
    SettingsError: (500, "settings", "A setting is wrong"),
    ReadError: (422, "unreadable", "The source cannot be read"),
    UnknownFormatError: (415, "unknown-format", "No reader knows this format"),
    EncodingError: (422, "encoding", "The encoding is not certain"),
    MalformedSourceError: (422, "malformed-source", "The source breaks its format"),
    StoreError: (500, "store", "The data folder cannot be used"),
    StoreLockedError: (503, "store-locked", "Another process holds the data folder"),
    StoreUnavailableError: (503, "store-unavailable", "A store does not answer"),
    StoreMismatchError: (500, "store-mismatch", "The index was built differently"),
    NotFoundError: (404, "not-found", "Not in this collection"),
    ModelError: (502, "model", "The model did not do its part"),
    ModelUnavailableError: (503, "model-unavailable", "The model cannot be reached"),
    ModelOutputError: (502, "model-output", "The model's reply was not in the shape asked for"),
    CorrectionError: (422, "correction", "The cut cannot be corrected so"),
    OverlongError: (422, "overlong", "The text is too long"),
    EngineError: (503, "engine", "The workers cannot be reached"),
    CoverageError: (500, "coverage", "The digest does not account for every article"),
    AccessError: (422, "access", "The key cannot be made so"),
    BatchError: (422, "batch", "The batch cannot be made so"),
    PromptError: (500, "prompt", "A prompt file is wrong"),
}


def of_gazette(error: GazetteError) -> Problem:
    """The problem for one of our own errors: its class decides, or the nearest class above it that has a status."""
    known = next(cls for cls in type(error).__mro__ if cls in _KINDS)
    status, name, title = _KINDS[known]
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Problem(status, name, title, str(error), headers=headers)


def unexpected() -> Problem:
    """The problem for an error nobody foresaw; what happened stands in the service's log only."""
    return Problem(500, "internal", "Something went wrong", "An unexpected error; the service's log has the details.")


def refused(field: str, detail: str, name: str = "unsupported_parameter") -> Problem:
    """The refusal (400) of one field of a body, which is named by its path with dots, as OpenAI names them."""
    members = {"errors": [{"pointer": "#/" + field.replace(".", "/"), "detail": detail}]}
    return Problem(400, name, "Not taken here", f"{field}: {detail}", members=members)


def too_large(detail: str) -> Problem:
    """The problem for a body over the limit; its rest is not read, so the connection cannot be used again."""
    return Problem(413, "content-too-large", "The body is too large", detail, headers={"Connection": "close"})


def of_any(error: Exception) -> Problem:
    """The problem for any error, for replies that are already under way; unexpected errors are logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, GazetteError):
        return of_gazette(error)
    _LOG.error("unexpected error in a reply under way", exc_info=error)
    return unexpected()


def of_http(error: HTTPException, method: str, path: str) -> Problem:
    """The problem for an error of the framework: no such address, method not offered, body too large …"""
    phrase = HTTPStatus(error.status_code).phrase
    name = phrase.lower().replace(" ", "-")
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        name, detail = "no-such-address", f"{path}: no such address; /docs lists them"
    elif error.status_code == HTTPStatus.BAD_REQUEST:
        detail = f"the body cannot be read ({detail}); send JSON in UTF-8, or whole multipart fields, as /docs says"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "see /docs")
        detail = f"{method} is not offered at {path}; offered: {allowed}"
    elif error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large(detail)
    return Problem(error.status_code, name, phrase, detail, headers=error.headers)


def of_validation(errors: Sequence[Any], content_type: str) -> Problem:
    """The problem for a request that breaks its schema: one entry an error, with a JSON pointer to the place.

    A body that was not sent as JSON at all is told so with 415, for nothing else about it can be judged.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if not kind.endswith("json") and any(tuple(one["loc"]) == ("body",) and one["type"] != "missing" for one in errors):
        detail = f"Content-Type {kind or 'missing'!r}: send the body as application/json"
        return Problem(415, "unsupported-media-type", "The body is not JSON", detail)
    listed = [_listed(one) for one in errors[:_SHOWN_ERRORS]]
    detail = "; ".join(f"{one['pointer']}: {one['detail']}" for one in listed)
    return Problem(422, "invalid-request", "The request breaks its schema", detail, members={"errors": listed})


def _pointer(loc: Sequence[str | int]) -> str:
    place, *rest = (str(part) for part in loc)
    path = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in rest)
    return f"#{path}" if place == "body" else f"{place}{path}"


def _listed(error: Any) -> dict[str, str]:
    loc = error["loc"]
    if error["type"] == "json_invalid":
        return {"pointer": "#", "detail": f"not JSON at character {loc[-1]}: {error['ctx']['error']}"}
    if error["type"] == "extra_forbidden":
        return {"pointer": _pointer(loc), "detail": "unknown field; nothing by this name is taken here"}
    return {"pointer": _pointer(loc), "detail": str(error["msg"]).removeprefix("Value error, ")}


def _offered(request: Request) -> list[str]:
    """Every method of the path asked for; the framework's own list holds those of one route only."""
    return [
        method
        for method in ("DELETE", "GET", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with problem+json."""

    async def problem(request: Request, error: Exception) -> Response:
        return of_any(error).response(request.url.path)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            error.headers = {"Allow": ", ".join(_offered(request))}
        return of_http(error, request.method, request.url.path).response(request.url.path)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        content_type = request.headers.get("content-type", "")
        return of_validation(error.errors(), content_type).response(request.url.path)

    async def crash(request: Request, _: Exception) -> Response:
        # The server logs the traceback itself: the framework raises the error again after this response.
        return unexpected().response(request.url.path)

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(GazetteError, problem)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(Exception, crash)
