"""Keys to the service: what one may do, whose collection it opens, and how much it may use. Never the secret itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

AccessScope = Literal["read", "write", "admin"]
"""What a key may do: look and ask; also change the collection; also see to the service itself."""

SCOPES: tuple[AccessScope, ...] = get_args(AccessScope)
"""From least to most: each holds those before it."""


def scopes_up_to(scope: AccessScope) -> frozenset[AccessScope]:
    """The scope with all it holds."""
    return frozenset(SCOPES[: SCOPES.index(scope) + 1])


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is listed; ``prefix`` is how its secret begins, for people to tell theirs by.

    The limits are None where there is none. A day of ``tokens_per_day`` is one of UTC.
    """

    key_id: str
    name: str
    prefix: str
    scope: AccessScope
    collection: str
    requests_per_minute: int | None
    tokens_per_day: int | None
    created: datetime
    last_used: datetime | None = None
    revoked: datetime | None = None
