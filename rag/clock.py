"""How long the steps of a reply took. Knows nothing of the steps."""

from __future__ import annotations

import time


class Clock:
    """Milliseconds from lap to lap, by name, in ``laps_ms``; runs from when it is made."""

    def __init__(self) -> None:
        self.laps_ms: dict[str, int] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """The time since the lap before belongs to ``name``."""
        now = time.perf_counter()
        self.laps_ms[name] = round((now - self._last) * 1000)
        self._last = now
