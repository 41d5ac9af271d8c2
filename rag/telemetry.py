"""Tells whoever listens what happens: answers, calls of a model. Quiet where nobody does.

Told from wherever it happens, in any thread; knows nothing of who listens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.models import Answer, Usage


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a model: what it used, how often it was tried again, and the class of the error it ended with."""

    model: str
    usage: Usage
    seconds: float
    retries: int = 0
    error: str | None = None


class Listener:
    """Hears what happens; does nothing with it. Override what is of interest; nothing may raise."""

    def answered(self, answer: Answer) -> None:
        """A question was answered, or declined."""

    def model_called(self, call: ModelCall) -> None:
        """A call of a model came back, or failed."""


_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Tell this listener too, from now on; returns what ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell_answered(answer: Answer) -> None:
    """An answer was given."""
    for listener in tuple(_listeners):
        listener.answered(answer)


def tell_model_called(call: ModelCall) -> None:
    """A model was called."""
    for listener in tuple(_listeners):
        listener.model_called(call)
