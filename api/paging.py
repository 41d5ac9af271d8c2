"""Lists a page at a time: ``{items, next}``. Ask the store for one item more than wanted, and the end is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from fastapi.responses import JSONResponse

from rag.serialise import Json

T = TypeVar("T")


def paged(found: Sequence[T], limit: int, *, key: Callable[[T], str], shape: Callable[[T], Json]) -> JSONResponse:
    """The first ``limit`` of ``found`` as JSON.

    Args:
        found: up to ``limit + 1`` items.
        limit: items in the reply, at most.
        key: an item's id, the cursor of what comes after it.
        shape: an item as JSON.
    """
    items = found[:limit]
    after = key(items[-1]) if len(found) > limit else None
    return JSONResponse({"items": [shape(item) for item in items], "next": after})
