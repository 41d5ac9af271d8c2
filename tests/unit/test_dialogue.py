"""A follow-up is made to stand alone; a question that names its own subject is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dialogue import MAX_TURNS, stand_alone
from rag.models import Turn


def _history(*texts: str) -> list[Turn]:
    """Turns in alternation, the user first."""
    return [Turn("user" if index % 2 == 0 else "assistant", text) for index, text in enumerate(texts)]


def test_without_history_nothing_changes() -> None:
    assert stand_alone("那白石镇呢?", []) == "那白石镇呢?"


@pytest.mark.parametrize(
    ("asked", "answered", "question", "rewritten"),
    [
        ("青溪镇有多少个村?", "12个村。", "那白石镇呢?", "白石镇有多少个村?"),
        ("“惠农贷”发放了多少?", "500万元。", "“兴业贷”呢?", "“兴业贷”发放了多少?"),
        ("青溪镇2020年种了多少棵树?", "300棵。", "2021年呢?", "青溪镇2021年种了多少棵树?"),
        ("甲厂单独生产的产品有多少种?", "6种。", "合作生产的呢?", "甲厂合作生产的产品有多少种?"),
        ("抢修队的A组有几个人?", "5人。", "B组呢?", "抢修队的B组有几个人?"),
    ],
)
def test_an_ellipsis_takes_the_place_of_its_like(asked: str, answered: str, question: str, rewritten: str) -> None:
    assert stand_alone(question, _history(asked, answered)) == rewritten


@pytest.mark.parametrize(
    ("asked", "question", "rewritten"),
    [
        ("青溪大桥全长多少?", "那总投资呢?", "青溪大桥的总投资是多少?"),
        ("青溪大桥总投资多少元?", "全长呢?", "青溪大桥的全长是多少?"),
        ("青溪镇的合格率是多少?", "人口呢?", "青溪镇的人口是多少?"),
        ("青溪镇有多少个村?", "那学校呢?", "青溪镇的学校有多少?"),
        ("郑女士多少岁?", "那许文涛呢?", "许文涛多少岁?"),
        ("许文涛多少岁?", "郑女士呢?", "郑女士多少岁?"),
        ("青溪镇党委书记是谁?", "那镇长呢?", "青溪镇镇长是谁?"),
        ("青溪镇党委书记是谁?", "那白石镇呢?", "白石镇党委书记是谁?"),
        ("大桥何时开工?", "那竣工呢?", "大桥何时竣工?"),
        ("青溪镇2020年种了多少棵树?", "白石镇2021年呢?", "白石镇2021年种了多少棵树?"),
    ],
)
def test_an_ellipsis_replaces_the_slot_of_its_kind(asked: str, question: str, rewritten: str) -> None:
    assert stand_alone(question, _history(asked, "已答。")) == rewritten


@pytest.mark.parametrize(
    ("asked", "answered", "question", "rewritten"),
    [
        ("青溪镇党委书记是谁?", "青溪镇党委书记郑国栋说", "他今年多大年纪?", "郑国栋今年多大年纪?"),
        ("读书会的照片是谁拍的?", "新华社记者林晓。", "那位记者多大年纪?", "林晓多大年纪?"),
        ("青溪镇有多少个村?", "12个村。", "那里有几所学校?", "青溪镇有几所学校?"),
        ("青溪镇有多少个村?", "12个村。", "该镇的书记是谁?", "青溪镇的书记是谁?"),
    ],
)
def test_a_pronoun_becomes_what_it_stands_for(asked: str, answered: str, question: str, rewritten: str) -> None:
    assert stand_alone(question, _history(asked, answered)) == rewritten


@pytest.mark.parametrize(
    ("asked", "answered", "question", "rewritten"),
    [
        ("青溪镇抢修队有多少人?", "15人。", "谁带队?", "青溪镇抢修队谁带队?"),
        ("2022年大旱,青溪镇从哪里提水?", "从清水河。", "提了多少水?", "2022年大旱,青溪镇提了多少水?"),
        ("青溪镇收集了多少条意见?", "40条。", "采纳了几条?", "青溪镇采纳了几条意见?"),
    ],
)
def test_a_short_question_without_subject_carries_the_last_one(
    asked: str, answered: str, question: str, rewritten: str
) -> None:
    assert stand_alone(question, _history(asked, answered)) == rewritten


@pytest.mark.parametrize("question", ["白石镇的读书会有多少人参加?", "《乡土志》的作者是谁?", "“童声”展区在哪里?"])
def test_a_change_of_topic_is_left_alone(question: str) -> None:
    assert stand_alone(question, _history("青溪镇有多少个村?", "12个村。")) == question


def test_a_chain_of_follow_ups_keeps_the_first_subject() -> None:
    history = _history("青溪镇有多少个村?", "12个村。", "那白石镇呢?", "9个村。")
    assert stand_alone("那里有几所学校?", history) == "白石镇有几所学校?"


def test_a_traditional_follow_up_keeps_its_script() -> None:
    assert stand_alone("那裡有幾所學校?", _history("青溪鎮有多少個村?", "12個村。")) == "青溪鎮有幾所學校?"


def test_only_the_last_turns_are_looked_at() -> None:
    old = _history("青溪镇有多少个村?", "12个村。")
    recent = _history(*["白石镇有多少个村?", "9个村。"] * (MAX_TURNS // 2))
    assert stand_alone("那里有几所学校?", [*old, *recent]) == stand_alone("那里有几所学校?", recent)


_TEXT = st.text(alphabet="青溪镇白石他那里呢有多少个村的是谁?，“”A岗组2021年", max_size=20)


@given(_TEXT, st.lists(_TEXT, max_size=5))
def test_any_conversation_gives_a_question(question: str, texts: list[str]) -> None:
    rewritten = stand_alone(question, _history(*texts))
    assert isinstance(rewritten, str)
    assert bool(rewritten.strip()) or not question.strip() or len(rewritten) <= len(question)
