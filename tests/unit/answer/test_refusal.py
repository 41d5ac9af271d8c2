"""A question that the pages do not answer is declined for the reason a reader would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answer import ExtractiveAnswerer
from rag.models import Draft, Evidence, Query
from rag.protocols import Reading
from rag.settings import AnswerSettings
from tests.unit.answer.newspaper import READING, WATERWORKS, evidence_of

HARBOUR = (
    "我市渡口开通夜航",
    (
        "本报讯4月6日,我市开通夜航渡轮12艘。市教育局、市水利局派人参加。市交通运输局副局长唐一平介绍,渡轮由东江造船厂建造,总投资5600万元。"
        "市委宣传部部长林海主持启动仪式。"
    ),
    (),
)
PAGE = "临江市新闻 临江市委召开会议 临江市教育局到访问过的望海市考察 " + HARBOUR[1]


class Sure:
    """A reader that is sure of one name wherever it stands."""

    def read(self, question: str, texts: Sequence[str]) -> list[list[Reading]]:
        places = [text.find("唐一平") for text in texts]
        return [[Reading(at, at + 3, 8.0), Reading(0, 1, -8.0)] if at >= 0 else [] for at in places]


def harbour() -> list[Evidence]:
    """The harbour's article on a page that names its own city often and another in passing."""
    return [replace(one, document_text=PAGE) for one in evidence_of(HARBOUR)]


def ask(question: str, evidence: Sequence[Evidence], *, sure: bool = False) -> Draft:
    answerer = ExtractiveAnswerer(AnswerSettings(), Sure() if sure else None)
    return answerer.answer(Query(question, question), evidence)


@pytest.mark.parametrize(
    "question",
    ["光合作用产生什么气体?", "细胞核的作用是什么?", "月球的直径是多少公里?"],
)
def test_a_subject_the_pages_never_name_has_no_evidence(question: str) -> None:
    assert ask(question, evidence_of(WATERWORKS, READING)).abstention == "no_evidence"


@pytest.mark.parametrize(
    "question", ["青溪镇抢修队的队旗是什么颜色?", "读书会的门票卖多少元?", "青溪镇今年的供水管网有多长?"]
)
def test_a_subject_whose_asked_fact_is_absent_is_not_stated(question: str) -> None:
    assert ask(question, evidence_of(WATERWORKS, READING)).abstention == "not_stated"


@pytest.mark.parametrize("question", ["黄梅县供水管网改造总投资多少?", "望海市开通了多少艘夜航渡轮?"])
def test_another_place_is_told_also_where_the_page_names_it_in_passing(question: str) -> None:
    assert ask(question, [*harbour(), *evidence_of(WATERWORKS)]).abstention == "other_place"


def test_the_page_s_own_place_stands_for_our_city() -> None:
    (claim,) = ask("临江市开通了多少艘夜航渡轮?", harbour()).claims
    assert claim.answer == "12艘"


@pytest.mark.parametrize("question", ["市科技局的副局长是谁?", "市水利局的副局长是谁?", "临江市科技局副局长是谁?"])
def test_the_holder_of_the_same_office_elsewhere_is_no_answer_however_sure_the_reader_is(question: str) -> None:
    assert ask(question, harbour(), sure=True).abstention == "not_stated"


@pytest.mark.parametrize("question", ["市交通局的副局长是谁?", "临江市交通运输局副局长是谁?"])
def test_a_body_may_be_named_by_its_short_name(question: str) -> None:
    assert ask(question, harbour(), sure=True).claims[0].answer == "唐一平"


def test_a_claim_says_how_surely_it_answers() -> None:
    (claim,) = ask("临江市开通了多少艘夜航渡轮?", harbour()).claims
    assert claim.support is not None
    assert AnswerSettings().min_support <= claim.support <= 1
