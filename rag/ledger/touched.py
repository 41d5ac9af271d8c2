"""Which documents' pieces the latest writes touched, so that who keeps what they read lets go of those alone.

Knows nothing of databases or of what is kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

MAX_REMEMBERED = 50_000
"""Passages that are remembered, 0.2 kB each; who has not asked for longer lets go of everything."""

Key = tuple[str, str]
"""Collection and id."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What may be read otherwise since: passages and articles by collection and id.

    ``is_only_new``: none of them was visible before.
    """

    passages: frozenset[Key] = frozenset()
    articles: frozenset[Key] = frozenset()
    is_only_new: bool = True


class TouchedLog:
    """The latest writes, each by the count of changes it led to. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writes: deque[tuple[int, Touched]] = deque()
        self._known_since, self._held = 0, 0

    def note(self, state: int, touched: Touched | None) -> None:
        """A write led to this count of changes; None where it may have touched anything."""
        with self._lock:
            if touched is None:
                self._writes.clear()
                self._known_since, self._held = state, 0
                return
            self._writes.append((state, touched))
            self._held += len(touched.passages)
            while self._held > MAX_REMEMBERED:
                self._known_since, gone = self._writes.popleft()
                self._held -= len(gone.passages)

    def between(self, since: int, until: int) -> Touched | None:
        """All that was touched from one count of changes to another; None where that is not known any more."""
        with self._lock:
            if since < self._known_since:
                return None
            return _together([touched for state, touched in self._writes if since < state <= until])


def _together(writes: Iterable[Touched]) -> Touched:
    writes = list(writes)
    return Touched(
        frozenset[Key]().union(*(touched.passages for touched in writes)),
        frozenset[Key]().union(*(touched.articles for touched in writes)),
        all(touched.is_only_new for touched in writes),
    )
