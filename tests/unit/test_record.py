from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from api import examples
from rag.ledger import KeptAnswer
from rag.models import AnswerRecord, Draft, Filters, Mark, Query, Ranking, Turn
from rag.record import compare, kept_record, mark_json, record_json, record_of, replay_json
from rag.settings import ModelSettings, Settings

SECRET = "sk-very-secret"


def _record() -> AnswerRecord:
    query = Query("问什么?", "问什么?", Filters(place="六安"))
    return record_of(
        examples.ANSWER_VALUE,
        query=query,
        history=[Turn("user", "前一问"), Turn("assistant", "前一答")],
        ranking=Ranking(examples.RANKING_VALUE.evidence),
        draft=Draft((), "openai/x", prompt="answer@3"),
        settings=Settings(model=ModelSettings(name="openai/x", api_key=SECRET)),
        revision="abc",
    )


def test_a_record_survives_the_ledger_as_it_was() -> None:
    record, day = _record(), datetime(2024, 3, 6, 8, tzinfo=UTC)
    mark = Mark(False, "不对", ("八万六千册",))
    kept = KeptAnswer(record.answer_id, json.loads(json.dumps(record_json(record))), day, mark_json(mark))
    assert kept_record(kept) == replace(record, created="2024-03-06T08:00:00+00:00", mark=mark)


def test_a_record_names_what_the_answer_was_made_from_and_no_secret() -> None:
    shape = record_json(_record())
    assert shape["prompt"] == "answer@3"
    assert shape["filters"] == {"place": "六安"}
    assert shape["evidence"] == [found.passage.passage_id for found in examples.RANKING_VALUE.evidence]
    assert shape["settings"]["model"]["name"] == "openai/x"
    assert SECRET not in json.dumps(shape)
    assert "api_key" not in json.dumps(shape)


def test_equal_answers_are_the_same_whatever_their_id_time_and_cost() -> None:
    before = _record()
    after = replace(before, answer={**before.answer, "id": "ans_other", "timings_ms": {"retrieve": 99}})
    replay = compare(before, after)
    assert replay.is_same
    assert replay.causes == ()
    assert replay_json(replay)["same"] is True


def test_a_replay_tells_what_went_in_and_what_came_out_differently() -> None:
    before = _record()
    claim = {**before.answer["claims"][0], "text": "别的话"}
    changed = {**before.answer, "answer": "别的话[1]。", "claims": [claim], "corpus": "sha256:other"}
    settings = {**before.settings, "answer": {**before.settings["answer"], "max_claims": 1}}
    after = replace(before, answer=changed, settings=settings, evidence=(*before.evidence, "psg_new"), revision="def")
    replay = compare(before, after)
    assert [change.name for change in replay.causes] == ["corpus", "code", "answer.max_claims"]
    assert [change.name for change in replay.effects] == ["answer", "evidence", "claims"]
    evidence = replay.effects[1]
    assert (evidence.before, evidence.after) == ([], ["psg_new"])
    assert not replay.is_same


def test_the_same_evidence_in_another_order_is_a_difference() -> None:
    before = replace(_record(), evidence=("a", "b"))
    [change] = compare(before, replace(before, evidence=("b", "a"))).effects
    assert change.name == "evidence order"
