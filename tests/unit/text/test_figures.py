import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.figures import Figure, find_figures, same_figure

NEWSPAPER = st.text(
    alphabet="0123456789０９５,.，。%％一二三十百千万亿元人个第约余多至-年月日时点分之成近上半两萬億 \n“”A", max_size=60
)


def only(text: str) -> Figure:
    figures = find_figures(text)
    assert len(figures) == 1, (text, figures)
    return figures[0]


@given(st.one_of(st.text(max_size=60), NEWSPAPER))
def test_spans_equal_what_is_printed_and_do_not_overlap(text: str) -> None:
    figures = find_figures(text)
    assert all(text[figure.start : figure.end] == figure.raw and figure.raw for figure in figures)
    assert all(first.end <= second.start for first, second in itertools.pairwise(figures))
    assert all(figure.low <= figure.high for figure in figures)
    assert all(same_figure(figure, figure) for figure in figures)


@given(st.integers(0, 10**9), st.sampled_from(["人", "家", "元", "公里", "", "%"]))
def test_wide_digits_and_thousands_commas_change_no_value(value: int, unit: str) -> None:
    plain = only(f"{value}{unit}")
    assert plain.low == value
    wide = f"{value}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert same_figure(plain, only(wide + unit))
    assert same_figure(plain, only(f"{value:,}{unit}"))


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_different_values_never_agree(first: int, second: int) -> None:
    assert same_figure(only(f"{first}户"), only(f"{second}户")) == (first == second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("5970万元", "0.597亿元"),
        ("5970万元", "5,970萬元"),
        ("5970万元", "５９７０万"),
        ("二十四小时", "24小时"),
        ("百分之九十八", "98%"),
        ("98％", "98%"),
        ("三分之一", "1/3"),
        ("三成", "30%"),
        ("50人", "50名"),
        ("50个", "50家"),
        ("2吨", "2000公斤"),
        ("3公里", "3000米"),
        ("1亿2000万元", "1.2亿元"),
        ("一千三百二十人", "1320人"),
        ("两千多个", "2000余个"),
        ("下午3点半", "15:30"),
        ("早上8时30分", "8:30"),
        ("一年半,", "1.5年"),
        ("百分之百", "100%"),
        ("1-2万元", "10000元至20000元"),
        ("两岁", "2周岁"),
    ],
)
def test_equal_values_in_different_dress_agree(first: str, second: str) -> None:
    assert same_figure(only(first), only(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("98", "98%"),
        ("5%", "5个百分点"),
        ("第3天", "3天"),
        ("5970万元", "5970亿元"),
        ("5970万元", "5970万美元"),
        ("50人", "50元"),
        ("1至2个", "1至3个"),
        ("上午8点", "下午8点"),
        ("7月6日", "7月8日"),
        ("2019年", "2020年"),
        ("3小时", "3天"),
    ],
)
def test_different_facts_do_not_agree(first: str, second: str) -> None:
    assert not same_figure(only(first), only(second))


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "hedge"),
    [
        ("1600余件", 1600, 1600, "件", "over"),
        ("230余万元", 2_300_000, 2_300_000, "元", "over"),
        ("1万多名", 10_000, 10_000, "名", "over"),
        ("近亿元", 10**8, 10**8, "元", "under"),
        ("上千人", 1000, 1000, "人", "over"),
        ("约300人", 300, 300, "人", "about"),
        ("不足5%", 5, 5, "%", "under"),
        ("99%以上", 99, 99, "%", "over"),
        ("20天左右", 20, 20, "天", "about"),
        ("1%以下", 1, 1, "%", "under"),
        ("9-10个", 9, 10, "个", None),
        ("1至2万元", 10_000, 20_000, "元", None),
        ("5000至1万元", 5000, 10_000, "元", None),
        ("三五个", 3, 5, "个", None),
        ("七八百人", 700, 800, "人", None),
        ("十几个", 11, 19, "个", None),
        ("近3年", 3, 3, "年", None),
        ("两个半小时", Decimal("2.5"), Decimal("2.5"), "小时", None),
    ],
)
def test_ranges_and_hedges_are_read(
    text: str, low: int | Decimal, high: int | Decimal, unit: str, hedge: str | None
) -> None:
    figure = only(text)
    assert (figure.low, figure.high, figure.unit, figure.hedge) == (low, high, unit, hedge)
    assert figure.approximate == (hedge is not None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("68岁", "age"),
        ("上午8点", "time"),
        ("24小时", "duration"),
        ("第三", "ordinal"),
        ("六年级", "ordinal"),
        ("7月6日", "date"),
        ("￥100", "money"),
        ("$5.5亿", "money"),
        ("30%", "percent"),
        ("三分之二", "fraction"),
        ("17家", "number"),
        ("8点意见", "number"),
    ],
)
def test_kinds_are_told_apart(text: str, kind: str) -> None:
    assert only(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "三农问题",
        "万一",
        "一个支部",
        "两岸",
        "千家万户",
        "十四五规划",
        "一网通办",
        "统一思想",
        "十分",
        "成立大会",
    ],
)
def test_words_made_of_numerals_are_no_figures(text: str) -> None:
    assert find_figures(text) == []


def test_a_change_from_one_state_to_another_is_two_figures() -> None:
    assert [figure.low for figure in find_figures("从5家到20家")] == [5, 20]
    assert [figure.low for figure in find_figures("电话0101-2345678")] == [101, 2345678]
