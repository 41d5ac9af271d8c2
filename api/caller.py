"""Who asks: the key a request came with, what it may do, and the collection it works on. Knows nothing of HTTP.

The guard of keys (`api/auth.py`) puts a ``Caller`` into ``scope["state"]``; whatever stands behind it reads it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from rag.models import AccessScope

_STATE = "caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Args:
        key_id: public name of the key, safe to log; None where no key was needed.
        scopes: what it may do.
        collection: the only collection it sees.
    """

    key_id: str | None
    scopes: frozenset[AccessScope]
    collection: str


def set_caller(scope: Any, caller: Caller) -> None:
    """Say who sent the request of this ASGI scope."""
    scope.setdefault("state", {})[_STATE] = caller


def caller_of(scope: Mapping[str, Any]) -> Caller | None:
    """Who sent the request of this ASGI scope; None where it is not known and need not be, or was refused before."""
    return cast("Caller | None", scope.get("state", {}).get(_STATE))
