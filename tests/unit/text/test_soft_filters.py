"""What a question's dates and places prefer: the day and the next issues, a month, a year; nothing is excluded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.soft_filters import satisfies, soft_filters

TODAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("2023年7月发生了什么", "2023-07-01/2023-08-02"),
        ("去年7月的降水量", "2023-07-01/2023-08-02"),
        ("7月6日开馆了吗", "07-06/07-08"),
        ("昨天的会议", "2024-03-04/2024-03-06"),
        ("去年產量多少", "2023-01-01/2024-03-30"),
        ("上个月的会议", "2024-02-01/2024-03-02"),
        ("本月的会议", "2024-03-01/2024-04-02"),
        ("2023年12月31日的会议", "2023-12-31/2024-01-02"),
        ("12月31日的会议", "12-31/01-02"),
    ],
)
def test_a_date_named_in_a_question_is_a_period_of_publication(question: str, value: str) -> None:
    (wish,) = soft_filters(question, TODAY)
    assert (wish.kind, wish.value) == ("date", value)
    assert wish.words in question


def test_a_place_is_taken_apart_from_the_date_before_it() -> None:
    assert [(wish.kind, wish.words) for wish in soft_filters("2023年7月六安市发生了什么", TODAY)] == [
        ("date", "2023年7月"),
        ("place", "六安市"),
    ]


def test_a_question_without_date_and_place_prefers_nothing() -> None:
    assert soft_filters("园区非公组织党员有多少人?", TODAY) == ()


@pytest.mark.parametrize(
    ("question", "published", "met"),
    [
        ("7月6日", "2023-07-07", True),
        ("7月6日", "07-06", True),
        ("7月6日", "2023-07-09", False),
        ("12月31日", "2024-01-01", True),
        ("12月31日", "2023-12-31", True),
        ("12月31日", "2023-12-30", False),
        ("2023年7月6日", "2022-07-06", False),
        ("2023年7月6日", "07-06", False),
        ("7月6日", None, False),
    ],
)
def test_an_article_of_the_day_or_the_next_issues_is_preferred(question: str, published: str | None, met: bool) -> None:
    (wish,) = soft_filters(question, TODAY)
    assert satisfies(wish, published, None) is met


def test_a_place_is_met_in_either_script_and_with_or_without_its_suffix() -> None:
    (wish,) = soft_filters("蘇州市的会议", TODAY)
    assert satisfies(wish, None, "苏州")
    assert satisfies(wish, None, "江苏苏州市")
    assert not satisfies(wish, None, "无锡")
    assert not satisfies(wish, None, None)


@given(
    st.text(alphabet="去今前年上本月日昨天0123456789年月日六安市县,在的", max_size=20),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)
def test_any_question_gives_periods_in_order(question: str, today: date) -> None:
    for wish in soft_filters(question, today):
        assert wish.words in question
        if wish.kind == "date" and len(wish.value) > len("07-06/07-08"):
            first, last = wish.value.split("/")
            assert first <= last
