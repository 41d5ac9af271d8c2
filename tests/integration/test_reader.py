"""The bundled weights over the built-in base model read invented paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.choosing import build_answerer
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


QUESTION = "青溪镇供水管网改造项目总共投了多少钱?"
NEWS = {
    "answers.txt": "青溪镇供水管网改造今年五月开工,投资860万元,更换管道42公里。",
    "weather.txt": "明天多云转晴,最高气温27摄氏度,东南风三级。",
    "football.txt": "县足球联赛昨晚收官,飞鹰队在点球大战中夺冠。",
}


async def test_with_the_reader_as_reranker_a_search_shows_how_surely_each_passage_answers(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in NEWS.items():
        (source / name).write_text(text, "utf-8")
    pipeline = build_pipeline(Settings.load(store={"path": tmp_path / "store"}, retrieve={"reranker": "reader"}))
    try:
        await pipeline.ingest([source])
        ranking = await pipeline.search(QUESTION)
    finally:
        pipeline.close()
    surely = {Path(found.document).name: found.reranked or 0.0 for found in ranking.evidence}
    assert next(iter(surely)) == "answers.txt"
    assert surely.pop("answers.txt") > 0.9
    assert 0 < max(surely.values()) < 0.1
    assert len(surely) == 2
