"""Runs work over items in this process, one at a time and in order: the plain ``Engine``; or in processes of its own.

Knows nothing of the work.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from threading import Thread
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


class LocalEngine:
    """Takes an item only when its result is asked for, so nothing is ever held in flight."""

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """``work`` of every item, in order."""
        return map(work, items)

    def close(self) -> None:
        """Nothing to let go of."""


class ProcessSpread:
    """A ``Spread`` over processes of this machine, started when first used.

    Args:
        size: how many.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[[A], B], item: A) -> Future[B]:
        """``work`` of an item in one of the processes; where one of them dies, all that is under way fails."""
        try:
            return self._submitted(work, item)
        except BrokenProcessPool:
            self.close()
            return self._submitted(work, item)

    def _submitted(self, work: Callable[[A], B], item: A) -> Future[B]:
        with _interrupt_held_back():  # what is started within begins so, until ``_settle_in``
            return self._started().submit(work, item)

    def close(self) -> None:
        """End the processes after what is under way."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # spawn: this process has threads and open databases, which a fork would copy in whatever state they are.
            self._pool = ProcessPoolExecutor(self.size, mp_context=get_context("spawn"), initializer=_settle_in)
        return self._pool


@contextmanager
def _interrupt_held_back() -> Iterator[None]:
    """Ctrl-C waits until the block ends, in this thread and in what it starts: a terminal sends it to all of them."""
    resource_tracker.ensure_running()  # it is started with the first process, and would let interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle_in() -> None:
    """A process of ours ends when its parent says so, or with it, however that dies; Ctrl-C is for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
