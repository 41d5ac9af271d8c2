"""The end of a service, in two steps: told to stop, what is under way has so long; then it is ended in words.

Knows nothing of signals or of what is under way: it waits on ``over``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from api.errors import Problem

_LOG = logging.getLogger(__name__)


class Stopping:
    """Begun once; hurried by being begun again.

    Args:
        grace_seconds: how long what is under way may still take.
    """

    def __init__(self, grace_seconds: float) -> None:
        self.over = asyncio.Event()
        self._grace_seconds = grace_seconds
        self._has_begun = False
        self._first: list[Callable[[], None]] = []

    def at_begin(self, act: Callable[[], None]) -> None:
        """Do this as soon as the stop begins."""
        self._first.append(act)

    def begin(self, *, again: bool = True) -> None:
        """Begin, in the running event loop; the second time the grace is over at once, unless ``again`` is false."""
        if self._has_begun:
            if again:
                self.over.set()
            return
        self._has_begun = True
        _LOG.info("stopping: what is under way has %g seconds", self._grace_seconds)
        for act in self._first:
            act()
        asyncio.get_running_loop().call_later(self._grace_seconds, self.over.set)

    async def let_end(self, task: asyncio.Task[None]) -> None:
        """Wait for a task until the grace is over, then cancel it and wait for its last steps."""
        ending = asyncio.ensure_future(self.over.wait())
        await asyncio.wait({task, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()


def shutting_down() -> Problem:
    """What a request is told that the service has no time left for."""
    detail = "the service is being stopped before this was done; ask again when it is back, nothing was lost"
    return Problem(503, "shutting-down", "The service is stopping", detail, headers={"Retry-After": "10"})
