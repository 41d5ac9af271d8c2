"""Two articles that give one fact with different figures are both quoted."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.conflicts import disagree
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
