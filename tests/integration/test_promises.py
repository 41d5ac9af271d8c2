"""The promises, on the sample pages with the real parts: a quote is the source, nothing unchecked leaves."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator

import pytest

from rag.models import Answer, Citation, Filters, IngestReport, Turn
from rag.pipeline import Pipeline
from rag.text.figures import find_figures, same_figure
from rag.text.sentences import split_sentences
from tests.conftest import SEEDS

QUESTIONS = 300
FORMS = ("{}", "{}是多少?", "{}是谁?", "什么时候{}?", "哪里{}?", "请问{}吗?", "{}有多少个?", "{}和其他地方分别怎样?")


def _generated_questions(pipeline: Pipeline) -> Iterator[str]:
    """Questions made of clauses of every piece of every page, in several forms; the same ones every time."""
    chance = random.Random(20240706)
    clauses = [
        clause
        for article, _ in pipeline.articles(limit=500)
        for start, end in split_sentences(article.text)
        for clause in re.split("[,。;:、!?\\n]", article.text[start:end])
        if len(clause) >= 4
    ]
    for clause in chance.sample(clauses, QUESTIONS):
        cut = clause[: chance.randint(4, max(4, len(clause)))]
        yield chance.choice(FORMS).format(cut)


def _check(citation: Citation, pipeline: Pipeline) -> None:
    text = pipeline.document(citation.document_id).text
    assert citation.quote
    assert "".join(text[start:end] for start, end in citation.source_spans) == citation.quote


def _check_answer(answer: Answer, pipeline: Pipeline) -> None:
    for citation in (*answer.citations, *(answer.abstention.nearest if answer.abstention else ())):
        _check(citation, pipeline)
    assert (answer.answer is None) == answer.abstained == (not answer.claims)
    for claim in answer.claims:
        assert answer.answer is not None
        assert answer.answer[claim.start : claim.end] == claim.text
        assert claim.verdict != "unsupported"
        assert claim.citations
        quoted = "".join(answer.citations[marker - 1].quote for marker in claim.citations)
        if claim.verdict == "supported":
            for figure in find_figures(claim.text):
                assert any(same_figure(figure, found) for found in find_figures(quoted)), (claim, quoted)


def test_every_citation_of_every_answer_is_the_source_character_for_character(seed_pipeline: Pipeline) -> None:
    async def ask_all() -> list[Answer]:
        return [await seed_pipeline.ask(question) for question in _generated_questions(seed_pipeline)]

    answers = asyncio.run(ask_all())
    for answer in answers:
        _check_answer(answer, seed_pipeline)
    answered = sum(not answer.abstained for answer in answers)
    assert len(answers) == QUESTIONS
    assert answered > QUESTIONS / 10, "a system that always abstains would prove nothing here"


def test_every_piece_of_every_page_leads_back_to_its_characters_and_none_is_lost(seed_pipeline: Pipeline) -> None:
    for listed in seed_pipeline.documents():
        document = seed_pipeline.document(listed.document_id)
        covered: list[int] = []
        for article, _ in seed_pipeline.articles(document_id=document.document_id, limit=500):
            rebuilt = "".join(document.text[start:end] for start, end in article.source_spans)
            assert article.text.replace("\n", "") == rebuilt
            covered += [at for start, end in article.source_spans for at in range(start, end)]
        visible = [at for at, char in enumerate(document.text) if not char.isspace()]
        assert sorted(at for at in covered if not document.text[at].isspace()) == visible


async def test_every_summary_is_short_cited_and_verified(seed_pipeline: Pipeline) -> None:
    for article_id in seed_pipeline.summarisable():
        summary = await seed_pipeline.summarise(article_id)
        assert summary.summary is not None, article_id
        assert len(summary.summary) <= 200
        for citation in summary.citations:
            _check(citation, seed_pipeline)
        for claim in summary.claims:
            assert summary.summary[claim.start : claim.end] == claim.text
            assert claim.verdict == "supported", (claim.text, claim.reason)


async def test_the_same_question_in_either_script_gets_the_same_answer(seed_pipeline: Pipeline) -> None:
    simplified = await seed_pipeline.ask("六安经开区园区非公组织党员有多少人?")
    traditional = await seed_pipeline.ask("六安經開區園區非公組織黨員有多少人?")
    assert simplified.answer is not None
    assert "1647人" in simplified.answer
    assert traditional.answer == simplified.answer
    assert [citation.source_spans for citation in traditional.citations] == [
        citation.source_spans for citation in simplified.citations
    ]
    claim = simplified.claims[0]
    assert claim.answer_span is not None
    assert simplified.answer[slice(*claim.answer_span)] == "1647人"


async def test_a_question_no_page_answers_is_declined_with_the_reason_and_the_nearest_words(
    seed_pipeline: Pipeline,
) -> None:
    answer = await seed_pipeline.ask("六安经开区2019年的财政收入是多少?")
    assert answer.abstention is not None
    assert answer.abstention.code in ("not_stated", "out_of_period")
    assert answer.abstention.message
    assert answer.abstention.nearest


async def test_a_filter_on_another_document_leaves_nothing_to_answer_from(seed_pipeline: Pipeline) -> None:
    name = next(document.document for document in seed_pipeline.documents() if document.document.startswith("002"))
    answer = await seed_pipeline.ask("六安经开区园区非公组织党员有多少人?", filters=Filters(document=name))
    assert answer.abstention is not None
    assert answer.abstention.nearest
    assert all(citation.document == name for citation in answer.abstention.nearest)


async def test_a_date_filter_says_how_many_undated_articles_it_left_out(seed_pipeline: Pipeline) -> None:
    answer = await seed_pipeline.ask("金融活水滴灌科技型企业", filters=Filters(date_from="2020-01-01"))
    assert answer.undated_left_out > 0


async def test_a_follow_up_is_rewritten_to_stand_alone(seed_pipeline: Pipeline) -> None:
    history = [Turn("user", "杜集区“商会贷”担保贷款金额是多少?"), Turn("assistant", "650万元。")]
    answer = await seed_pipeline.ask("那“人才贷”呢?", history=history)
    assert "人才贷" in answer.standalone_question
    assert answer.answer is not None
    assert "2280万元" in answer.answer


async def test_ingesting_the_same_pages_again_changes_nothing(seed_corpus: tuple[Pipeline, IngestReport]) -> None:
    pipeline, first = seed_corpus
    before = [article.article_id for article, _ in pipeline.articles(limit=500)]
    again = await pipeline.ingest([SEEDS])
    assert (first.documents, first.unchanged, first.failed) == (5, 0, ())
    assert (again.documents, again.unchanged, again.articles) == (0, 5, 0)
    assert [article.article_id for article, _ in pipeline.articles(limit=500)] == before


@pytest.mark.parametrize("question", ["", "   ", "?", "的" * 3000, "\u202e<script>alert(1)</script>", "😀", "a" * 5])
async def test_odd_questions_end_in_a_reply_not_in_a_crash(seed_pipeline: Pipeline, question: str) -> None:
    _check_answer(await seed_pipeline.ask(question), seed_pipeline)
