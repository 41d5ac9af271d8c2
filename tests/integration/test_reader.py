"""The bundled weights over the built-in base model read invented paragraphs."""

from __future__ import annotations

import pytest

from rag.build import build_answerer
from rag.models import Query
from rag.settings import Settings
from tests.unit.answer.newspaper import READING, WATERWORKS, answers, evidence_of

ASKED = {
    "青溪镇供水管网改造项目总共投了多少钱?": "860万元",
    "是谁带着党员去抢修?": "许文涛",
    "白石镇的读书会在什么地方办的?": "文化站",
}


@pytest.mark.parametrize("question", ASKED)
def test_questions_in_other_words_are_answered_by_their_words(question: str) -> None:
    draft = build_answerer(Settings.load()).answer(Query(question, question), evidence_of(WATERWORKS, READING))
    assert ASKED[question] in str(answers(draft)[:1])


def test_what_the_articles_do_not_say_is_declined() -> None:
    question = "青溪镇中学今年招收了多少名新生?"
    draft = build_answerer(Settings.load()).answer(Query(question, question), evidence_of(WATERWORKS, READING))
    assert draft.abstention is not None
