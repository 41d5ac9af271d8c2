"""The id of the request being served: known to whatever runs for it, so that a reply, a log line and a span agree.

Knows nothing of HTTP but the header's name.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from secrets import token_hex

HEADER = "X-Request-Id"

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CURRENT: ContextVar[str | None] = ContextVar("request_id", default=None)


def begin_request(sent: str | None) -> str:
    """The id of a request that begins: what its sender calls it if that is a plain name, else a new one."""
    request_id = sent if sent and _SANE.fullmatch(sent) else f"req_{token_hex(12)}"
    _CURRENT.set(request_id)
    return request_id


def request_id() -> str | None:
    """The id of the request being served; None outside of one."""
    return _CURRENT.get()
