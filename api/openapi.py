"""The OpenAPI description and the page that shows it, offline: script and style come from this machine.

The page loads Swagger UI from the installed package ``fastapi-offline``, of which only the files it carries are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from importlib.resources import files
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api import (
    batch_replies,
    correction_replies,
    digest_bodies,
    digest_examples,
    examples,
    record_replies,
    replies,
    schemas,
    search_replies,
)
from api.chat.bodies import ChatBody
from api.chat.response_bodies import ResponsesBody
from api.embedding_bodies import EmbeddingsBody
from api.errors import MEDIA_TYPE
from api.evaluations import EvaluationsReply
from api.links import describe_links
from api.refusals import OpenAIErrorReply, describe_refusals
from rag.serialise import Json

_EXAMPLES: dict[type[BaseModel], Json] = {
    schemas.UploadForm: examples.UPLOAD,
    schemas.SearchBody: examples.SEARCH,
    schemas.AnswerBody: examples.QUESTION,
    ChatBody: examples.CHAT,
    ResponsesBody: examples.RESPOND,
    EmbeddingsBody: examples.EMBED,
    schemas.MarkBody: examples.MARK,
    schemas.SummariesBody: examples.SUMMARISE,
    digest_bodies.DigestBody: digest_examples.DIGEST_BODY,
    digest_bodies.TimelineBody: digest_examples.TIMELINE_BODY,
    digest_bodies.DigestReply: digest_examples.DIGEST,
    digest_bodies.TimelineReply: digest_examples.TIMELINE,
    schemas.VerificationBody: examples.VERIFY,
    replies.ReportReply: examples.REPORT,
    replies.CollectionsReply: examples.COLLECTIONS,
    replies.DocumentsReply: examples.DOCUMENTS,
    replies.DocumentReply: examples.DOCUMENT_WITH_TEXT,
    replies.ArticlesReply: examples.ARTICLES,
    replies.ArticleReply: examples.ARTICLE_FOUND,
    search_replies.SearchReply: examples.RANKING,
    replies.AnswerReply: examples.ANSWER,
    schemas.CorrectionBody: examples.CORRECT,
    correction_replies.AmendmentReply: examples.AMENDMENT,
    correction_replies.CorrectionsReply: examples.CORRECTIONS,
    record_replies.RecordsReply: examples.RECORDS,
    record_replies.RecordReply: examples.RECORD,
    record_replies.ReplayReply: examples.REPLAY,
    replies.SummariesReply: examples.SUMMARIES,
    replies.VerificationReply: examples.VERIFICATION,
    schemas.BatchFileForm: examples.SEND_FILE,
    schemas.BatchBody: examples.START,
    batch_replies.FileReply: examples.FILE,
    batch_replies.FilesReply: examples.FILES,
    batch_replies.FileDeletedReply: examples.FILE_DELETED,
    batch_replies.BatchReply: examples.BATCH,
    batch_replies.BatchesReply: examples.BATCHES,
    EvaluationsReply: examples.EVALUATIONS,
    replies.LiveReply: examples.LIVE,
    replies.ReadyReply: examples.READY,
    replies.ProblemReply: examples.PROBLEM,
}
_REF = "#/components/schemas/{model}"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gazette API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript; the description itself is at <a href="openapi.json">openapi.json</a>.</noscript>
<main id="api"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  supportedSubmitMethods: ["get", "post", "put", "delete"],
});
"""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer besides success, for its ``responses``."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model=replies.ProblemReply.__name__)}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI) -> None:
    """Serve ``/openapi.json`` (made once) and ``/docs`` with its files; ``/`` leads there."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
    static = files("fastapi_offline") / "static"
    content = {f"/docs/{name}": ((static / name).read_bytes(), kind) for name, kind in _ASSETS.items()}
    content["/docs/start.js"] = (_START.encode(), "text/javascript")
    for path, (body, kind) in content.items():
        app.add_api_route(path, _fixed(body, kind), include_in_schema=False)

    async def page() -> Response:
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _PAGE_POLICY})

    app.add_api_route("/docs", page, include_in_schema=False)


def _fixed(body: bytes, media_type: str) -> Any:
    async def file() -> Response:
        return Response(body, media_type=media_type, headers={"Cache-Control": "max-age=3600"})

    return file


def _describe(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    # Routes point at the problem schema by name, for its media type is not theirs; so it has to be put there.
    errors = (replies.ProblemReply, OpenAIErrorReply)
    _, definitions = models_json_schema([(one, "serialization") for one in errors], ref_template=_REF)
    parts = cast(dict[str, Any], schema["components"]["schemas"])
    parts.update(cast(Mapping[str, Any], definitions["$defs"]))
    # Put in last: the framework drops every null from what passes through it, and our examples hold nulls that count.
    for model, example in _EXAMPLES.items():
        parts[model.__name__]["examples"] = [example]
    # The framework's own error body, which is never sent: it stands where a route has parameters that cannot be wrong.
    for operation in (one for methods in schema["paths"].values() for one in methods.values()):
        if "HTTPValidationError" in str(operation["responses"].get("422")):
            del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        parts.pop(name, None)
    problem, openai_error = (_REF.format(model=one.__name__) for one in (replies.ProblemReply, OpenAIErrorReply))
    describe_refusals(schema["paths"], problem, openai_error)
    describe_links(schema["paths"])
    return schema
