"""Coordinates carry what only one of them prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.coordinates import parted


@pytest.mark.parametrize(
    ("subjects", "whole"),
    [
        ("青溪镇和白石镇", ["青溪镇", "白石镇"]),
        ("甲村与乙村的学校", ["甲村的学校", "乙村的学校"]),
        ("青溪镇的茶园和“小巷口”书屋", ["青溪镇的茶园", "青溪镇的“小巷口”书屋"]),
        ("青溪镇修的桥和白石镇修的路", ["青溪镇修的桥", "白石镇修的路"]),
        ("许文涛写的书和编的书", ["许文涛写的书", "许文涛编的书"]),
        ("何敏和郑国栋在会上", ["何敏在会上", "郑国栋在会上"]),
        ("3月初青溪镇的茶会和老年协会的义诊", ["3月初青溪镇的茶会", "3月初青溪镇老年协会的义诊"]),
        ("青溪镇和白石镇3月5日", ["3月5日青溪镇", "3月5日白石镇"]),
        ("茶会和义诊这两张照片,摄影者", ["茶会的照片摄影者", "义诊的照片摄影者"]),
        ("单独成立的和联合成立的合作社", ["单独成立的合作社", "联合成立的合作社"]),
        ("“甲甲贷”“乙乙贷”", ["“甲甲贷”", "“乙乙贷”"]),
        ("活动对男生和女生的年龄", ["活动对男生的年龄", "活动对女生的年龄"]),
        ("启动仪式上,甲校和乙校", ["启动仪式上,甲校", "启动仪式上,乙校"]),
    ],
)
def test_each_coordinate_stands_alone(subjects: str, whole: list[str]) -> None:
    assert parted(subjects) == whole


@pytest.mark.parametrize("subjects", ["青溪镇", "和平街道", "“共和与进步”论坛", "参与会议的人", "普及率"])
def test_words_that_hold_a_joint_are_not_parted(subjects: str) -> None:
    assert parted(subjects) == []


def test_an_institution_before_one_event_is_not_given_to_another() -> None:
    assert parted("中心小学的毕业典礼和民间艺术观摩活动")[1] == "民间艺术观摩活动"


@given(st.text(alphabet="甲乙镇村校的和与、,“”年3月5日在写拍照片两这", max_size=24))
def test_parts_are_never_empty(subjects: str) -> None:
    assert all(parted(subjects))
