"""How long the steps of a reply took. Knows nothing of the steps."""

from __future__ import annotations

import time
from collections import defaultdict


class Clock:
    """Time by name, from lap to lap; runs from when it is made."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """The time since the lap before belongs to ``name``, on top of what it has."""
        now = time.perf_counter()
        self._seconds[name] += now - self._last
        self._last = now

    @property
    def laps_ms(self) -> dict[str, int]:
        """Milliseconds by name, in the order of their first laps."""
        return {name: round(seconds * 1000) for name, seconds in self._seconds.items()}
