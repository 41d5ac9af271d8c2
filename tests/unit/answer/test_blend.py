from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import ExtractiveAnswerer
from rag.answer.blend import fits, tidy
from rag.answer.question import analyse
from rag.models import Draft, Query
from rag.settings import AnswerSettings
from tests.fakes import PhraseReader
from tests.unit.answer.newspaper import READING, WATERWORKS, answers, evidence_of


def ask(question: str, phrases: dict[str, float]) -> Draft:
    answerer = ExtractiveAnswerer(AnswerSettings(), PhraseReader(phrases))
    return answerer.answer(Query(question, question), evidence_of(WATERWORKS, READING))


def test_the_words_the_reader_is_sure_of_are_the_answer() -> None:
    draft = ask("白石镇在文化站举办了什么?", {"第三届读书会": 6.0})
    assert answers(draft) == ["第三届读书会"]


def test_a_figure_both_mark_is_cut_by_the_rules() -> None:
    draft = ask("青溪镇供水管网改造项目总投资多少?", {"投资860": 6.0})
    assert answers(draft) == ["860万元"]


def test_a_reader_that_finds_no_answer_anywhere_makes_the_answerer_decline() -> None:
    question = "青溪镇改造了什么设施?"
    assert answers(ask(question, {"供水管网": 6.0})) == ["供水管网"]
    assert ask(question, {"供水管网": -9.0}).abstention is not None


def test_words_without_a_numeral_are_no_figure() -> None:
    assert not fits(analyse("项目总投资多少万元?"), "供水管网")
    assert fits(analyse("项目总投资多少万元?"), "860万元")
    assert not fits(analyse("抢修队连续作战多久?"), "2018年2月7日")
    assert not fits(analyse("什么时候举办?"), "文化站")
    assert fits(analyse("什么时候举办?"), "3月18日")


@pytest.mark.parametrize(
    ("text", "inside", "wanted"),
    [
        ("投资1,860.5万元。", "860.5万元", "1,860.5万元"),
        ("下降到8.5%,", "8.5", "8.5%"),
        ("队名叫“及时雨”抢修队", "“及时雨", "“及时雨”"),
        ("队名叫“及时雨”抢修队", "及时雨”", "“及时雨”"),
        ("地点是,文化站。", ",文化站。", "文化站"),
        ("名为《春(上)》的书", "《春(上", "《春(上)》"),
    ],
)
def test_a_span_is_tidied_to_whole_figures_and_paired_marks(text: str, inside: str, wanted: str) -> None:
    start = text.index(inside)
    low, high = tidy(text, (start, start + len(inside)))
    assert text[low:high] == wanted


@given(st.text(alphabet="甲1.,%“”《》( )ab", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_a_tidied_span_stays_in_its_text(text: str, low: int, high: int) -> None:
    start, end = sorted((min(low, len(text)), min(high, len(text))))
    found = tidy(text, (start, end))
    assert 0 <= found[0] <= found[1] <= len(text)
