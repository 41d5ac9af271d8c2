"""The outermost layer: gives every request its id, and tells afterwards what became of it: in one line, in figures and,
where a collector is named, in a span.

Plain ASGI, so that streamed replies stay streams. A route is told by its template, never by the address asked for: an
address may hold anything, and there is no end of them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.caller import caller_of
from api.logs import ACCESS
from api.request_ids import HEADER, begin_request
from rag.adapters.opentelemetry import RequestSpan, Tracing
from rag.adapters.prometheus import Meter

UNROUTED = "(none)"
"""The route of what no route took: refused before, or no such address."""

_PLAIN_ROUTES = frozenset(("/mcp", "/openapi.json"))
"""Addresses that are served outside of the framework's own routes."""

_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
_CLOSED = 499
"""nginx's number for a client that hung up before it was answered."""

_LOG = logging.getLogger(ACCESS)


class AccessLog:
    """Wraps the whole application.

    Args:
        app: what stands behind.
        meter: counts.
        tracing: makes spans, if anybody wants them.
    """

    def __init__(self, app: ASGIApp, meter: Meter, tracing: Tracing | None = None) -> None:
        self.app = app
        self._meter = meter
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        sent = headers.getlist(HEADER)
        request_id = begin_request(sent[0] if len(sent) == 1 else None)
        with self._tracing.request(headers) if self._tracing else nullcontext() as span:
            await self._serve(scope, receive, _Reply(send, request_id, self._meter), span)

    async def _serve(self, scope: Scope, receive: Receive, reply: _Reply, span: RequestSpan | None) -> None:
        began = time.perf_counter()
        try:
            with self._meter.in_flight():
                await self.app(scope, receive, reply.send)
        except Exception:
            reply.status = 500
            raise
        finally:
            reply.close()
            self._tell(scope, reply, time.perf_counter() - began, span)

    def _tell(self, scope: Scope, reply: _Reply, seconds: float, span: RequestSpan | None) -> None:
        method, route = scope["method"] if scope["method"] in _METHODS else "OTHER", route_of(scope)
        self._meter.request(method, route, reply.status, seconds)
        if span is not None:
            span.served(method, route, reply.status, reply.request_id)
        caller = caller_of(scope)
        line = {
            "method": method,
            "route": route,
            "status": reply.status,
            "ms": round(seconds * 1000, 1),
            "key_id": caller.key_id if caller else None,
            "collection": caller.collection if caller else None,
        }
        _LOG.info("request", extra={"access": line})


class _Reply:
    """Passes a reply on, with the request's id in its head, and keeps what it was."""

    def __init__(self, send: Send, request_id: str, meter: Meter) -> None:
        self._send = send
        self.request_id = request_id
        self._meter = meter
        self._streams = False
        self.status = _CLOSED

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[HEADER] = self.request_id
            if headers.get("content-type", "").startswith("text/event-stream"):
                self._streams = True
                self._meter.stream_opened()
        await self._send(message)

    def close(self) -> None:
        if self._streams:
            self._meter.stream_closed()


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the route that took a request."""
    path = getattr(scope.get("route"), "path", None)
    if path is not None:
        return str(path)
    return scope["path"] if scope["path"] in _PLAIN_ROUTES else UNROUTED
