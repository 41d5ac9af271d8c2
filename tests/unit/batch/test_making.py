"""From a file to a batch: the same file goes on, another setting or corpus is another batch, bad lines are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from rag.batch import cancel, decoded, keep_file, make_batch, pause, plan, resume, validate
from rag.batch_shape import told
from rag.errors import BatchError, NotFoundError
from rag.ledger import Ledger
from rag.models import Article, Batch, Done, Failed, Filters, Unit, UnitError
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.unit.batch.test_lines import line

ASK = line()
SUMMARISE_ALL = line(custom_id="s", url="/v1/summaries", body={"all": True, "max_chars": 50})


@dataclass
class _Generator:
    model: str = "scripted"


@dataclass
class _Pipeline:
    """A corpus of three articles in one document."""

    ledger: Any
    collection: str = "default"
    settings: Settings = field(default_factory=Settings)
    generator: _Generator = field(default_factory=_Generator)
    ids: tuple[str, ...] = ("a1", "a2", "a3")

    def summarisable(self, *, filters: Filters = Filters()) -> Iterator[str]:
        return iter(self.ids)

    def articles(self, *, filters: Filters, limit: int) -> list[tuple[Article, str]]:
        return cast("list[tuple[Article, str]]", [("article", "page.txt")] if filters.document == "page.txt" else [])


@pytest.fixture
def pipeline(ledger: Ledger) -> Pipeline:
    return cast("Pipeline", _Pipeline(ledger))


def free(url: str, body: object) -> float:
    return 0.0


def planned(pipeline: Pipeline, *lines: str, endpoint: str | None = None) -> list[Unit]:
    return list(plan(pipeline, "\n".join(lines), free, endpoint))


def made(pipeline: Pipeline, *lines: str, **options: Any) -> Batch:
    file = keep_file(pipeline, "in.jsonl", "\n".join(lines).encode())
    return validate(pipeline, make_batch(pipeline, file, **options), free)


def finish(ledger: Ledger, batch: Batch, outcome: Done | Failed) -> Batch:
    units = ledger.units.claim(batch, "me", 99, now=1.0, until=2.0)
    ledger.units.settle(batch, "me", [(one, outcome, 0.0) for one in units])
    return ledger.batches.move(batch, "completed", "in_progress")


# --- units -----------------------------------------------------------------------------------------------------------


def test_every_article_of_a_line_is_a_unit_with_its_length_settled(pipeline: Pipeline) -> None:
    first, *others, last = planned(pipeline, SUMMARISE_ALL, ASK)
    assert first == Unit(0, 1, "s", "/v1/summaries", {"article_id": "a1", "max_chars": 50, "style": "brief"})
    assert [one.body["article_id"] for one in others] == ["a2", "a3"]
    assert (last.position, last.line, last.url, last.body) == (3, 2, "/v1/answers", {"question": "？"})
    (single,) = planned(pipeline, line(url="/v1/summaries", body={"article_id": "x"}))
    assert single.body["max_chars"] == pipeline.settings.summarise.max_chars


@pytest.mark.parametrize(
    ("body", "code", "remedy"),
    [
        ({}, "invalid_body", "exactly one of article_id"),
        ({"all": True, "document": "page.txt"}, "invalid_body", "given: document, all"),
        ({"all": True, "style": "long"}, "invalid_body", "body.style"),
        ({"all": True, "colour": 1}, "invalid_body", "body.colour: unknown field"),
        ({"article_id": "a1", "max_chars": 5}, "invalid_body", "body.max_chars"),
        ({"document": "none.txt"}, "not_found", "gazette documents"),
    ],
)
def test_a_body_that_asks_for_nothing_that_can_be_done_says_why(
    pipeline: Pipeline, body: object, code: str, remedy: str
) -> None:
    (refused,) = planned(pipeline, line(url="/v1/summaries", body=body))
    assert refused.error is not None
    assert refused.error.code == code
    assert remedy in refused.error.message
    assert refused.error.message.startswith("line 1: ")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"question": " "}, "body.question"),
        ({"question": "?", "filters": {"from": "2024-02-30"}}, "write YYYY-MM-DD"),
        ({"question": "?", "filters": {"from": "2024-02-03", "to": "2024-02-01"}}, "swap them"),
        ({"question": "?", "history": [{"role": "system", "content": ""}]}, "body.history.0.role"),
        ({"question": "?", "model": "other"}, "use 'scripted'"),
        ({"question": "?", "stream": True}, "body.stream: unknown field"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(pipeline: Pipeline, body: object, told: str) -> None:
    (refused,) = planned(pipeline, line(body=body))
    assert refused.error is not None
    assert told in refused.error.message


def test_a_line_for_no_route_or_another_one_than_the_batchs_is_refused(pipeline: Pipeline) -> None:
    unknown, absent = planned(pipeline, line(url="/v1/x"), line(custom_id="b", url=None))
    assert unknown.error is not None
    assert absent.error is not None
    assert (unknown.error.code, absent.error.code) == ("invalid_url", "invalid_url")
    (other,) = planned(pipeline, ASK, endpoint="/v1/summaries")
    assert other.error is not None
    assert other.error.code == "mismatched_endpoint"


def test_an_empty_corpus_has_nothing_to_summarise(ledger: Ledger) -> None:
    (refused,) = planned(cast("Pipeline", _Pipeline(ledger, ids=())), SUMMARISE_ALL)
    assert refused.error is not None
    assert refused.error.code == "no_articles"


def test_a_digest_is_one_unit_and_its_document_must_be_there(pipeline: Pipeline) -> None:
    body = {"topic": "桥", "filters": {"from": "2024-07-01", "document": "page.txt"}, "max_chars": 300}
    (one,) = planned(pipeline, line(url="/v1/digests", body=body))
    assert (one.url, one.body, one.error) == ("/v1/digests", body, None)
    (everything,) = planned(pipeline, line(url="/v1/digests", body={}))
    assert everything.error is None
    (absent,) = planned(pipeline, line(url="/v1/digests", body={"filters": {"document": "none.txt"}}))
    assert absent.error is not None
    assert absent.error.code == "not_found"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"topic": " "}, "body.topic"),
        ({"since": "monday"}, "body.since"),
        ({"max_chars": 5}, "body.max_chars"),
        ({"filters": {"to": "July"}}, "write YYYY-MM-DD"),
        ({"place": "六安"}, "body.place: unknown field"),
    ],
)
def test_a_digest_that_cannot_be_asked_for_says_why(pipeline: Pipeline, body: object, told: str) -> None:
    (refused,) = planned(pipeline, line(url="/v1/digests", body=body))
    assert refused.error is not None
    assert told in refused.error.message


# --- batches ---------------------------------------------------------------------------------------------------------


def test_the_same_file_goes_on_with_the_batch_it_has(pipeline: Pipeline) -> None:
    batch = made(pipeline, SUMMARISE_ALL, ASK)
    assert batch.state == "in_progress"
    assert made(pipeline, SUMMARISE_ALL, ASK) == batch
    assert pipeline.ledger.units.counts(batch).units == 4
    assert len(pipeline.ledger.batches.newest("default")) == 1


def test_another_file_length_or_model_is_another_batch(pipeline: Pipeline, ledger: Ledger) -> None:
    first = made(pipeline, ASK)
    longer = cast("Pipeline", _Pipeline(ledger, settings=Settings.load(summarise={"max_chars": 99})))
    ids = {first.batch_id, made(pipeline, SUMMARISE_ALL).batch_id, made(longer, ASK).batch_id}
    assert len(ids) == 3


def test_a_finished_batch_stands_while_its_corpus_does_and_then_is_made_anew(
    pipeline: Pipeline, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = finish(ledger, made(pipeline, ASK), Done({}))
    assert made(pipeline, ASK).batch_id == first.batch_id
    monkeypatch.setattr(ledger, "corpus_stamp", lambda collection: "changed")
    second = made(pipeline, ASK)
    assert second.batch_id != first.batch_id
    assert second.state == "in_progress"


def test_a_cancelled_batch_is_made_anew_by_its_file(pipeline: Pipeline, ledger: Ledger) -> None:
    first = cancel(ledger, made(pipeline, ASK))
    second = made(pipeline, ASK)
    assert (second.state, second.batch_id == first.batch_id) == ("in_progress", False)


def test_bad_lines_are_failures_and_the_rest_goes_on(pipeline: Pipeline, ledger: Ledger) -> None:
    batch = made(pipeline, ASK, "{", ASK)
    counts = ledger.units.counts(batch)
    assert (batch.state, counts.total, counts.failed) == ("in_progress", 3, 2)


@pytest.mark.parametrize(("text", "reason"), [("{", "no line can be done"), ("\n", "it has no lines")])
def test_a_batch_without_a_line_that_can_be_done_has_failed(pipeline: Pipeline, text: str, reason: str) -> None:
    batch = made(pipeline, text)
    assert batch.state == "failed"
    assert batch.reason is not None
    assert reason in batch.reason
    shape = told(pipeline.ledger, batch)
    assert shape["status"] == "failed"
    assert shape["failed_at"] == int(cast("datetime", batch.ended).timestamp())
    assert [one["code"] for one in (shape["errors"] or {"data": []})["data"]] == (
        ["invalid_json_line"] if text == "{" else []
    )


def test_a_batch_tells_itself_in_openais_shape(pipeline: Pipeline, ledger: Ledger) -> None:
    batch = made(pipeline, ASK, "{", endpoint="/v1/answers", window=timedelta(hours=24), metadata={"desk": "city"})
    running = told(ledger, batch)
    assert (running["object"], running["status"], running["completion_window"]) == ("batch", "in_progress", "24h")
    assert running["request_counts"] == {"total": 2, "completed": 0, "failed": 1}
    assert running["metadata"] == {"desk": "city"}
    assert running["output_file_id"] is running["error_file_id"] is None
    ended = told(ledger, finish(ledger, batch, Done({})))
    assert ended["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    digest = batch.batch_id.removeprefix("batch_")
    assert (ended["output_file_id"], ended["error_file_id"]) == (f"file-{digest}-output", f"file-{digest}-errors")


def test_paused_it_goes_on_when_resumed(pipeline: Pipeline, ledger: Ledger) -> None:
    batch = pause(ledger, made(pipeline, ASK, budget_usd=1.0))
    assert batch.state == "paused"
    again = resume(pipeline, batch, budget_usd=2.0)
    assert (again.state, again.budget_usd, again.reason) == ("in_progress", 2.0, None)


def test_resuming_a_finished_batch_tries_again_what_was_tried_and_failed(pipeline: Pipeline, ledger: Ledger) -> None:
    batch = finish(ledger, made(pipeline, ASK, "{"), Failed(UnitError("failed", "no")))
    again = resume(pipeline, batch)
    assert (again.state, again.ended) == ("in_progress", None)
    (one,) = ledger.units.claim(again, "me", 9, now=1.0, until=2.0)
    assert (one.line, one.attempts) == (1, 1)
    done = finish(ledger, made(pipeline, SUMMARISE_ALL), Done({}))
    assert resume(pipeline, done).state == "completed"


def test_a_batch_is_not_resumed_with_another_model_or_after_its_end(pipeline: Pipeline, ledger: Ledger) -> None:
    batch = made(pipeline, ASK)
    other = cast("Pipeline", _Pipeline(ledger, generator=_Generator("other")))
    with pytest.raises(BatchError, match="GAZETTE_MODEL__NAME=scripted"):
        resume(other, batch)
    with pytest.raises(BatchError, match="is cancelled; start its file again"):
        resume(pipeline, cancel(ledger, batch))


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{}\0"])
def test_a_file_that_is_no_text_is_refused_by_name_and_place(content: bytes) -> None:
    with pytest.raises(BatchError, match=r"in\.jsonl: (byte 0|character 2)"):
        decoded("in.jsonl", content)


def test_files_are_kept_once_listed_and_dropped(pipeline: Pipeline, ledger: Ledger) -> None:
    file = keep_file(pipeline, "in.jsonl", ASK.encode())
    assert keep_file(pipeline, "again.jsonl", ASK.encode()) == file
    assert ledger.batches.files("default") == [file]
    assert file.created <= datetime.now(UTC)
    assert ledger.batches.content("default", file.file_id) == ASK
    ledger.batches.drop_file("default", file.file_id)
    for gone in (ledger.batches.file, ledger.batches.content, ledger.batches.drop_file):
        with pytest.raises(NotFoundError, match=file.file_id):
            gone("default", file.file_id)


def test_batches_are_listed_newest_first_from_anywhere(pipeline: Pipeline, ledger: Ledger, tmp_path: Path) -> None:
    ids = [made(pipeline, line(custom_id=str(at))).batch_id for at in range(3)]
    listed = [one.batch_id for one in ledger.batches.newest("default")]
    assert listed == ids[::-1]
    assert [one.batch_id for one in ledger.batches.newest("default", after=listed[0], limit=1)] == listed[1:2]
    assert [one.batch_id for one in ledger.batches.in_states("default", ["in_progress"])] == listed
    with pytest.raises(NotFoundError, match="gazette batch list"):
        ledger.batches.get("default", "batch_none")
