"""Runs work over items in this process, one at a time and in order: the plain ``Engine``. Knows nothing of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
