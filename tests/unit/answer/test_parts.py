"""A question of several parts becomes several questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.parts import MAX_PARTS, split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("青溪镇有多少个村?", ["青溪镇有多少个村?"]),
        ("青溪镇和白石镇分别有多少个村?", ["青溪镇有多少个村?", "白石镇有多少个村?"]),
        ("甲村与乙村的学校各有多少名学生?", ["甲村的学校有多少名学生?", "乙村的学校有多少名学生?"]),
        ("青溪镇有多少个村?谁是书记?", ["青溪镇有多少个村?", "谁是书记?"]),
        ("青溪镇的投资是多少?白石镇的投资呢?", ["青溪镇的投资是多少?", "白石镇的投资是多少?"]),
        ("青溪镇和白石镇的书屋哪个更多?", ["青溪镇的书屋有多少", "白石镇的书屋有多少"]),
        ("甲校和乙校分别有几个班?各在哪个县?", ["甲校有几个班?", "乙校有几个班?", "甲校在哪个县?", "乙校在哪个县?"]),
        ("开幕式上谁致辞、谁主持?", ["开幕式上谁致辞", "开幕式上谁主持"]),
        ("青溪镇投资多少,白石镇藏书多少册?", ["青溪镇投资多少", "白石镇藏书多少册?"]),
        ("甲校和乙校各解决了多少个问题?", ["甲校解决了多少个问题?", "乙校解决了多少个问题?"]),
        ("青溪镇和白石镇都属于哪个县?", ["青溪镇属于哪个县?", "白石镇属于哪个县?"]),
        ("甲村和乙村各类学校有多少所?", ["甲村和乙村各类学校有多少所?"]),
        ("甲村和乙村都参加的活动是什么?", ["甲村和乙村都参加的活动是什么?"]),
        ("甲校和乙校,一个有操场,一个有花园,面积和亩数各是多少?", ["甲校有操场,面积是多少", "乙校有花园,亩数是多少"]),
        ("林晓和谁一起写了甲镇、乙镇的两篇稿子?", ["林晓和谁一起写了甲镇的稿子", "林晓和谁一起写了乙镇的稿子"]),
        ("甲镇的茶园和果园哪种更多?各多少亩?", ["甲镇的茶园多少亩?", "甲镇的果园多少亩?"]),
        ("甲镇和乙镇哪个人口更多?各是多少?", ["甲镇人口有多少", "乙镇人口有多少"]),
        ("哪些报道提到了甲镇?各讲了什么?", ["哪些报道提到了甲镇?"]),
        ("两张照片,除了记者林晓,摄影者是谁?", ["两张照片,除了记者林晓,摄影者是谁?"]),
    ],
)
def test_the_parts_of_a_question(question: str, parts: list[str]) -> None:
    assert split_question(question) == parts


@given(st.text(alphabet="青溪镇和与、,，?？;；:分别各谁多少哪几呢的有", max_size=40))
def test_there_is_always_at_least_one_part_and_never_too_many(question: str) -> None:
    assert 1 <= len(split_question(question)) <= MAX_PARTS
