"""One form for a question, however it is dressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.asked import one_form, word_forms

DRESSED = [
    (
        "2023年7月25日",
        "二〇二三年七月二十五日",
        "２０２３年７月２５日",
        "公元2023年7月25号",
        "民国112年7月25日",
        "2 0 2 3 年 7 月 25 日",
        "民國一百一十二年七月二十五日",
    ),
    ("2011年", "民国100年", "民國一百年", "公元二〇一一年"),
    ("ak-47何时服役", "AK-47 何时服役", "A K - 4 7 何 时 服 役", "Ａ　Ｋ　－　４　７　何　时　服　役"),
    ('"双减"何时开始', "“双减”何时开始", "「雙減」何時開始", "『双减』何时开始"),
    ("3万人", "三万人", "30000人", "30,000人", "３０，０００人"),
    ("1.2亿元", "1亿2000万元", "一亿两千万元", "120,000,000元", "1.2億元"),
    ("编号012", "编号〇一二", "編號０１２"),
    ("大桥何时通车?", "大 桥 何 时 通 车 ？", "大橋何時通車？", "大桥　何时通车？"),
]


@pytest.mark.parametrize("forms", DRESSED, ids=lambda forms: forms[0])
def test_every_dress_of_a_question_has_one_form(forms: tuple[str, ...]) -> None:
    assert {one_form(form) for form in forms} == {forms[0]}


@pytest.mark.parametrize(
    "kept",
    [
        "三十六计",
        "第三季度",
        "万一",
        "13800138000",
        "公元前221年",
        "百万英镑",
        "2.5.1",
        "0012",
        "一二·九",
        "九一八",
        "2008年度",
        "1945年底",
    ],
)
def test_what_only_looks_like_a_number_stays(kept: str) -> None:
    assert one_form(kept) == kept


def test_terms_hold_large_numbers_as_figures_too() -> None:
    assert word_forms("约3万人、12.5亿元") == "约3万人、12.5亿元 30000 1250000000"
    assert word_forms("2023年7月") == "2023年7月"


def test_blanks_between_latin_words_and_numbers_stay() -> None:
    spaced = " ".join("iPhone 15 Pro何时发布")
    for dressed in ("iPhone 15 Pro 何时 发布", "iPhone  15　Pro 何时发布", spaced):
        assert one_form(dressed) == "iphone 15 pro何时发布"


@given(st.text(st.sampled_from("大桥〇一二三十百千万亿点年月日号第民国公元0123456789,. aB、？"), max_size=25))
def test_the_one_form_is_final(text: str) -> None:
    once = one_form(text)
    assert one_form(once) == once
