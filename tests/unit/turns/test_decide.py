"""Which continuation goes with which head."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Half
from rag.turns import join_turns
from tests.unit.turns.halves import BRIDGE, HARVEST, SCHOOL, half


def joined(*halves: Half) -> dict[str, str]:
    states = join_turns(halves)
    found = {one: state.after.continuation for one, state in states.items() if state.after}
    assert found == {state.before.head: one for one, state in states.items() if state.before}
    return found


HEAD = half("bridge", BRIDGE[0], page="1", to="3")
TAIL = half("rest", BRIDGE[1], page="3", since="1")


def test_a_head_is_joined_to_its_continuation_with_rule_and_reason() -> None:
    (link,) = {state.after for state in join_turns([HEAD, TAIL]).values() if state.after}
    assert (link.head, link.continuation) == ("art_bridge", "art_rest")
    assert "晨报" in link.rule
    assert "2023-07-06" in link.rule
    assert "第1版下转第3版" in link.reason
    assert 0.5 < link.confidence <= 1.0


def test_two_continuations_from_one_page_are_told_apart_by_their_text() -> None:
    halves = [HEAD, TAIL, half("school", SCHOOL[0], page="1", to="3"), half("more", SCHOOL[1], page="3", since="1")]
    assert joined(*halves) == {"art_bridge": "art_rest", "art_school": "art_more"}


def test_a_title_printed_again_tells_apart_what_the_text_does_not() -> None:
    text = "工作正在有序推进，各部门按照分工抓好落实，确保年底前完成各项任务指标，取得实实在在的成效"
    heads = [
        half("a", text, page="1", to="2", title="清水河治理提速"),
        half("b", text, page="1", to="2", title="南湖校园焕新"),
    ]
    tails = [
        half("x", text, page="2", since="1", title="南湖校园"),
        half("y", text, page="2", since="1", title="清水河治理"),
    ]
    assert joined(*heads, *tails) == {"art_a": "art_y", "art_b": "art_x"}


def test_pieces_that_cannot_be_told_apart_are_not_joined_and_say_so() -> None:
    twin = replace(HEAD, article=replace(HEAD.article, article_id="art_twin"))
    states = join_turns([HEAD, twin, TAIL])
    assert not any(state.before or state.after for state in states.values())
    doubt = states["art_rest"].doubt or ""
    assert "art_bridge" in doubt
    assert "art_twin" in doubt


def test_a_continuation_of_something_else_is_not_joined_only_because_the_pages_agree() -> None:
    assert joined(HEAD, half("other", SCHOOL[1], page="3", since="1")) == {}


@pytest.mark.parametrize(
    "tail",
    [
        half("rest", BRIDGE[1], page="3", since="1", told="晚报|2023-07-06"),
        half("rest", BRIDGE[1], page="3", since="1", told="晨报|2023-07-07"),
        half("rest", BRIDGE[1], page="4", since="1"),
        half("rest", BRIDGE[1], page="3", since="2"),
        half("rest", BRIDGE[1], page="3", since="1", told=None),
    ],
)
def test_another_paper_date_or_page_is_never_joined(tail: Half) -> None:
    assert joined(HEAD, tail) == {}
    assert joined(HEAD, tail, TAIL) == {"art_bridge": "art_rest"} or tail.article.article_id == "art_rest"


def test_file_names_alone_make_an_issue() -> None:
    head = half("bridge", BRIDGE[0], page="A1", to="A3", told=None, named="in/07-06_*.txt")
    tail = half("rest", BRIDGE[1], page="A3", since="A1", told=None, named="in/07-06_*.txt")
    assert joined(head, tail) == {"art_bridge": "art_rest"}
    assert joined(head, replace(tail, named="in/07-07_*.txt")) == {}
    assert joined(head, replace(tail, article=replace(tail.article, paper="晨报"))) == {"art_bridge": "art_rest"}
    facts = [replace(one, article=replace(one.article, issued=day)) for one, day in ((head, "07-06"), (tail, "07-07"))]
    assert joined(*facts) == {}


def test_pages_of_one_file_make_an_issue_and_one_page_does_not() -> None:
    head = half("bridge", BRIDGE[0], page="1", to="3", told=None, document="doc_all")
    tail = half("rest", BRIDGE[1], page="3", since="1", told=None, document="doc_all")
    leaves = [replace(one, article=replace(one.article, page=one.page)) for one in (head, tail)]
    assert joined(*leaves) == {"art_bridge": "art_rest"}
    assert joined(head, tail) == {}


def test_an_article_may_turn_twice() -> None:
    text = BRIDGE[1]
    middle = half("middle", text, page="3", since="1", to="4")
    last = half("last", "清水河两岸居民说，北山大桥通车是大事，" + BRIDGE[1][20:], page="4", since="3")
    assert joined(HEAD, middle, last) == {"art_bridge": "art_middle", "art_middle": "art_last"}


def test_a_section_letter_left_out_on_one_side_is_no_contradiction() -> None:
    assert joined(half("a", BRIDGE[0], page="A1", to="3"), half("b", BRIDGE[1], page="A3", since="1")) != {}
    assert joined(half("a", BRIDGE[0], page="A1", to="B3"), half("b", BRIDGE[1], page="A3", since="A1")) == {}


PIECES = [
    half(f"{kind}{number}{side}", text[side], page=page, to="3" if side == 0 else None, since="1" if side else None)
    for number in range(2)
    for kind, text in (("bridge", BRIDGE), ("school", SCHOOL), ("harvest", HARVEST))
    for side, page in ((0, "1"), (1, "3"))
]


@given(st.lists(st.sampled_from(PIECES), unique_by=lambda one: one.article.article_id), st.randoms())
def test_the_joins_depend_on_no_order_and_are_one_to_one(pieces: list[Half], random: object) -> None:
    states = join_turns(pieces)
    shuffled = list(pieces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert join_turns(shuffled) == states
    links = [state.after for state in states.values() if state.after]
    assert len({link.head for link in links}) == len({link.continuation for link in links}) == len(links)
    for link in links:
        assert link.head[4:7] == link.continuation[4:7]
