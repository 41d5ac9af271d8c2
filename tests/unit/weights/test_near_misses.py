from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from rag.weights.near_misses import Stock, near_miss, shared_words

TEXT = "青溪镇2021年更换水表1200只,最大的水厂位于县城以东,镇长郑国栋主持了开工活动。"
STOCK = Stock((("person", "何敏"), ("place", "白石镇")), ("白石镇", "图书", "路灯", "商场"))


def changed(question: str, stock: Stock = STOCK) -> set[str]:
    return {found for seed in range(40) if (found := near_miss(question, TEXT, stock, random.Random(seed)))}


def test_a_figure_is_changed_to_one_the_text_does_not_hold() -> None:
    found = changed("2021年更换了多少只?", Stock((), ()))
    assert found
    assert all(question.endswith("年更换了多少只?") and "2021" not in question for question in found)


def test_a_word_shared_with_the_text_gives_way_to_one_as_long_that_is_not_in_it() -> None:
    assert "更换了多少只图书?" in changed("更换了多少只水表?")
    assert all("水表" not in question or "更换" not in question for question in changed("更换了多少只水表?"))


def test_a_word_is_turned_into_its_opposite() -> None:
    assert "哪里的水厂最小?" in changed("哪里的水厂最大?")


def test_a_question_that_shares_nothing_with_the_text_has_no_near_miss() -> None:
    assert changed("为什么?") == set()


def test_words_that_ask_are_not_shared_words() -> None:
    question = "水表是多少?"
    assert [question[slice(*span)] for span in shared_words(question, "水表是多少?共有水表")] == []
    assert [question[slice(*span)] for span in shared_words(question, TEXT)] == ["水表"]


@given(st.text("青溪镇水表最大的2021年谁是多少", max_size=20), st.integers(0, 5))
def test_a_near_miss_differs_from_its_question(question: str, seed: int) -> None:
    assert near_miss(question, TEXT, STOCK, random.Random(seed)) != question
