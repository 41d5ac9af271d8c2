"""Which operation's reply holds the id that another one takes (OpenAPI "links"): for programs that find their way.

Knows operations by method and path alone.
"""

from __future__ import annotations

from typing import Any

_ANSWER = "/v1/answers/{answer_id}"
_BATCH = "/v1/batches/{batch_id}"
_FILE = "/v1/files/{file_id}"
_LISTED = "items/0/"

LINKS: dict[tuple[str, str], tuple[str, str, tuple[tuple[str, str], ...]]] = {
    ("post", "/v1/answers"): (
        "answer_id",
        "id",
        (
            ("get", _ANSWER),
            ("get", f"{_ANSWER}/export"),
            ("post", f"{_ANSWER}/replay"),
            ("put", f"{_ANSWER}/mark"),
            ("delete", f"{_ANSWER}/mark"),
        ),
    ),
    ("get", "/v1/documents"): (
        "document_id",
        f"{_LISTED}document_id",
        (("get", "/v1/documents/{document_id}"), ("delete", "/v1/documents/{document_id}")),
    ),
    ("get", "/v1/articles"): ("article_id", f"{_LISTED}article_id", (("get", "/v1/articles/{article_id}"),)),
    ("get", "/v1/evaluations"): ("run", f"{_LISTED}run", (("get", "/v1/evaluations/{run}/report"),)),
    ("get", "/v1/corrections"): (
        "correction_id",
        f"{_LISTED}correction_id",
        (("delete", "/v1/corrections/{correction_id}"),),
    ),
    ("post", "/v1/files"): ("file_id", "id", (("get", _FILE), ("get", f"{_FILE}/content"), ("delete", _FILE))),
    ("post", "/v1/batches"): (
        "batch_id",
        "id",
        (("get", _BATCH), *(("post", f"{_BATCH}/{deed}") for deed in ("cancel", "pause", "resume"))),
    ),
}
"""From an operation to the parameter its reply gives, where in the reply it stands, and who takes it."""

BODY_LINKS: dict[tuple[str, str], tuple[tuple[str, str], dict[str, Any]]] = {
    ("post", "/v1/files"): (("post", "/v1/batches"), {"input_file_id": "$response.body#/id"}),
    ("get", "/v1/articles"): (
        ("post", "/v1/summaries"),
        {"article_ids": ["$response.body#/items/0/article_id"]},
    ),
}
"""The same where the id goes into the other's body."""


def describe_links(paths: dict[str, Any]) -> None:
    """Put the links into the description; ``paths`` is changed in place."""
    for (method, path), (name, place, takers) in LINKS.items():
        given = {name: f"$response.body#/{place}"}
        for taker in takers:
            _link(paths, (method, path), taker, {"parameters": given})
    for source, (taker, body) in BODY_LINKS.items():
        _link(paths, source, taker, {"requestBody": body})


def _link(paths: dict[str, Any], source: tuple[str, str], taker: tuple[str, str], given: dict[str, Any]) -> None:
    replied = paths[source[1]][source[0]]["responses"]["200"]
    operation = paths[taker[1]][taker[0]]["operationId"]
    replied.setdefault("links", {})[operation] = {"operationId": operation, **given}
