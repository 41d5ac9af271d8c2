"""Comparisons and sums: what each side is asked, and what the figures found come to."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.outcome import outcome
from rag.answer.reckoning import reckoning_of
from rag.models import DraftClaim, Pointer, Query
from rag.settings import AnswerSettings
from rag.verify import RuleVerifier
from tests.unit.answer.newspaper import evidence_of


@pytest.mark.parametrize(
    ("question", "operation", "sides"),
    [
        ("青溪镇的茶园比白石镇的茶园多多少亩?", "difference", ("青溪镇的茶园有多少亩", "白石镇的茶园有多少亩")),
        ("“甲甲贷”的金额比“乙乙贷”多多少?", "difference", ("“甲甲贷”的金额是多少", "“乙乙贷”的金额是多少")),
        ("青溪镇的茶园和果园相差多少亩?", "difference", ("青溪镇的茶园有多少亩", "青溪镇的果园有多少亩")),
        ("青溪镇的茶园和果园一共多少亩?", "sum", ("青溪镇的茶园有多少亩", "青溪镇的果园有多少亩")),
        ("青溪镇的茶园和果园,哪种更多?", "more", ("青溪镇的茶园有多少", "青溪镇的果园有多少")),
        ("青溪镇和白石镇相比,哪个人口更多?", "more", ("青溪镇人口有多少", "白石镇人口有多少")),
        ("茶会和义诊哪个更早?", "more", ("茶会是什么时候", "义诊是什么时候")),
    ],
)
def test_a_reckoning_asks_for_the_figure_of_each_side(question: str, operation: str, sides: tuple[str, ...]) -> None:
    reckoning = reckoning_of(question)
    assert reckoning is not None
    assert (reckoning.operation, reckoning.sides) == (operation, sides)


@pytest.mark.parametrize(
    "question",
    [
        "青溪镇的茶园比去年多多少亩?",
        "产量比2019年提高了多少?",
        "全镇一共有多少个村?",
        "公共厕所共有多少座?",
        "漏损率下降到多少?",
    ],
)
def test_what_newspapers_print_themselves_is_no_reckoning(question: str) -> None:
    assert reckoning_of(question) is None


def _stated(question: str, *told: tuple[str, str]) -> DraftClaim | None:
    reckoning = reckoning_of(question)
    assert reckoning is not None
    return outcome(reckoning, [DraftClaim(text, (Pointer(0, text),), answer) for text, answer in told])


@pytest.mark.parametrize(
    ("question", "told", "text", "reason"),
    [
        (
            "青溪镇的茶园比果园多多少亩?",
            (("现有茶园860亩", "860亩"), ("现有果园300亩", "300亩")),
            "茶园860亩,比果园的300亩多560亩",
            "相差：860亩－300亩＝560亩",
        ),
        (
            "“甲甲贷”和“乙乙贷”哪个金额更大?",
            (("“甲甲贷”金额1.2亿元", "1.2亿元"), ("“乙乙贷”金额8000万元", "8000万元")),
            "“甲甲贷”1.2亿元,比“乙乙贷”的8000万元大0.4亿元",
            "相差：1.2亿元－8000万元＝0.4亿元",
        ),
        (
            "青溪镇的茶园和果园一共多少亩?",
            (("现有茶园860亩", "860亩"), ("现有果园300亩", "300亩")),
            "茶园860亩、果园300亩,合计1160亩",
            "合计：860亩＋300亩＝1160亩",
        ),
        (
            "青溪镇的茶园和果园,哪种更少?",
            (("现有茶园60余亩", "60余亩"), ("现有果园300多亩", "300多亩")),
            "果园300多亩,多于茶园的60余亩",
            "比较：300多亩＞60余亩",
        ),
        (
            "绿化率和合格率哪个更高?",
            (("绿化率达95.5%", "95.5%"), ("合格率达98%", "98%")),
            "合格率98%,高于绿化率的95.5%",
            "比较：98%＞95.5%",
        ),
    ],
)
def test_the_outcome_shows_its_figures_and_is_verified(
    question: str, told: tuple[tuple[str, str], ...], text: str, reason: str
) -> None:
    stated = _stated(question, *told)
    assert stated is not None
    assert stated.text == text
    verdict = RuleVerifier().verify(stated.text, [pointer.quote for pointer in stated.pointers])
    assert (verdict.label, verdict.reason) == ("supported", reason)


@pytest.mark.parametrize(
    "told",
    [
        (("现有茶园860亩", "860亩"),),
        (("现有茶园860亩", "860亩"), ("现有茶园860亩", "860亩")),
        (("现有茶园860亩", "860亩"), ("果园不少", "不少")),
        (("现有茶园860亩", "860亩"), ("果园占30%", "30%")),
    ],
)
def test_nothing_is_stated_where_a_side_is_missing_or_of_another_kind(told: tuple[tuple[str, str], ...]) -> None:
    assert _stated("青溪镇的茶园比果园多多少亩?", *told) is None


def test_one_total_read_twice_is_not_added_to_itself() -> None:
    told = (("全镇小学和初中共12所", "12所"), ("小学和初中共12所", "12所"))
    assert _stated("全镇的小学和初中一共多少所?", *told) is None


def test_a_figure_is_not_read_out_of_a_longer_one() -> None:
    stated = _stated("青溪镇的甲型车和乙型车一共多少台?", ("甲型车7台", "7台"), ("面包车22台,乙型车2台", "2台"))
    assert stated is not None
    assert stated.text == "甲型车7台、乙型车2台,合计9台"


def test_the_earlier_of_two_days_is_told_where_both_are_printed() -> None:
    stated = _stated("茶会和义诊哪个更早?", ("3月5日,青溪镇办茶会", "3月5日"), ("3月2日,白石镇义诊开始", "3月2日"))
    assert stated is not None
    assert stated.text == "义诊3月2日,早于茶会的3月5日"


def test_the_answer_to_a_comparison_leads_with_its_outcome_and_gives_both_sides() -> None:
    page = ("青溪镇发展茶园", "青溪镇现有茶园860亩。青溪镇还建成果园300亩,带动村民增收。", ())
    question = "青溪镇的茶园比果园多多少亩?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(page))
    assert [claim.text for claim in draft.claims] == [
        "茶园860亩,比果园的300亩多560亩",
        "青溪镇现有茶园860亩。",
        "青溪镇还建成果园300亩",
    ]
    assert len(draft.claims[0].pointers) == 2


def test_a_difference_with_one_side_only_is_declined() -> None:
    page = ("青溪镇发展茶园", "青溪镇现有茶园860亩。白石镇风景很好。", ())
    question = "青溪镇的茶园比白石镇的果园多多少亩?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(page))
    assert draft.claims == ()
    assert draft.abstention is not None
