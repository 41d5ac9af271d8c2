"""The one loop under every stream: events as they come, comments while nothing comes, an end when the client leaves.

Knows nothing of what the events say or whose shape they have.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from fastapi import Request
from fastapi.sse import KEEPALIVE_COMMENT

from api.deps import gone
from api.errors import Problem, of_any
from api.stopping import shutting_down

PING_SECONDS = 15.0
"""Silence after which a comment is sent: proxies drop lines that stay silent for 30 to 60 seconds."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Neither caches nor a proxy (nginx) may hold events back."""


async def streamed(
    request: Request, frames: AsyncGenerator[bytes, None], failed: Callable[[Problem], bytes]
) -> AsyncIterator[bytes]:
    """Send frames as they are made; a failure becomes a last frame, for the status has long been sent.

    So does the end of a service that is stopped: a stream ends with its own last event or with that one.

    The work behind ``frames`` is cancelled, and the generator closed, when the client hangs up or the stream is closed.

    Args:
        request: whose client may leave.
        frames: events as they go on the wire. It closes what it works with when it is closed itself.
        failed: the frame that tells of a failure.
    """
    leaving = asyncio.ensure_future(gone(request))
    step = asyncio.ensure_future(_next(frames))
    stopping = asyncio.ensure_future(request.app.state.stopping.over.wait())
    try:
        while True:
            done, _ = await asyncio.wait(
                {step, leaving, stopping}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                yield KEEPALIVE_COMMENT
                continue
            if step not in done:
                if leaving not in done:
                    yield failed(shutting_down())
                return
            try:
                frame = step.result()
            except Exception as error:  # noqa: BLE001 - told to the client; what is unexpected is logged by of_any
                yield failed(of_any(error))
                return
            if frame is None:
                return
            yield frame
            step = asyncio.ensure_future(_next(frames))
    finally:
        await _close(frames, step, leaving, stopping)


async def _next(frames: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(frames, None)


async def _close(
    frames: AsyncGenerator[bytes, None], step: asyncio.Future[bytes | None], *watching: asyncio.Future[Any]
) -> None:
    """Cancel what is watched for and the step under way, and close the generator."""
    for one in (*watching, step):
        one.cancel()
    if not step.done():
        # A generator cannot be closed while it runs: its step must have ended first.
        await asyncio.wait({step})
    await frames.aclose()
