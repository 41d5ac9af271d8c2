"""The record of real answers over the sample pages: kept whole, given again the same, marked into an eval set."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.samples.pages import page_questions
from rag.errors import NotFoundError
from rag.export import write_atomic, write_marked
from rag.models import Mark, Turn
from rag.pipeline import Pipeline
from rag.record import kept_record, mark_json

QUESTION = "园区非公组织党员有多少人?"


async def test_an_answer_is_recorded_with_everything_it_was_made_from(seed_pipeline: Pipeline) -> None:
    turns = [Turn("user", QUESTION), Turn("assistant", "1647人")]
    answer = await seed_pipeline.ask("那困难党员呢?", history=turns)
    record = seed_pipeline.record(answer.id)
    assert record.history == tuple(turns)
    assert record.answer["corpus"] == seed_pipeline.ledger.corpus_fingerprint(seed_pipeline.collection)
    assert record.settings["model"]["name"] == "extractive"
    shown = {
        found.passage.passage_id for found in (await seed_pipeline.search(answer.standalone_question, k=200)).evidence
    }
    assert record.evidence
    assert set(record.evidence) <= shown


async def test_replaying_an_answer_over_the_same_pages_changes_nothing(seed_pipeline: Pipeline) -> None:
    for question in (QUESTION, "2019年的降水量是多少?"):
        answer = await seed_pipeline.ask(question)
        replay = await seed_pipeline.replay(answer.id)
        assert replay.is_same, replay.effects
        assert replay.causes == ()
        assert seed_pipeline.record(replay.after.answer_id).replay_of == answer.id
    with pytest.raises(NotFoundError, match="ans_none"):
        await seed_pipeline.replay("ans_none")


async def test_marks_become_an_eval_set_that_the_harness_reads(seed_pipeline: Pipeline, tmp_path: Path) -> None:
    ledger, collection = seed_pipeline.ledger, seed_pipeline.collection
    right, declined = await seed_pipeline.ask(QUESTION), await seed_pipeline.ask("2019年的降水量是多少?")
    for answer in (right, declined):
        ledger.mark_answer(collection, answer.id, mark_json(Mark(True)))
    records = [kept_record(ledger.answer(collection, one.id)) for one in (right, declined)]
    written = write_marked(records, lambda document_id: ledger.document(collection, document_id).text)
    for name, content in written.files.items():
        write_atomic(tmp_path / name, content)
    samples = {sample.id: sample for sample in page_questions(tmp_path).samples}
    assert samples[right.id].gold["must"] == [["1647人"]]
    assert samples[declined.id].gold["answerable"] is False
