"""Finds out who asks, before any route works. Plain ASGI, so that streamed replies stay streams."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from api.caller import ALL_SCOPES, Caller, set_caller


class Authentication:
    """Puts the caller of every request into its scope; without keys everybody who reaches the service may do all.

    Args:
        app: what stands behind.
        collection: the collection the service works on.
    """

    def __init__(self, app: ASGIApp, collection: str) -> None:
        self.app = app
        self._anybody = Caller(None, ALL_SCOPES, collection)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            set_caller(scope, self._anybody)
        await self.app(scope, receive, send)
