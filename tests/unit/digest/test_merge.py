"""Who tells whose story: copies, repeated pieces and continuations are told once, by one article."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.digest import gather
from rag.models import Copies, Copy
from tests.unit.digest.stories import article


def _copies(*names: str) -> dict[str, Copies]:
    known = [Copy(name, "doc", "x.txt") for name in names]
    return {
        name: Copies(tuple(one for one in known if one.article_id != name), len(names), len(names)) for name in names
    }


def test_of_several_copies_the_fullest_tells_the_story() -> None:
    articles = [article("a", "短。"), article("b", "长长长长。"), article("c", "另一件。")]
    assert gather(articles, {}, _copies("a", "b")).stories == {"b": ["a"], "c": []}


def test_a_repeated_piece_and_a_continuation_are_told_with_what_they_belong_to() -> None:
    articles = [article("a"), article("b", duplicate_of="a"), article("c", kind="continuation")]
    assert gather(articles, {"c": "a"}, {}).stories == {"a": ["b", "c"]}


def test_a_continuation_without_its_head_and_a_copy_of_what_was_told_are_left_out_with_their_reason() -> None:
    found = gather([article("c"), article("d")], {"c": "absent"}, _copies("d", "old"), told_before={"old"})
    assert found.left_out == {"c": "with_head", "d": "told_before"}
    assert not found.stories


def test_what_repeats_a_copy_that_was_told_before_is_left_out_too() -> None:
    articles = [article("d"), article("e", duplicate_of="d")]
    assert gather(articles, {}, _copies("d", "old"), told_before={"old"}).left_out == dict.fromkeys("de", "told_before")


@given(
    names=st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8),
    draw=st.data(),
)
def test_every_article_is_told_once_or_left_out(names: list[str], draw: st.DataObject) -> None:
    owners = st.sampled_from([*"abcdefgh"])
    articles = [article(name, name * draw.draw(st.integers(1, 4))) for name in names]
    heads = draw.draw(st.dictionaries(owners, owners, max_size=4))
    told = draw.draw(st.sets(st.sampled_from("xyz")))
    copies = _copies(*draw.draw(st.sets(st.sampled_from([*"abcdefghxyz"]))))
    found = gather(articles, heads, copies, told)
    everything = [*found.stories, *(one for others in found.stories.values() for one in others), *found.left_out]
    assert sorted(everything) == sorted(names)
