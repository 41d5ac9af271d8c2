"""What stands in front of every route: the name it is called by, bodies' size, other sites' requests, headers.

Plain ASGI, so that streamed replies stay streams and a client's disconnect reaches the route. Knows nothing of routes
but the one that takes files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem, too_large

MAX_JSON_BYTES = 1_000_000
"""A question with a long history is some tens of kilobytes; a body beyond this is a mistake or an attack."""

UPLOADS = frozenset(("/v1/documents", "/v1/files"))

_PORT = re.compile(r":\d+$")
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_SHUT = {
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Of one caller, for one caller: no cache between keeps it. Files of the page say otherwise for themselves.
    "Cache-Control": "no-store",
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TooLargeError(HTTPException):
    """More came than the route takes, counted while it streams in.

    An ``HTTPException``, for that is what the framework lets through while it reads a body.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is larger than {limit:,} bytes; send less at once")


class Guard:
    """Refuses oversized bodies and cross-site writes, and sets the security headers.

    Args:
        app: what stands behind.
        max_upload_bytes: largest body of an upload; other bodies are limited to ``MAX_JSON_BYTES`` or this if smaller.
        hosts: names the service may be called by, without port.
    """

    def __init__(self, app: ASGIApp, max_upload_bytes: int, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.max_upload_bytes if scope["path"] in UPLOADS else min(MAX_JSON_BYTES, self.max_upload_bytes)
        refusal = _misdirected(scope, self.hosts) or _refusal(scope, limit)
        if refusal is not None:
            await refusal.response(scope["path"])(scope, receive, _protected(send))
            return
        await self.app(scope, _counted(receive, limit), _protected(send))


def _misdirected(scope: Scope, hosts: Collection[str]) -> Problem | None:
    """A name that another site made to point at this machine (DNS rebinding) would make its pages ours."""
    called = Headers(scope=scope).get("host", "")
    if _PORT.sub("", called).lower() in hosts:
        return None
    detail = f"Host: {called!r} is not a name of this service; add it to GAZETTE_SERVE__ALLOWED_HOSTS if it is"
    return Problem(421, "misdirected", "Called by another name", detail)


def _refusal(scope: Scope, limit: int) -> Problem | None:
    headers = Headers(scope=scope)
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        detail = f"the body has {int(declared):,} bytes, {limit:,} are allowed; send less at once"
        return too_large(detail)
    # A page of another site can make a browser post a form to this machine without asking; browsers say where a
    # request comes from, other clients send no such header (https://www.w3.org/TR/fetch-metadata/).
    site = headers.get("sec-fetch-site", "none")
    if scope["method"] not in _SAFE_METHODS and site not in ("none", "same-origin"):
        detail = f"Sec-Fetch-Site: {site}; another site's page may not change anything here"
        return Problem(403, "cross-site", "Sent by another site", detail)
    origin = headers.get("origin")
    if scope["method"] not in _SAFE_METHODS and origin and urlsplit(origin).netloc != headers.get("host"):
        detail = f"Origin: {origin!r}; another site's page may not change anything here"
        return Problem(403, "cross-site", "Sent by another site", detail)
    return None


def _counted(receive: Receive, limit: int) -> Receive:
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise TooLargeError(limit)
        return message

    return counted


def _protected(send: Send) -> Send:
    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", _API_POLICY)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "no-referrer")
            for name, value in _SHUT.items():
                headers.setdefault(name, value)
        await send(message)

    return protected
