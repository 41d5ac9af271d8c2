"""A refusal says why: another period, another place, the topic without the fact, or nothing at all."""

from __future__ import annotations

import pytest

from rag.pipeline import Pipeline

QUESTIONS = [
    ("2016年六安经开区单独组建的非公企业党组织有多少个?", "out_of_period"),
    ("2025年徐州市级机关有多少个先锋服务队?", "out_of_period"),
    ("2012年杜集区“商会贷”担保贷款金额是多少?", "out_of_period"),
    ("2010年六安经开区“专精特新”企业有多少家?", "out_of_period"),
    ("合肥市单独组建的非公企业党组织有多少个?", "other_place"),
    ("南京市级机关有多少家机关党组织参加大讨论?", "other_place"),
    ("芜湖市“商会贷”担保贷款金额是多少?", "other_place"),
    ("六安经开区党群服务中心的占地面积是多少?", "not_stated"),
    ("中江科技产业园项目占地多少亩?", "not_stated"),
    ("珠穆朗玛峰的高度是多少米?", "no_evidence"),
    ("世界杯足球赛决赛的比分是多少?", "no_evidence"),
    ("火星有几颗卫星?", "no_evidence"),
]


@pytest.mark.parametrize(("question", "code"), QUESTIONS)
async def test_a_refusal_names_its_reason_and_shows_the_nearest(
    seed_pipeline: Pipeline, question: str, code: str
) -> None:
    answer = await seed_pipeline.ask(question)
    assert answer.abstention is not None, answer.answer
    assert answer.abstention.code == code
    assert answer.abstention.nearest
