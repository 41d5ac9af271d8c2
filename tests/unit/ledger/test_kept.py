"""Reads kept until something is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.ledger import Kept


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
