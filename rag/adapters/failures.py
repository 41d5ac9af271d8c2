"""What went wrong with a model call, as our error: what to do, whether to wait, whether it may have been paid.

Reads the errors of the client libraries by their names and attributes alone, so that it need not load them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rag.errors import Concern, ModelUnavailableError

_REMEDIES_BY_STATUS = {
    401: "set GAZETTE_MODEL__API_KEY, or the provider's own variable",
    402: "the account has no credit left: add some, or choose another model with GAZETTE_MODEL__NAME",
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
_EVERY_CALL = frozenset((401, 402, 404))
"""Key, credit, name or address: whatever is asked, the reply is the same."""
_PERHAPS_EVERY_CALL = frozenset((400, 403))
"""What some providers also say of a single text they will not take."""
_OF_ONE_TEXT = frozenset(("ContextWindowExceededError", "ContentPolicyViolationError"))
_NO_CREDIT = "insufficient_quota"
"""OpenAI's code for a used-up account, sent with 429 as if it passed."""
_SLOW = frozenset(("Timeout", "TimeoutError", "APITimeoutError"))
_BROKEN = frozenset(("APIConnectionError", "TransportError"))
_NOT_THERE = frozenset(("ConnectError", "ConnectionRefusedError"))
"""Nothing was asked, for there was nobody to ask."""
_REMEDY = "check that the server is running and GAZETTE_MODEL__API_BASE is its address"


def unavailable(where: str, error: Exception, secret: str) -> ModelUnavailableError:
    """The error of a model that could not be called.

    Args:
        where: which model, and at which address.
        error: what the library raised.
        secret: never told; empty where there is none.
    """
    kinds = _kinds(error)
    status = _status(error)
    remedy = _REMEDIES_BY_STATUS.get(status) or next((_REMEDIES[kind] for kind in kinds if kind in _REMEDIES), _REMEDY)
    is_slow, is_broken = not _SLOW.isdisjoint(kinds), not _BROKEN.isdisjoint(kinds)
    is_away = any(not _NOT_THERE.isdisjoint(_kinds(one)) for one in _causes(error))
    return ModelUnavailableError(
        f"{where}: {kinds[0]}: {first_line(error, secret)}; {remedy}",
        is_passing=is_slow or is_broken or status in _PASSING or status >= 500,
        retry_after_seconds=_retry_after(error),
        # Whether a call that broke off was worked on, nobody here can know.
        may_have_cost=(is_slow or is_broken) and not is_away,
        concerns="perhaps_every_call" if is_away else _concern(status, kinds),
    )


def _status(error: Exception) -> int:
    status = int(getattr(error, "status_code", None) or 0)
    return 402 if _NO_CREDIT in str(getattr(error, "body", "")) else status


def _concern(status: int, kinds: list[str]) -> Concern:
    if status in _EVERY_CALL:
        return "every_call"
    if status in _PERHAPS_EVERY_CALL and _OF_ONE_TEXT.isdisjoint(kinds):
        return "perhaps_every_call"
    return "this_call"


def _kinds(error: BaseException) -> list[str]:
    return [kind.__name__ for kind in type(error).__mro__]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def first_line(error: Exception, secret: str) -> str:
    """What the error says first, without the secret."""
    text = next(iter(str(error).strip().splitlines()), "no reason given")[:300]
    return text.replace(secret, "***") if secret else text


def _retry_after(error: Exception) -> float | None:
    """What the provider's ``Retry-After`` asks for in seconds from now, given as such or as a date; None without one.

    RFC 9110, 10.2.3. A date that has passed asks for no wait; what is neither is not followed.
    """
    response = getattr(error, "response", None)
    headers = (getattr(error, "litellm_response_headers", None), getattr(response, "headers", None))
    given = str(next((one["retry-after"] for one in headers if one and "retry-after" in one), "")).strip()
    if re.fullmatch(r"\d+(\.\d+)?", given):
        return float(given)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    # "-0000" gives a time without a zone; HTTP's dates are all in UTC.
    seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0)
