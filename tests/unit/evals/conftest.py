"""A small suite over invented data and a target that answers from a table, for tests of running and showing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.errors import TargetError
from evals.measures import Bench, build_measures
from evals.runner import Job
from evals.samples import Corpus, Dataset, Sample
from evals.suite import Suite
from rag.settings import Settings

Json = dict[str, Any]
MEASURES = ("accuracy", "answer_match", "abstention_recall", "pointer_validity", "latency_ms")


class TableTarget:
    """Answers from a table; a sample whose reply is an exception fails, one that is not in it is declined."""

    name = "table"
    model = "table"

    def __init__(self, replies: dict[str, Any]) -> None:
        self.replies = replies
        self.asked: list[str] = []
        self.prepared: list[str | None] = []

    async def prepare(self, corpus: str | None) -> Json:
        self.prepared.append(corpus)
        return {"documents": 1} if corpus else {}

    async def answer(self, sample: Sample) -> Json:
        self.asked.append(sample.id)
        reply = self.replies.get(sample.id.split("#")[0])
        if isinstance(reply, BaseException):
            raise reply
        if reply is None:
            return {"answer": None, "abstained": True, "abstention": {"code": "not_stated", "nearest": []}}
        return {
            "answer": reply,
            "abstained": False,
            "claims": [{"text": reply, "verdict": "supported", "reason": None, "citations": [1]}],
            "citations": [{"marker": 1, "document": "d", "quote": "三座", "source_spans": [[3, 5]], "score": 0.5}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "cost_usd": 0.25},
        }

    def close(self) -> None:
        """Nothing to let go of."""


def samples(count: int = 6) -> tuple[Sample, ...]:
    """Questions; every third has no answer."""
    return tuple(
        Sample(
            f"q{n}",
            "ask",
            "unanswerable" if n % 3 == 2 else "fact",
            "zh-Hans",
            {"question": f"第{n}地有几座桥?", "history": []},
            {"answerable": n % 3 != 2, "answers": [] if n % 3 == 2 else ["三座"]},
            "c",
        )
        for n in range(count)
    )


MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(tmp_path: Path) -> MakeJob:
    """Builds a job over the small suite: ``make_job(replies, gates=[…], budget_usd=…)``."""

    def make(
        replies: dict[str, Any],
        *,
        gates: tuple[Json, ...] = (),
        parallel: int = 2,
        groups: dict[str, Json] | None = None,
        **options: Any,
    ) -> Job:
        rows = samples()
        corpus = Corpus("c", "0" * 64, records=({"_id": "d", "text": "甲地有三座桥。"},))
        suite = Suite.model_validate(
            {
                "name": "small",
                "about": "Invented.",
                "parts": [{"kind": "claims", "data": "given"}],
                "measures": MEASURES,
                "gates": gates,
                "parallel": parallel,
            }
        )
        bench = Bench({"c": corpus.texts()})
        measures = build_measures(MEASURES, bench)
        dataset = Dataset(rows, {"c": corpus})
        settings = Settings.load(eval={"path": tmp_path}, **(groups or {}))
        return Job(suite, dataset, rows, measures, TableTarget(replies), settings, 0, **options)

    return make


GOOD = {"q0": "三座", "q1": "三座", "q3": "三座", "q4": "五座", "q5": TargetError("gone")}
"""Two right answers of three, one wrong, one rightly declined (q2), one failure (q5)."""
