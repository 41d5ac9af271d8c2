"""What went wrong with a model call, as our error: what to do, whether to wait, whether it may have been paid.

Reads the errors of the client libraries by their names and attributes alone, so that it need not load them.
"""

from __future__ import annotations

import re

from rag.errors import ModelUnavailableError

_REMEDIES_BY_STATUS = {
    401: "set GAZETTE_MODEL__API_KEY, or the provider's own variable",
    403: "the key has no right to this model: choose another with GAZETTE_MODEL__NAME",
    404: "check GAZETTE_MODEL__NAME and GAZETTE_MODEL__API_BASE",
    429: "wait, or raise GAZETTE_MODEL__MAX_RETRIES",
}
_REMEDIES = {
    "Timeout": "raise GAZETTE_MODEL__TIMEOUT_SECONDS",
    "TimeoutError": "raise GAZETTE_MODEL__TIMEOUT_SECONDS",
    "ContextWindowExceededError": "lower GAZETTE_MODEL__CONTEXT_TOKENS",
    "BadRequestError": "check GAZETTE_MODEL__NAME (provider/model) and GAZETTE_MODEL__API_BASE",
}
_PASSING = frozenset((408, 409, 425, 429))
"""Statuses, besides those of 500 and above, after which the same call may succeed."""
_SLOW = frozenset(("Timeout", "TimeoutError", "APITimeoutError"))
_BROKEN = frozenset(("APIConnectionError", "TransportError"))
_REMEDY = "check that the server is running and GAZETTE_MODEL__API_BASE is its address"


def unavailable(where: str, error: Exception, secret: str) -> ModelUnavailableError:
    """The error of a model that could not be called.

    Args:
        where: which model, and at which address.
        error: what the library raised.
        secret: never told; empty where there is none.
    """
    kinds = [kind.__name__ for kind in type(error).__mro__]
    status = getattr(error, "status_code", None) or 0
    remedy = _REMEDIES_BY_STATUS.get(status) or next((_REMEDIES[kind] for kind in kinds if kind in _REMEDIES), _REMEDY)
    is_slow, is_broken = not _SLOW.isdisjoint(kinds), not _BROKEN.isdisjoint(kinds)
    return ModelUnavailableError(
        f"{where}: {kinds[0]}: {first_line(error, secret)}; {remedy}",
        is_passing=is_slow or is_broken or status in _PASSING or status >= 500,
        retry_after_seconds=_retry_after(error),
        # Whether a call that broke off was worked on, nobody here can know.
        may_have_cost=is_slow or is_broken,
    )


def first_line(error: Exception, secret: str) -> str:
    """What the error says first, without the secret."""
    text = next(iter(str(error).strip().splitlines()), "no reason given")[:300]
    return text.replace(secret, "***") if secret else text


def _retry_after(error: Exception) -> float | None:
    """What the provider's ``Retry-After`` says in seconds (RFC 9110, 10.2.3); None without one, or with a date."""
    response = getattr(error, "response", None)
    headers = (getattr(error, "litellm_response_headers", None), getattr(response, "headers", None))
    given = next((one["retry-after"] for one in headers if one and "retry-after" in one), "")
    return float(given) if re.fullmatch(r"\d+(\.\d+)?", given) else None
