"""How much a key may use: requests a minute, counted here; model tokens a day, counted in the ledger.

What is left stands in every reply, under the names OpenAI gave these headers, which clients read. Knows nothing of
routes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil

from api.errors import Problem
from rag.ledger.keys import FoundKey

WINDOW_SECONDS = 60.0


class RequestRates:
    """Requests of each key in the last minute: at most as many as it may, in any minute, not only in whole ones.

    Forgotten when the service stops: a minute later nobody could tell.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def admit(self, found: FoundKey) -> dict[str, str]:
        """Count one request; the headers that say what is left.

        Raises:
            Problem: 429, the key's requests of this minute are used up.
        """
        limit = found.key.requests_per_minute
        if limit is None:
            return {}
        times, now = self._times.setdefault(found.key.key_id, deque()), self._clock()
        while times and now - times[0] >= WINDOW_SECONDS:
            times.popleft()
        if len(times) >= limit:
            wait = max(1, ceil(WINDOW_SECONDS - (now - times[0])))
            detail = f"this key may send {limit} requests a minute; ask again in {wait} seconds"
            headers = {**_headers("Requests", limit, 0, wait), "Retry-After": str(wait)}
            raise Problem(429, "rate-limit", "Too many requests", detail, headers=headers)
        times.append(now)
        reset = ceil(WINDOW_SECONDS - (now - times[0]))
        return _headers("Requests", limit, limit - len(times), reset)


def within_budget(found: FoundKey, now: datetime) -> dict[str, str]:
    """The headers that say what is left of a key's tokens today.

    Requests under way are counted when they end, so those that run side by side may together use more than was left.

    Raises:
        Problem: 429, they are used up.
    """
    budget = found.key.tokens_per_day
    if budget is None:
        return {}
    utc = now.astimezone(UTC)
    midnight = datetime(utc.year, utc.month, utc.day, tzinfo=UTC) + timedelta(days=1)
    wait = max(1, ceil((midnight - utc).total_seconds()))
    headers = _headers("Tokens", budget, max(0, budget - found.tokens_used), wait)
    if found.tokens_used < budget:
        return headers
    detail = (
        f"this key may use {budget:,} model tokens a day and has used {found.tokens_used:,}; the next day begins at "
        "00:00 UTC"
    )
    raise Problem(429, "token-budget", "Too many tokens", detail, headers={**headers, "Retry-After": str(wait)})


def _headers(of: str, limit: int, left: int, reset_seconds: int) -> dict[str, str]:
    return {
        f"X-RateLimit-Limit-{of}": str(limit),
        f"X-RateLimit-Remaining-{of}": str(left),
        f"X-RateLimit-Reset-{of}": f"{reset_seconds}s",
    }
