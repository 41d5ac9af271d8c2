"""A question tells what kind of thing it asks for, in which unit, of which noun."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.question import analyse, content_runs, content_terms


@pytest.mark.parametrize(
    ("question", "kind", "units"),
    [
        ("全县有多少家企业获奖?", "count", ("家",)),
        ("由几个组负责?", "count", ("个",)),
        ("接待游客多少人次?", "count", ("人次",)),
        ("担保金额是多少?", "money", ("元",)),
        ("花了多少钱?", "money", ("元",)),
        ("财政发放了多少补贴?", "money", ("元",)),
        ("满意率是多少?", "percent", ("%",)),
        ("办结率有多高?", "percent", ("%",)),
        ("他今年多大年纪?", "count", ("岁",)),
        ("这座桥有多长?", "quantity", ("米", "公里", "千米", "厘米", "年", "天", "小时")),
        ("局长是谁?", "person", ()),
        ("董事长叫什么名字?", "person", ()),
        ("哪位记者拍的?", "person", ()),
        ("会议在哪里举行?", "place", ()),
        ("属于哪个县?", "place", ()),
        ("包括哪些内容?", "list", ()),
        ("上市的是哪几家?", "list", ()),
        ("为什么停工?", "reason", ()),
        ("如何申请?", "manner", ()),
        ("是否完工?", "yes_no", ()),
        ("以什么为主题?", "thing", ()),
        ("这支队伍叫什么?", "name", ()),
    ],
)
def test_the_kind_and_unit_asked_for(question: str, kind: str, units: tuple[str, ...]) -> None:
    analysed = analyse(question)
    assert (analysed.kind, analysed.units) == (kind, units)


@pytest.mark.parametrize(
    ("question", "grain"),
    [
        ("哪一年成立?", "year"),
        ("几月几日开幕?", "day"),
        ("哪天举行?", "day"),
        ("什么时候动工?", "any"),
        ("几点开始?", "hour"),
    ],
)
def test_the_grain_of_time_asked_for(question: str, grain: str) -> None:
    assert (analyse(question).kind, analyse(question).grain) == ("time", grain)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("有多少名学生?", "学生"),
        ("全镇党员有多少人?", "全镇党员"),
        ("水利局局长是谁?", "水利局局长"),
        ("采购了多少新的设备?", "设备"),
    ],
)
def test_the_noun_asked_about(question: str, noun: str) -> None:
    assert analyse(question).noun == noun


def test_a_traditional_question_is_read_like_its_simplified_twin() -> None:
    assert analyse("水利局局長是誰?") == analyse("水利局局长是谁?")


def test_the_asking_words_are_no_content() -> None:
    assert content_runs(analyse("请问青溪镇一共有多少个村?")) == ["青溪镇", "村"]


def test_figures_and_latin_words_stay_whole() -> None:
    assert {"2021", "5g"} <= set(content_terms(analyse("2021年建的5G基站有几座?")))


@given(st.text(max_size=40))
def test_any_text_is_analysed_and_keeps_its_length(text: str) -> None:
    analysed = analyse(text)
    assert len(analysed.text) == len(text) == len(analysed.content)
    assert 0 <= analysed.asked[0] <= analysed.asked[1] <= len(text)
