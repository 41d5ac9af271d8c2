"""Who did it, which rank of office, which place, which item of a list, and 不 put in or left out."""

from __future__ import annotations

import pytest

from rag.verify import RuleVerifier

EVIDENCE = (
    "石桥镇林业站组织群众造林300亩。石桥镇工会在文化广场举办家政技能培训班。副镇长陆长河介绍,渡口明年动工。"
    "镇党委书记、人大主席韩素琴主持会议,未经批准不得砍伐。退伍军人徐凤山、朱大江等人的故事印成了书。"
    "检查组对电梯、锅炉、叉车进行检查。在杨敏推动下,当地开展了首次线上庭审。林慧是养老科科长。"
)

FALSE = [
    "石桥镇工会组织群众造林300亩",
    "家政技能培训班是石桥镇林业站举办的",
    "首次线上庭审是林慧推动开展的",
    "镇长陆长河介绍,渡口明年动工",
    "镇党委副书记、人大主席韩素琴主持会议",
    "经批准不得砍伐",
    "退伍军人许凤山、朱大江等人的故事印成了书",
    "检查组对电梯、锅炉、塔吊进行检查",
    "日本石桥镇林业站组织群众造林300亩",
]
TRUE = [
    "组织群众造林300亩的是镇林业站",
    "家政技能培训班是石桥镇工会举办的",
    "首次线上庭审是杨敏推动的",
    "副镇长陆长河说,渡口明年动工",
    "主持会议的是人大主席韩素琴",
    "没有批准不得砍伐",
    "书里有退伍军人徐凤山、朱大江等人的故事",
    "检查组检查了电梯、锅炉、叉车",
]


@pytest.mark.parametrize("claim", FALSE)
def test_one_thing_changed_is_not_supported(claim: str) -> None:
    verdict = RuleVerifier().verify(claim, [EVIDENCE])
    assert verdict.label != "supported"
    assert verdict.reason


@pytest.mark.parametrize("claim", TRUE)
def test_the_same_fact_told_otherwise_is_supported(claim: str) -> None:
    verdict = RuleVerifier().verify(claim, [EVIDENCE])
    assert verdict.label == "supported", verdict.reason
