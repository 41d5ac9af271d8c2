"""Reads kept as long as nothing is written that they depend on. Knows nothing of what is read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


Stale = Callable[[int, int, Mapping[K, V]], Collection[K] | None]
"""From one count of changes to another: of what is held, the keys whose values the writes between may have changed (and
any others); None: all of it."""


def everything(since: int, until: int, held: Mapping[K, V]) -> None:  # noqa: ARG001 - the seam's signature
    """Every write may have changed every value."""
    return


class Kept(Generic[K, V]):
    """What was read by key; a write lets go of what it may have changed. Safe to use from several threads.

    Args:
        changes: ``Ledger.changes``; what is read while it is odd or moves is not kept.
        most: weight held at most; what was asked for longest ago goes first, and what weighs more is not kept.
        weight: of one value; unset: every value weighs one.
        stale: what a write lets go of; asked once between two writes, while others wait.
    """

    def __init__(
        self,
        changes: Callable[[], int],
        most: int,
        weight: Callable[[V], int] | None = None,
        stale: Stale[K, V] = everything,
    ) -> None:
        self._changes = changes
        self._most = most
        self._weight = weight or (lambda _: 1)
        self._stale = stale
        self._lock = threading.Lock()
        self._held: dict[K, V] = {}
        self._state, self._total = -1, 0

    def of(self, keys: Collection[K], read: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """The values of these keys; ``read`` is asked for those not kept, and what it does not know is missing."""
        before = self._changes()
        found = self._known(keys, before)
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            fresh = read(missing)
            found.update(fresh)
            if before % 2 == 0 and self._changes() == before:
                self._keep(fresh, before)
        return found

    def _known(self, keys: Collection[K], state: int) -> dict[K, V]:
        found: dict[K, V] = {}
        with self._lock:
            if state % 2 or state < self._state:
                return found  # a write commits just now, or has since
            if self._state != state:
                self._let_go(self._stale(self._state, state, self._held) if self._held else None)
                self._state = state
            for key in keys:
                if key in self._held and key not in found:
                    # Put in again: a dictionary is in order of insertion, so the front was asked for longest ago.
                    found[key] = self._held[key] = self._held.pop(key)
        return found

    def _let_go(self, stale: Collection[K] | None) -> None:
        if stale is None:
            self._held.clear()
            self._total = 0
            return
        for key in stale:
            if key in self._held:
                self._total -= self._weight(self._held.pop(key))

    def _keep(self, fresh: Mapping[K, V], state: int) -> None:
        with self._lock:
            if self._state != state:
                return
            for key, value in fresh.items():
                if key not in self._held and self._weight(value) <= self._most:
                    self._held[key] = value
                    self._total += self._weight(value)
            while self._total > self._most:
                self._total -= self._weight(self._held.pop(next(iter(self._held))))
