"""Garbage: what outlives a full collection is left alone, and looked at again after an hour."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from api.garbage import THRESHOLD, WHOLE_SECONDS, looked_at_once


class Node:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def hours() -> Iterator[list[float]]:
    """The time by which the service goes, in seconds, to be set."""
    now = [0.0]
    with looked_at_once(lambda: now[0]):
        gc.collect()
        yield now


def test_what_outlived_a_full_collection_is_not_looked_at_by_the_next(hours: list[float]) -> None:
    node = Node()
    gone = weakref.ref(node)
    gc.collect()
    del node
    gc.collect()
    assert gone() is not None
    hours[0] = WHOLE_SECONDS
    gc.collect()
    assert gone() is None
    assert gc.get_freeze_count() > 0


def test_young_garbage_goes_as_ever(hours: list[float]) -> None:
    assert hours == [0.0]
    node = Node()
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None
    kept = gc.get_freeze_count()
    gc.collect(1)
    assert gc.get_freeze_count() == kept


def test_afterwards_all_is_as_it_was() -> None:
    before, callbacks = gc.get_threshold(), len(gc.callbacks)
    with looked_at_once():
        assert gc.get_threshold() == (THRESHOLD, *before[1:])
        gc.collect()
    assert (gc.get_threshold(), len(gc.callbacks), gc.get_freeze_count()) == (before, callbacks, 0)
