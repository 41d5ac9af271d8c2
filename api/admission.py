"""How much is worked on at once: a bounded number of requests, a short queue before them, 503 for what comes beyond.

Plain ASGI, so that streamed replies stay streams; a stream keeps its place until it ends. Knows nothing of routes but
which of them change the corpus, and nothing of who asks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import RETRY_SECONDS, Problem

READ_AHEAD_BYTES = 65_536
"""Of a body, while its request has no place yet: a question's whole body, so that one that trickles in holds none."""

_CHANGING = ("/v1/documents", "/v1/files", "/v1/batches", "/v1/corrections")
"""Where a request may take minutes: they have places of their own, or a few uploads would shut out every question."""


class Admission:
    """Gives places to the requests that cost something; the others (looking, health, the page) always pass.

    A request that gets no place within the time, or finds the queue full, is refused with 503 and ``Retry-After``. A
    client that hangs up leaves the queue, and frees its place as soon as its work has stopped.

    Args:
        app: what stands behind.
        max_at_work: questions and the like worked on at once.
        max_changing: uploads and other changes worked on at once.
        max_waiting: requests of either kind that wait for a place.
        max_wait_seconds: how long one waits.
    """

    def __init__(
        self, app: ASGIApp, max_at_work: int, max_changing: int, max_waiting: int, max_wait_seconds: float
    ) -> None:
        self.app = app
        self._asking = _Lane(max_at_work, max_waiting)
        self._changing = _Lane(max_changing, max_waiting)
        self._wait_seconds = max_wait_seconds

    @property
    def asking(self) -> int:
        """Requests that ask and have a place, or wait for one."""
        return self._asking.inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not _costs(scope):
            await self.app(scope, receive, send)
            return
        lane = self._changing if scope["path"].startswith(_CHANGING) else self._asking
        if lane.inside >= lane.most:
            await _busy(f"{lane.inside} requests are at work or waiting").response(scope["path"])(scope, receive, send)
            return
        lane.inside += 1
        try:
            await self._queued(lane, scope, _ReadAhead(receive), send)
        finally:
            lane.inside -= 1

    async def _queued(self, lane: _Lane, scope: Scope, body: _ReadAhead, send: Send) -> None:
        deadline = asyncio.get_running_loop().time() + self._wait_seconds
        try:
            async with asyncio.timeout_at(deadline):
                await body.read()
        except TimeoutError:
            detail = f"the body did not come within {self._wait_seconds:g} seconds; send the request again"
            problem = Problem(
                408, "request-timeout", "The body came too slowly", detail, headers={"Connection": "close"}
            )
            await problem.response(scope["path"])(scope, body.receive, send)
            return
        if await lane.taken(deadline, body.hung_up):
            try:
                await self.app(scope, body.receive, send)
            finally:
                lane.places.release()
        elif not body.is_left:
            problem = _busy(f"no place became free within {self._wait_seconds:g} seconds")
            await problem.response(scope["path"])(scope, body.receive, send)


class _Lane:
    """Places for one kind of requests. ``inside`` counts those that have one and those that wait."""

    def __init__(self, places: int, waiting: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.most = places + waiting
        self.inside = 0

    async def taken(self, deadline: float, leaving: Callable[[], asyncio.Future[None]]) -> bool:
        """Whether a place was taken, first come first served: before ``deadline``, and before the client left."""
        if not self.places.locked():
            return await self.places.acquire()
        taking = asyncio.ensure_future(self.places.acquire())
        left = leaving()
        either: set[asyncio.Future[Any]] = {taking, left}
        try:
            seconds = max(deadline - asyncio.get_running_loop().time(), 0.0)
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if taking.done():
                self.places.release()
            raise
        finally:
            left.cancel()
            taking.cancel()
        return taking.done()


class _ReadAhead:
    """A request's messages, the first of them read before somebody asks for them, and whether its client has left."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read = deque[Message]()
        self._failure: Exception | None = None
        self._is_whole = False

    async def read(self) -> None:
        """Read the body to its end, or as far as is read ahead."""
        size = 0
        while size < READ_AHEAD_BYTES and not self._is_whole:
            try:
                message = await self._receive()
            except Exception as error:  # noqa: BLE001 - raised where the body is asked for
                self._failure, self._is_whole = error, True
                return
            self._read.append(message)
            size += len(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)

    @property
    def is_left(self) -> bool:
        """The client is known to have hung up."""
        return bool(self._read) and self._read[-1]["type"] == "http.disconnect"

    def hung_up(self) -> asyncio.Future[None]:
        """Done when the client hangs up; that of a body that is still coming cannot be seen before it was read."""
        return asyncio.ensure_future(self._until_left())

    async def _until_left(self) -> None:
        if not self._is_whole:
            await asyncio.Event().wait()
        while not self.is_left:
            self._read.append(await self._receive())

    async def receive(self) -> Message:
        """The next message."""
        if self._read:
            return self._read.popleft()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return await self._receive()


def _costs(scope: Scope) -> bool:
    """Whether a request needs a place: all that is posted, but for a batch's end, which only frees something."""
    path = scope.get("path", "")
    return (
        scope["type"] == "http"
        and scope["method"] == "POST"
        and path.startswith(("/v1/", "/mcp"))
        and not path.endswith("/cancel")
    )


def _busy(why: str) -> Problem:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return Problem(503, "busy", "The service is busy", f"{why}; ask again in {RETRY_SECONDS} seconds", headers=headers)
