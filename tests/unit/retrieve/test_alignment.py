"""Alignment: how much of a question stands together in one place of a passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.retrieve.alignment import NEAR_CHARS, WIDE_CHARS, Aligner

RARITY = {"大桥": 3.0, "通车": 2.0, "大": 0.5, "桥": 1.0, "通": 0.5, "车": 0.5}
TEXTS = st.text(st.sampled_from("大桥通车的小"), max_size=200)


def test_all_of_the_question_in_one_place_is_whole() -> None:
    found = Aligner(RARITY).align("昨日大桥正式通车")
    assert (found.near, found.wide, found.characters) == (1.0, 1.0, 1.0)


def test_words_far_apart_count_less_than_words_together() -> None:
    near = Aligner(RARITY).align("大桥" + "甲" * (NEAR_CHARS + 5) + "通车")
    assert near.near == 0.6  # the rarer word alone: 3 of 5
    assert near.wide == 1.0
    assert Aligner(RARITY).align("大桥" + "甲" * (WIDE_CHARS + 5) + "通车").wide == 0.6


def test_words_are_held_wherever_they_stand() -> None:
    assert Aligner(RARITY).align("大桥" + "甲" * 500 + "通车").held == 1.0
    assert Aligner(RARITY).align("甲" * 500 + "大桥大桥").held == 0.6
    assert Aligner(RARITY).align("甲").held == Aligner({}).align("大桥").held == 0.0


def test_a_word_said_twice_counts_once() -> None:
    assert Aligner(RARITY).align("大桥大桥大桥").near == 0.6


def test_a_question_without_words_aligns_with_nothing() -> None:
    found = Aligner({}).align("大桥通车")
    assert (found.near, found.wide, found.characters) == (0.0, 0.0, 0.0)


def test_what_stands_beside_the_words_is_told() -> None:
    text = "甲" * 100 + "大桥" + "乙" * 10 + "通车" + "丙" * 100
    beside = Aligner(RARITY).align(text).beside
    assert beside == "甲" * NEAR_CHARS + "大桥" + "乙" * 10 + "通车" + "丙" * (2 * NEAR_CHARS - 14)
    assert Aligner(RARITY).align("通桥").beside == ""


@given(TEXTS, TEXTS)
def test_shares_stay_within_bounds_and_more_text_never_lowers_them(text: str, more: str) -> None:
    short, long = Aligner(RARITY).align(text), Aligner(RARITY).align(text + more)
    assert 0 <= short.near <= short.wide <= 1 + 1e-9
    assert short.near <= long.near + 1e-9
    assert short.characters <= long.characters + 1e-9
