"""How hard a model is asked: how often a unit is tried, how long waited, how many calls run at a time. Pure.

Waits double from try to try, with jitter, so that workers that failed together do not return together; a provider's
``Retry-After`` is kept by all of them. The number of calls at a time is halved when the provider is busy and grows by
one for as many good replies as it is (additive increase, multiplicative decrease: Chiu and Jain 1989).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import random

from rag.models import Again


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a unit is tried and how long it waits in between."""

    attempts: int = 6
    first_seconds: float = 1.0
    most_seconds: float = 60.0

    def wait(self, attempt: int, asked_seconds: float | None, chance: Callable[[], float] = random) -> float:
        """Seconds before the try after the ``attempt``-th: between half and all of the doubled wait, or as asked."""
        doubled = min(self.first_seconds * 2.0 ** (attempt - 1), self.most_seconds)
        jittered = doubled * (1 + chance()) / 2
        return max(jittered, asked_seconds + jittered * 0.1) if asked_seconds is not None else jittered


class Pace:
    """How many groups may be under way, and from when.

    Args:
        most: never more than so many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._closed_until = 0.0

    @property
    def limit(self) -> int:
        """Groups at a time, as things are."""
        return max(int(self._limit), 1)

    def open_at(self, now: float) -> bool:
        """Whether anything may be handed out."""
        return now >= self._closed_until

    def went_well(self) -> None:
        """A group came back done."""
        self._limit = min(self._limit + 1 / self._limit, float(self._most))

    def was_refused(self, outcome: Again, now: float) -> bool:
        """A unit is to be tried again: fewer at a time, and none before the provider said.

        Returns:
            Whether all wait longer than they did.
        """
        self._limit = max(self._limit / 2, 1.0)
        until = now + (outcome.after_seconds or 0.0)
        if until <= max(self._closed_until, now):
            return False
        self._closed_until = until
        return True
