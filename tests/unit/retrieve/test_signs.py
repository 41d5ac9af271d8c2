"""Signs of an answer: years, figures, times, and questions that are printed as questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import Chunker
from rag.index import Index
from rag.ledger import Ledger
from rag.models import Hit, Query
from rag.retrieve import Retriever
from rag.retrieve.alignment import Aligner
from rag.retrieve.legs import Found, Side
from rag.retrieve.ranker import FollowingQuestion
from rag.retrieve.signs import FIGURES, NO_TIME, OTHER_YEAR, REPEATED, YEAR, Signs
from rag.serialise import ranking_json
from rag.settings import RetrieveSettings
from rag.terminal import print_ranking
from rag.text.asked import one_form
from rag.text.ngrams import terms
from rag.text.normalise import fold
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex, make_document, one_line_one_article


def seen(question: str, passage: str, published: str | None = None) -> dict[str, float]:
    asked = one_form(question)
    alignment = Aligner(dict.fromkeys(terms(asked), 1.0)).align(fold(passage))
    return {sign.seen: sign.adds for sign in Signs(asked).of(fold(passage), alignment, published)}


def test_the_year_asked_for_counts_beside_the_questions_words_alone() -> None:
    assert seen("2021年的出生率", "2021年出生率为7.52‰") == {"names the year": YEAR}
    assert seen("2021年的出生率", "出生率有所下降。" + "甲" * 200 + "2021年") == {}


def test_another_year_counts_against_a_passage_most_where_it_stands_beside_the_questions_words() -> None:
    assert seen("2021年的出生率", "2022年出生率为6.77‰") == {"another year": 2 * OTHER_YEAR}
    assert seen("2021年的出生率", "出生率有所下降。" + "甲" * 200 + "2022年") == {"another year": OTHER_YEAR}


def test_a_passage_that_names_no_year_is_left_alone() -> None:
    assert seen("2021年的出生率", "去年出生率为7.52‰") == {}


def test_a_paper_of_the_year_asked_for_may_compare_with_another() -> None:
    assert seen("2023年的出生率", "出生率比2022年下降", "2023-05-04") == {}
    assert seen("2023年的出生率", "出生率比2022年下降", "05-04") == {"another year": 2 * OTHER_YEAR}


def test_a_year_in_chinese_numerals_is_asked_for_like_any() -> None:
    assert seen("二〇二一年的出生率", "2021年出生率为7.52‰") == {"names the year": YEAR}


def test_a_figure_of_the_question_is_met_as_a_whole_only() -> None:
    assert seen("男子500米金牌", "男子500米决赛夺得金牌") == {"names the figures": FIGURES}
    assert seen("男子500米金牌", "男子1500米决赛夺得金牌") == {}
    assert seen("500米和1000米的金牌", "1000米金牌") == {"names the figures": FIGURES / 2}


def test_a_passage_without_any_time_does_not_say_when() -> None:
    assert seen("大桥什么时候通车?", "大桥通车,全长三公里") == {"tells no time": NO_TIME}
    assert seen("大桥通车时间", "大桥通车,全长三公里") == {"tells no time": NO_TIME}
    assert seen("大桥什么时候通车?", "大桥于上月通车") == {}
    assert seen("大桥有多长?", "大桥通车,全长三公里") == {}


def test_a_passage_that_prints_the_question_as_a_question_answers_less() -> None:
    assert seen("大桥的设计者是谁?", "大桥的设计者是谁?欢迎来电。") == {"asks the same": REPEATED}
    assert seen("大桥的设计者是谁?", "大桥的设计者是李明。") == {}


def test_a_question_without_any_of_these_shows_nothing() -> None:
    assert seen("大桥的设计者是谁", "2022年,大桥的设计者李明") == {}


def test_a_passage_without_the_questions_words_shows_nothing() -> None:
    assert seen("2021年的出生率", "甲乙丙丁") == {}


@given(st.text(max_size=60), st.text(max_size=120), st.none() | st.text(max_size=10))
def test_any_question_and_passage_can_be_looked_at(question: str, passage: str, published: str | None) -> None:
    adds = seen(question, passage, published).values()
    assert all(2 * OTHER_YEAR <= one <= YEAR for one in adds)


def ranked(passages: Mapping[str, str], dates: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Order and signs of passages that both legs score alike."""
    alike = Side([Hit(name, 0.8, 1) for name in passages], dict.fromkeys(passages, 0.8))
    asked = "2021年的出生率"
    found = Found(alike, alike, dict.fromkeys(terms(asked), 1.0), (), True, asked)

    def datelines(ids: Sequence[str]) -> dict[str, Any]:
        return {name: (dates.get(name), None) for name in ids}

    best, _ = FollowingQuestion().rank(found, lambda ids: {name: fold(passages[name]) for name in ids}, datelines)
    return [(one.passage_id, [sign.seen for sign in one.signs]) for one in best]


def test_of_passages_alike_the_one_of_the_year_asked_for_comes_first_and_says_why() -> None:
    passages = {"a": "2022年的出生率", "b": "2021年的出生率", "c": "去年的出生率"}
    assert ranked(passages, {}) == [("b", ["names the year"]), ("c", []), ("a", ["another year"])]


def test_the_date_of_the_article_is_looked_at() -> None:
    passages = {"a": "出生率高于2020年的", "b": "出生率高于2020年的"}
    assert ranked(passages, {"b": "2021-12-31"}) == [("b", []), ("a", ["another year"])]


def test_a_search_explains_itself_by_the_signs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    vectors, words, embedder = MemoryVectorIndex(), MemoryLexicalIndex(), HashingEmbedder()
    index = Index(
        ledger, vectors, words, embedder, Chunker(embedder.count_tokens, 30, 100), one_line_one_article, "default"
    )
    index.ingest([make_document("2022年的出生率下降\n2021年的出生率下降\n市场关闭")])
    ranking = Retriever(ledger, vectors, words, embedder, RetrieveSettings()).retrieve(
        Query("2021年的出生率", "2021年的出生率"), 3
    )
    ledger.close()
    assert ranking.evidence[0].passage.text == "2021年的出生率下降"
    assert ranking_json(ranking, explain=True)["results"][0]["signs"] == [{"seen": "names the year", "adds": 4.0}]
    assert all("signs" not in row for row in ranking_json(ranking)["results"])
    print_ranking(ranking, explain=True)
    shown = capsys.readouterr().out
    assert "names the year +4.0" in shown
    assert "another year -8.0" in shown
