"""Who asks: the key a request came with, what it may do, and the collection it works on. Knows nothing of HTTP.

The guard of keys (`api/auth.py`) puts a ``Caller`` into ``scope["state"]``; whatever stands behind it reads it there,
or from ``present_caller`` and ``present_scope`` where it is handed no scope.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
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


_PRESENT: ContextVar[Caller | None] = ContextVar("caller", default=None)
_SCOPE: ContextVar[Any] = ContextVar("scope")


@contextmanager
def calling(scope: Any, caller: Caller) -> Iterator[None]:
    """Say who sent the request of this ASGI scope, which is worked on while this block runs."""
    scope.setdefault("state", {})[_STATE] = caller
    before, scope_before = _PRESENT.set(caller), _SCOPE.set(scope)
    try:
        yield
    finally:
        _SCOPE.reset(scope_before)
        _PRESENT.reset(before)


def present_caller() -> Caller | None:
    """Who sent the request that is being worked on here."""
    return _PRESENT.get()


def present_scope() -> Any:
    """The ASGI scope of the request that is being worked on here.

    Raises:
        LookupError: none is.
    """
    return _SCOPE.get()


def caller_of(scope: Mapping[str, Any]) -> Caller | None:
    """Who sent the request of this ASGI scope; None where it is not known and need not be, or was refused before."""
    return cast("Caller | None", scope.get("state", {}).get(_STATE))
