"""What lives long is not looked through again and again for garbage. Knows nothing of what it is.

A service keeps texts, vectors and rankings for as long as it may. Python's full collections look at each object of
theirs, find nothing (what is let go of is freed at once, by its count of references), and stop every thread meanwhile:
200 to 275 ms every six seconds, 15,000 passages and 1,700 questions in. Figures: ``tests/bench/README.md``.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WHOLE_SECONDS = 3600.0
"""From one look at everything to the next: what was kept and is garbage since, in a cycle, goes then."""

THRESHOLD = 10_000
"""Objects made and not freed before the youngest are looked at; Python's own 700 is one answer's worth."""


@contextmanager
def looked_at_once(clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Of this process: what outlives a full collection is left alone by the following ones, for ``WHOLE_SECONDS``.

    Args:
        clock: seconds that only grow.
    """
    before, whole = gc.get_threshold(), clock()

    def looking(phase: str, info: dict[str, int]) -> None:
        nonlocal whole
        if info["generation"] < 2:
            return
        if phase == "stop":
            gc.freeze()
        elif clock() - whole >= WHOLE_SECONDS:
            whole = clock()
            gc.unfreeze()

    gc.callbacks.append(looking)
    gc.set_threshold(THRESHOLD, *before[1:])
    try:
        yield
    finally:
        gc.callbacks.remove(looking)
        gc.set_threshold(*before)
        gc.unfreeze()
