"""Counts what calls of models cost, for whoever the work is done. Knows nothing of models or of callers.

The meter travels with the task it was set in, and with every task that one starts, so nobody in between hands it on.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar


class Meter:
    """Tokens used so far."""

    def __init__(self) -> None:
        self.tokens = 0


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered() -> Iterator[Meter]:
    """Count what is spent by the work in this block."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)


def spend(tokens: int) -> None:
    """Count tokens for whoever this work is done for, if somebody counts."""
    meter = _METER.get()
    if meter is not None:
        meter.tokens += tokens


class Cut:
    """How far a call has come: ``written`` characters."""

    def __init__(self) -> None:
        self.written = 0


@contextmanager
def charged_if_cut(messages: Sequence[Mapping[str, str]]) -> Iterator[Cut]:
    """Count a call of a model that is broken off in this block, and so never says what it cost.

    Args:
        messages: what the model was sent; Chinese has about one token a character.
    """
    cut = Cut()
    try:
        yield cut
    except (CancelledError, GeneratorExit):
        spend(cut.written + sum(len(message["content"]) for message in messages))
        raise
