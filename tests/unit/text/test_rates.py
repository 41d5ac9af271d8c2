"""Scores, signs and what a figure holds for each of."""

from decimal import Decimal

import pytest

from rag.text.figures import Figure, find_figures, same_figure
from rag.text.names import find_names


def only(text: str) -> Figure:
    (figure,) = find_figures(text)
    return figure


@pytest.mark.parametrize("text", ["3比2", "3:2", "三比二", "３：２"])
def test_a_score_is_one_figure_in_the_order_printed(text: str) -> None:
    figure = only(f"客队{text}获胜")
    assert (figure.kind, figure.low, figure.high, figure.raw) == ("score", Decimal(3), Decimal(2), text)


def test_a_score_turned_round_is_another_one() -> None:
    assert same_figure(only("3比2"), only("3:2"))
    assert not same_figure(only("3比2"), only("2比3"))


def test_a_score_may_look_like_a_time_of_day() -> None:
    assert same_figure(only("21比15"), only("21:15"))


@pytest.mark.parametrize(
    ("text", "raw", "value"),
    [
        ("税率为-3%", "-3%", -3),
        ("增速-3%", "-3%", -3),
        ("增速负3%", "负3%", -3),
        ("零下5℃", "零下5℃", -5),
        ("零下五度", "零下五度", -5),
    ],
)
def test_a_sign_belongs_to_its_figure(text: str, raw: str, value: int) -> None:
    figure = only(text)
    assert (figure.raw, figure.low) == (raw, Decimal(value))


@pytest.mark.parametrize("text", ["10%-20%", "A-3", "3胜负2场", "负责3个村", "5-10℃"])
def test_a_range_a_hyphen_and_lost_matches_are_no_sign(text: str) -> None:
    assert all(figure.low > 0 for figure in find_figures(text))


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("每人200元", ("人",)),
        ("人均200元", ("人",)),
        ("每人每月读3本", ("人", "月")),
        ("每平方公里500人", ("平方公里",)),
        ("200元/亩", ("亩",)),
        ("每户补助，共200元", ()),
        ("共200元", ()),
    ],
)
def test_what_a_figure_holds_for_each_of(text: str, per: tuple[str, ...]) -> None:
    assert only(text).per == per


def test_figures_per_different_things_differ() -> None:
    assert not same_figure(only("每人200元"), only("每户200元"))
    assert same_figure(only("每人每月200元"), only("每人200元"))
    assert same_figure(only("每人200元"), only("200元"))


@pytest.mark.parametrize("text", ["七月七日南山路学校开学", "二〇二三年七月南山路学校开学", "7月7日南山路学校开学"])
def test_a_date_is_no_part_of_a_name(text: str) -> None:
    assert [name.text for name in find_names(text)] == ["南山路学校"]
