"""Two articles that give one fact with different figures are both quoted."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.conflicts import Disagreement, dates_told, disagree, disagreement
from rag.models import Query
from rag.settings import AnswerSettings
from tests.unit.answer.newspaper import answers, evidence_of


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("石桥镇投资300多万元建成文化馆", "石桥镇投资3000多万元建成文化馆", True),
        ("石桥镇投资300万元建成文化馆", "石桥镇投资三百万元建成文化馆", False),
        ("石桥镇投资300万元建成文化馆", "石桥镇投资500万元改造渡口", False),
        ("石桥镇有文化馆3座", "石桥镇有文化馆3座、书屋5家", False),
        ("石桥镇有书屋5家", "石桥镇有书屋5间", False),
    ],
)
def test_statements_disagree_only_over_one_figure_of_the_same_fact(first: str, second: str, differ: bool) -> None:
    assert disagree(first, second) is differ


def test_both_sides_are_answered_with_each_from_its_own_article() -> None:
    pages = (
        ("石桥镇建文化馆", "石桥镇投资300多万元建成文化馆,群众叫好。", ()),
        ("文化馆开门", "近年来,石桥镇投资3000多万元建成文化馆。", ()),
    )
    question = "石桥镇投资多少建成文化馆?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(*pages))
    assert answers(draft) == ["300多万元", "3000多万元"]
    assert {claim.pointers[0].evidence for claim in draft.claims} == {0, 1}


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("截至6月底,石桥镇共有非公企业党员1647人", "石桥镇非公企业党员达到1700人", True),
        ("投资4000多万元建设集学习交流、教育培训为一体的渡口文化中心", "石桥镇投资400多万元建成渡口文化中心", True),
        ("石桥镇非公企业党员共1647名", "石桥镇非公企业党员达到一千六百四十七名", False),
        ("石桥镇单独组建非公企业党组织24个", "石桥镇联合组建非公企业党组织15个", False),
        ("石桥镇非公企业党员1647人", "青山镇非公企业党员1700人", False),
        ("石桥镇新增非公企业党员47人", "石桥镇非公企业党员1700人", False),
        ("石桥镇企业研发投入7.8亿元", "石桥镇企业技改投入3.2亿元", False),
    ],
)
def test_the_same_measure_of_the_same_subject_is_recognised_in_other_words(
    first: str, second: str, differ: bool
) -> None:
    assert disagree(first, second) is differ
    assert disagree(second, first) is differ


def test_a_disagreement_gives_both_figures_as_printed() -> None:
    found = disagreement("石桥镇投资300多万元建成文化馆", "石桥镇投资3000多万元建成文化馆")
    assert found == Disagreement("300多万元", "3000多万元")


def test_the_dates_a_statement_tells_are_found() -> None:
    assert dates_told("截至2021年6月,石桥镇有企业12家") == ("2021年6月",)
    assert dates_told("石桥镇有企业12家") == ()
