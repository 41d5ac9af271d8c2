"""Many summaries: one row an article, nothing done twice, a failure does not stop the rest and is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from rag.batch import failures, summarise_all
from rag.errors import ModelUnavailableError
from rag.issue import Reading, Whole
from rag.ledger import KeptReply
from rag.mapping import MappedText
from rag.models import Article, Part, Summary
from rag.pipeline import Pipeline


class _Ledger:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.about: dict[tuple[str, str], str] = {}

    def saved_reply(self, collection: str, key: str) -> Mapping[str, Any] | None:
        return self.rows.get((collection, key))

    def save_replies(self, collection: str, kept: Sequence[KeptReply]) -> None:
        for one in kept:
            self.rows[collection, one.key] = one.reply
            self.about[collection, one.key] = one.document_id


class _Generator:
    model = "scripted"


class _Pipeline:
    """Three articles; counts its work, and fails or dies where told."""

    collection = "default"

    def __init__(self) -> None:
        self.ledger = _Ledger()
        self.generator = _Generator()
        self.revision = "r1"
        self.done: list[str] = []
        self.failing: set[str] = set()
        self.killed_at: str | None = None
        self.changed: dict[str, Any] = {}
        self.document = "page.txt"
        self.whole: Whole | None = None

    def reading(self, article_id: str) -> Reading:
        article = Article(article_id, "doc", "article", MappedText.whole(f"正文{article_id}"), ())
        return Reading(replace(article, **self.changed), self.document, self.whole)

    async def summarise(self, article_id: str, *, max_chars: int, style: str) -> Summary:
        if article_id == self.killed_at:
            raise KeyboardInterrupt
        if article_id in self.failing:
            raise ModelUnavailableError("the server is down")
        self.done.append(article_id)
        return Summary(article_id, "page.txt", "article", None, "brief", f"摘要{article_id}", None, (), (), "scripted")


IDS = ["a1", "a2", "a3"]


@pytest.fixture
def pipeline() -> _Pipeline:
    return _Pipeline()


def _run(pipeline: _Pipeline, max_chars: int = 200) -> list[dict[str, Any]]:
    return asyncio.run(summarise_all(cast("Pipeline", pipeline), IDS, max_chars=max_chars, style="brief"))


def test_a_run_killed_in_the_middle_goes_on_where_it_was_and_ends_with_the_same_rows(pipeline: _Pipeline) -> None:
    undisturbed = _run(_Pipeline())
    pipeline.killed_at = "a3"
    with pytest.raises(KeyboardInterrupt):
        _run(pipeline)
    pipeline.killed_at = None
    assert _run(pipeline) == undisturbed
    assert pipeline.done == IDS


def test_a_failed_article_has_a_row_with_the_error_and_is_tried_again(pipeline: _Pipeline) -> None:
    pipeline.failing = {"a2"}
    rows = _run(pipeline)
    assert [row["article_id"] for row in rows] == IDS
    assert [(row["article_id"], row["error"]) for row in failures(rows)] == [("a2", "the server is down")]
    pipeline.failing = set()
    assert not list(failures(_run(pipeline)))
    assert pipeline.done == ["a1", "a3", "a2"]


def test_a_failed_row_has_every_field_of_a_row_that_did_not_fail(pipeline: _Pipeline) -> None:
    pipeline.failing = {"a2"}
    whole, failed, _ = _run(pipeline)
    assert set(failed) == {*whole, "error"}
    assert (failed["article_id"], failed["document"], failed["kind"]) == ("a2", "page.txt", "article")
    assert (failed["style"], failed["model"]) == (whole["style"], whole["model"])
    assert (failed["summary"], failed["abstained"], failed["abstention"]) == (None, False, None)
    assert (failed["claims"], failed["citations"], failed["dropped"]) == ([], [], [])


def test_every_kept_row_names_its_document_so_that_it_can_go_with_it(pipeline: _Pipeline) -> None:
    _run(pipeline)
    assert list(pipeline.ledger.about.values()) == ["doc"] * 3


@pytest.mark.parametrize(
    "changed",
    [
        {"document_id": "doc_of_other_bytes"},
        {"published": "2024-03-05"},
        {"place": "苏州"},
        {"paper": "苏州日报"},
        {"kind": "photo_caption"},
        {"title": "标题"},
        {"mapped": MappedText.whole("另一正文")},
        {"parts": (Part("headline", 0, 2),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_article_of_which_anything_is_known_anew_is_summarised_anew(
    pipeline: _Pipeline, changed: dict[str, Any]
) -> None:
    _run(pipeline)
    pipeline.changed = changed
    _run(pipeline)
    assert pipeline.done == IDS * 2


def test_an_article_shown_under_another_name_is_summarised_anew(pipeline: _Pipeline) -> None:
    _run(pipeline)
    pipeline.document = "renamed.txt"
    _run(pipeline)
    assert pipeline.done == IDS * 2


@pytest.mark.parametrize("change", ["length", "revision", "model"])
def test_whatever_shapes_a_summary_asks_for_a_new_one(pipeline: _Pipeline, change: str) -> None:
    _run(pipeline)
    if change == "revision":
        pipeline.revision = "r2"
    elif change == "model":
        pipeline.generator.model = "another"
    _run(pipeline, max_chars=100 if change == "length" else 200)
    assert pipeline.done == IDS * 2
