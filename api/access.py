"""Which key opens which route. The application does not start with a route that stands in no line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from starlette.routing import BaseRoute, Route, compile_path

from rag.models import AccessScope

Access = AccessScope | Literal["open", "unknown"]
"""What a request needs: a key with this scope; nothing; or, where there is no such route, any key."""

ROUTES: Mapping[Access, Sequence[tuple[str, str]]] = {
    # Nothing of any collection: whether the service is up, and the files that ask it.
    "open": (
        ("GET", "/livez"),
        ("GET", "/readyz"),
        ("GET", "/"),
        ("GET", "/web/{name}"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/docs/swagger-ui-bundle.js"),
        ("GET", "/docs/swagger-ui.css"),
        ("GET", "/docs/start.js"),
    ),
    "read": (
        ("GET", "/v1/collections"),
        ("GET", "/v1/documents"),
        ("GET", "/v1/documents/{document_id}"),
        ("GET", "/v1/articles"),
        ("GET", "/v1/articles/{article_id}"),
        ("GET", "/v1/corrections"),
        ("POST", "/v1/search"),
        ("POST", "/v1/answers"),
        ("GET", "/v1/answers"),
        ("GET", "/v1/answers/{answer_id}"),
        ("GET", "/v1/answers/{answer_id}/export"),
        ("POST", "/v1/answers/{answer_id}/replay"),
        ("POST", "/v1/summaries"),
        ("POST", "/v1/digests"),
        ("POST", "/v1/timelines"),
        ("POST", "/v1/verifications"),
        ("GET", "/v1/files"),
        ("GET", "/v1/files/{file_id}"),
        ("GET", "/v1/files/{file_id}/content"),
        ("GET", "/v1/batches"),
        ("GET", "/v1/batches/{batch_id}"),
        ("GET", "/v1/models"),
        ("GET", "/v1/models/{model}"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/v1/responses"),
        ("POST", "/v1/embeddings"),
        # Every tool offered there only reads.
        ("GET", "/mcp"),
        ("POST", "/mcp"),
        ("DELETE", "/mcp"),
    ),
    "write": (
        ("POST", "/v1/documents"),
        ("DELETE", "/v1/documents/{document_id}"),
        ("POST", "/v1/corrections"),
        ("DELETE", "/v1/corrections/{correction_id}"),
        ("PUT", "/v1/answers/{answer_id}/mark"),
        ("DELETE", "/v1/answers/{answer_id}/mark"),
        ("POST", "/v1/files"),
        ("DELETE", "/v1/files/{file_id}"),
        ("POST", "/v1/batches"),
        ("POST", "/v1/batches/{batch_id}/cancel"),
        ("POST", "/v1/batches/{batch_id}/pause"),
        ("POST", "/v1/batches/{batch_id}/resume"),
    ),
    # What is told of all collections together, and what a backup takes.
    "admin": (
        ("GET", "/metrics"),
        ("POST", "/v1/vectors"),
        ("GET", "/v1/evaluations"),
        ("GET", "/v1/evaluations/{run}/report"),
    ),
}

ASKING_A_MODEL = frozenset(
    (
        ("POST", "/v1/answers"),
        ("POST", "/v1/answers/{answer_id}/replay"),
        ("POST", "/v1/summaries"),
        ("POST", "/v1/digests"),
        ("POST", "/v1/batches"),
        ("POST", "/v1/batches/{batch_id}/resume"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/v1/responses"),
        ("POST", "/mcp"),
    )
)
"""Routes that may call a model: closed to a key whose tokens of the day are used up; it may go on reading."""

_PATTERNS = [
    (access, (method, path), compile_path(path)[0]) for access, routes in ROUTES.items() for method, path in routes
]


def access_of(method: str, path: str) -> tuple[Access, bool]:
    """What a request needs, and whether it may call a model."""
    wanted = "GET" if method == "HEAD" else method
    for access, route, pattern in _PATTERNS:
        if route[0] == wanted and pattern.match(path):
            return access, route in ASKING_A_MODEL
    return "unknown", False


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """See that every route stands in the table.

    Raises:
        LookupError: names one that does not: nobody has said who may use it.
    """
    known = {route for listed in ROUTES.values() for route in listed}
    for one in routes:
        if isinstance(one, Route):
            for method in sorted((one.methods or {"GET", "POST", "DELETE"}) - {"HEAD"}):
                if (method, one.path) not in known:
                    raise LookupError(f"{method} {one.path} stands in no line of ROUTES in api/access.py; add it there")
