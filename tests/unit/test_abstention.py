"""A refusal says why, what was looked for, and speaks the script of the question."""

from __future__ import annotations

from typing import get_args

import pytest

from rag.abstention import abstain
from rag.models import AbstentionCode, Filters, Query, Ranking


@pytest.mark.parametrize("code", get_args(AbstentionCode))
def test_every_reason_has_words_of_its_own(code: AbstentionCode) -> None:
    message = abstain(code, Query("有多少人?", "有多少人?"), Ranking(()), ()).message
    others = {
        abstain(other, Query("有多少人?", "有多少人?"), Ranking(()), ()).message for other in get_args(AbstentionCode)
    }
    assert message.endswith("。")
    assert len(others) == len(get_args(AbstentionCode))


def test_a_traditional_question_is_declined_in_traditional() -> None:
    message = abstain("not_stated", Query("園區黨員有多少?", "園區黨員有多少?"), Ranking(()), ()).message
    assert "這些版面" in message
    assert "这些" not in message


def test_what_was_looked_for_and_what_limited_it_is_told() -> None:
    query = Query("那里呢?", "六安的党员有多少?", Filters(date_from="2024-01-01", place="六安"))
    message = abstain("no_evidence", query, Ranking((), undated_left_out=7), ()).message
    for part in ("六安的党员有多少?", "2024-01-01", "限于“六安”", "有7篇因没有日期未计入"):
        assert part in message


def test_an_empty_corpus_is_told_apart_from_a_fact_not_found() -> None:
    message = abstain("no_evidence", Query("有多少人?", "有多少人?"), Ranking(()), (), corpus_is_empty=True).message
    assert "空的" in message
    assert "gazette ingest" in message
