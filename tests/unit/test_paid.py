"""A summary that cost something is kept and found again; a row read back is the summary it was written from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from rag import paid
from rag.issue import Reading
from rag.ledger import Ledger
from rag.models import Abstention, Claim, Summary, Usage
from rag.paid import PaidSummaries
from rag.rereading import summary_of
from rag.serialise import summary_json
from rag.summarising import Summarising
from tests.unit.digest.stories import article
from tests.unit.export.rows import citation

CITED = (citation(1, "甲乙。", (3, 6), (8, 9)),)
SAID = (Claim("甲乙。", 0, 3, "supported", None, (1,), (0, 2)),)
DONE = Summary("art_1", "1.txt", "article", "题", "brief", "甲乙。", None, SAID, CITED, "m", usage=Usage(9, 3, 0.01))


class _Ledger:
    def __init__(self) -> None:
        self.rows: dict[str, Mapping[str, Any]] = {}

    def saved_reply(self, collection: str, key: str) -> Mapping[str, Any] | None:
        return self.rows.get(collection + key)

    def save_reply(
        self, collection: str, key: str, row: Mapping[str, Any], *, document_id: str, also: Sequence[str]
    ) -> None:
        assert (document_id, also) == ("doc_1", [])
        self.rows[collection + key] = row


class _Summarising:
    def __init__(self, made: Summary) -> None:
        self.made = made
        self.asked = 0

    async def summarise(self, article_id: str, *, max_chars: int, style: str) -> Summary:
        self.asked += 1
        return replace(self.made, article_id=article_id)


@pytest.fixture
def text(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of the one article, to be changed."""
    held = ["甲乙。"]
    monkeypatch.setattr(paid, "read_piece", lambda *_: Reading(article("art_1", held[0]), "1.txt"))
    return held


def _get(ledger: _Ledger, summarising: _Summarising, max_chars: int = 100, model: str = "m") -> Summary:
    summaries = PaidSummaries(
        cast("Ledger", ledger), "default", cast("Summarising", summarising), model=model, revision="r1"
    )
    return asyncio.run(summaries.summary("art_1", max_chars=max_chars, style="brief"))


def test_the_same_summary_is_paid_for_once(text: list[str]) -> None:
    ledger, summarising = _Ledger(), _Summarising(DONE)
    assert _get(ledger, summarising) == _get(ledger, summarising) == DONE
    assert summarising.asked == 1


def test_another_text_length_or_model_is_another_summary(text: list[str]) -> None:
    ledger, summarising = _Ledger(), _Summarising(DONE)
    _get(ledger, summarising)
    _get(ledger, summarising, max_chars=50)
    _get(ledger, summarising, model="other")
    text[0] = "丙丁。"
    _get(ledger, summarising)
    assert summarising.asked == 4


def test_what_cost_nothing_is_not_kept(text: list[str]) -> None:
    ledger = _Ledger()
    _get(ledger, _Summarising(replace(DONE, usage=Usage())))
    assert not ledger.rows


@pytest.mark.parametrize(
    "summary",
    [DONE, replace(DONE, summary=None, abstention=Abstention("not_stated", "没有写明。", CITED), citations=())],
)
def test_a_row_read_back_is_the_summary_it_was_written_from(summary: Summary) -> None:
    assert summary_of(summary_json(summary)) == summary
