"""The lines of a batch's input: one JSON object each, ``custom_id``, ``method``, ``url``, ``body``. Pure.

A line that cannot be read is told with its number and what to do, and the other lines go on. Two lines with one
``custom_id`` could not be told apart in the output, so the later one is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.models import UnitError

MAX_ID_CHARS = 512
_FIELDS = frozenset(("custom_id", "method", "url", "body"))


@dataclass(frozen=True, slots=True)
class Line:
    """One request, not yet checked against its route; ``error`` where it is none. ``number`` counts lines from 1."""

    number: int
    custom_id: str | None
    url: str | None
    body: Mapping[str, Any]
    error: UnitError | None = None


def read_lines(content: str) -> Iterator[Line]:
    """Every line that is not blank, in order. Line breaks are LF or CRLF; others may stand inside a JSON text."""
    seen: dict[str, int] = {}
    at, number = 0, 0
    while at < len(content):
        end = content.find("\n", at)
        end = len(content) if end < 0 else end
        text, at, number = content[at:end].strip(" \t\r\ufeff"), end + 1, number + 1
        if not text:
            continue
        line = _read(number, text)
        first = seen.setdefault(line.custom_id, number) if line.custom_id else number
        if first != number:
            message = f"line {number}: custom_id {line.custom_id!r} stands in line {first} too; give each line its own"
            line = Line(number, line.custom_id, line.url, {}, UnitError("duplicate_custom_id", message))
        yield line


def _read(number: int, text: str) -> Line:
    try:
        found = json.loads(text)
    except ValueError as error:
        return _bad(number, "invalid_json_line", f"not JSON: {error}; write one JSON object a line")
    if not isinstance(found, dict):
        return _bad(number, "invalid_json_line", f"a JSON {type(found).__name__}; write one JSON object a line")
    custom_id, url = found.get("custom_id"), found.get("url")
    named = custom_id if isinstance(custom_id, str) and 0 < len(custom_id) <= MAX_ID_CHARS else None
    asked = url if isinstance(url, str) else None
    if named is None:
        told = f"custom_id must be a text of 1 to {MAX_ID_CHARS} characters"
        return _bad(number, "invalid_custom_id", told, None, asked)
    if unknown := sorted(found.keys() - _FIELDS):
        told = f"unknown field {', '.join(unknown)}; a line has {', '.join(sorted(_FIELDS))}"
        return _bad(number, "unknown_field", told, named, asked)
    if found.get("method") != "POST":
        return _bad(number, "invalid_method", f'method {found.get("method")!r}; write "POST"', named, asked)
    if not isinstance(found.get("body"), dict):
        return _bad(number, "invalid_body", "body must be a JSON object, the body of the request", named, asked)
    return Line(number, named, asked, found["body"])


def _bad(number: int, code: str, told: str, custom_id: str | None = None, url: str | None = None) -> Line:
    return Line(number, custom_id, url, {}, UnitError(code, f"line {number}: {told}"))
