"""Reads kept until something is written."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from rag.ledger import Kept, Touched
from rag.ledger.touched import MAX_REMEMBERED, TouchedLog

HERE = "default"


class Source:
    """A dictionary with a count of changes, as a ledger has one."""

    def __init__(self) -> None:
        self.changes = 0
        self.values: dict[str, int] = {}
        self.asked: list[str] = []

    def read(self, keys: list[str]) -> dict[str, int]:
        self.asked += keys
        return {key: self.values[key] for key in keys if key in self.values}

    def write(self, key: str, value: int) -> None:
        self.values[key] = value
        self.changes += 2


def test_what_is_kept_is_read_once_and_again_after_a_write() -> None:
    source = Source()
    source.write("a", 1)
    kept = Kept[str, int](lambda: source.changes, 10)
    assert kept.of(["a", "b", "a"], source.read) == kept.of(["a"], source.read) == {"a": 1}
    assert source.asked == ["a", "b"]
    source.write("a", 2)
    assert kept.of(["a"], source.read) == {"a": 2}


def test_what_is_read_while_something_is_written_is_not_kept() -> None:
    source = Source()
    source.values["a"] = 1
    kept = Kept[str, int](lambda: source.changes, 10)

    def disturbed(keys: list[str]) -> dict[str, int]:
        found = source.read(keys)
        source.write("a", 2)
        return found

    assert kept.of(["a"], disturbed) == {"a": 1}
    assert kept.of(["a"], source.read) == {"a": 2}
    source.changes += 1
    kept.of(["a"], source.read)
    kept.of(["a"], source.read)
    assert source.asked == ["a"] * 4


def test_what_was_asked_for_longest_ago_goes_first_and_what_weighs_too_much_is_not_kept() -> None:
    source = Source()
    source.values |= {"a": 1, "b": 2, "c": 2, "d": 5}
    kept = Kept[str, int](lambda: source.changes, 4, lambda value: value)
    for keys in ("ab", "a", "c", "d"):
        kept.of(list(keys), source.read)
    source.asked.clear()
    kept.of(["a", "c", "b", "d"], source.read)
    assert source.asked == ["b", "d"]


STEPS = st.lists(st.tuples(st.sampled_from("abcde"), st.none() | st.integers(0, 3)), max_size=40)


@given(STEPS, st.integers(0, 4))
def test_what_is_told_is_always_what_is_there(steps: list[tuple[str, int | None]], most: int) -> None:
    source = Source()
    kept = Kept[str, int](lambda: source.changes, most)
    for key, value in steps:
        if value is not None:
            source.write(key, value)
        wanted = ["a", key, "e"]
        assert kept.of(wanted, source.read) == {name: source.values[name] for name in wanted if name in source.values}


@given(STEPS, st.integers(0, 4), st.integers(0, 3))
def test_letting_go_of_what_was_touched_alone_tells_the_same(
    steps: list[tuple[str, int | None]], most: int, remembered: int
) -> None:
    source, log = Source(), list[tuple[int, str]]()

    def touched(since: int, until: int, held: Mapping[str, int]) -> set[str] | None:
        assert held
        since_then = {key for at, key in log if since < at <= until}
        return since_then if len(log) <= remembered or log[-remembered - 1][0] <= since else None

    kept = Kept[str, int](lambda: source.changes, most, stale=touched)
    for key, value in steps:
        if value is not None:
            source.write(key, value)
            log.append((source.changes, key))
        wanted = ["a", key, "e"]
        assert kept.of(wanted, source.read) == {name: source.values[name] for name in wanted if name in source.values}


def test_what_was_not_touched_is_not_read_again_and_nothing_kept_is_told_while_a_write_commits() -> None:
    source = Source()
    source.values |= {"a": 1, "b": 2}
    kept = Kept[str, int](lambda: source.changes, 10, stale=lambda *_: {"a", "never held"})
    kept.of(["a", "b"], source.read)
    source.write("a", 3)
    assert kept.of(["a", "b"], source.read) == {"a": 3, "b": 2}
    assert source.asked == ["a", "b", "a"]
    source.changes += 1
    kept.of(["b"], source.read)
    assert source.asked == ["a", "b", "a", "b"]


def test_a_log_that_no_longer_reaches_back_says_so() -> None:
    log = TouchedLog()
    many = frozenset((HERE, f"psg_{at}") for at in range(MAX_REMEMBERED))
    log.note(2, Touched(frozenset({(HERE, "psg_a")}), is_only_new=False))
    log.note(4, Touched(frozenset({(HERE, "psg_b")}), frozenset({(HERE, "art_b")})))
    assert log.between(2, 4) == Touched(frozenset({(HERE, "psg_b")}), frozenset({(HERE, "art_b")}))
    assert log.between(0, 4) == Touched(
        frozenset({(HERE, "psg_a"), (HERE, "psg_b")}), frozenset({(HERE, "art_b")}), is_only_new=False
    )
    assert log.between(4, 4) == Touched()
    log.note(6, Touched(many))
    assert log.between(2, 6) is None
    assert log.between(4, 6) == Touched(many)
    log.note(8, None)
    assert log.between(6, 8) is None
    assert log.between(8, 8) == Touched()
