"""Drafts of remote models are asked for once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from evals.targets.cached import CachedGenerator
from evals.targets.given import article_of, evidence_of
from rag.models import Draft, DraftClaim, Evidence, Pointer, Query, Usage
from rag.protocols import SummaryRequest

TEXTS = [{"name": "a", "title": "题", "text": "甲县新建三座大桥。"}]


class _Counting:
    model = "remote/x"

    def __init__(self) -> None:
        self.asked = 0

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        self.asked += 1
        return Draft((DraftClaim("三座", (Pointer(0, "三座大桥"),), "三座"),), self.model, None, Usage(5, 6, 0.1))

    async def summarise(self, request: SummaryRequest) -> Draft:
        self.asked += 1
        return Draft((), self.model, "no_evidence", Usage(1, 2, 0.2))


def _ask(model: _Counting, folder: Path, question: str = "几座?", salt: str = "s", text: str = "甲。") -> Draft:
    ranking = evidence_of(question, [{"name": "a", "title": None, "text": text}])
    return asyncio.run(CachedGenerator(model, folder, salt).answer(Query(question, question), ranking.evidence))


def test_the_same_question_over_the_same_evidence_is_asked_once_and_then_costs_nothing(tmp_path: Path) -> None:
    model = _Counting()
    first, second = _ask(model, tmp_path), _ask(model, tmp_path)
    assert model.asked == 1
    assert (first.claims, first.model) == (second.claims, second.model)
    assert (first.usage, second.usage) == (Usage(5, 6, 0.1), Usage())


def test_another_question_evidence_or_setting_is_asked_again(tmp_path: Path) -> None:
    model = _Counting()
    _ask(model, tmp_path)
    _ask(model, tmp_path, question="几座桥?")
    _ask(model, tmp_path, text="乙。")
    _ask(model, tmp_path, salt="t")
    assert model.asked == 4


def test_summaries_are_kept_by_length_and_style(tmp_path: Path) -> None:
    model = _Counting()
    article, _ = article_of(TEXTS[0])
    cached = CachedGenerator(model, tmp_path, "s")
    for max_chars in (100, 100, 50):
        draft = asyncio.run(cached.summarise(SummaryRequest(article, "a", max_chars, "brief")))
        assert draft.abstention == "no_evidence"
    assert model.asked == 2
