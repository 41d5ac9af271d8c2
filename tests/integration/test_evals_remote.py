"""Measuring remote models and peers: drafts kept, a budget that stops, an endpoint judged with the same measures."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from evals.errors import BudgetError
from evals.record import RunFolder
from evals.runner import run
from evals.session import Options, prepare
from tests.integration.scripted_model import ScriptedModel, says, scripted_model

pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning")

DECLINES = json.dumps({"abstain": "not_stated", "claims": []})


def _noise(folder: Path) -> Path:
    """Four invented cases over one passage, the last of them to be declined."""
    passage = {"_id": "p", "title": "", "text": "新图书馆昨天开放。馆内有藏书三万册,阅览座位五百个。"}
    (folder / "corpus.jsonl").write_text(json.dumps(passage) + "\n", encoding="utf-8")
    cases = [
        {"_id": f"c{n}", "kind": "noise0", "query": f"图书馆{n}有多少藏书?", "docs": ["p"], "answer_groups": [["三万"]]}
        for n in range(3)
    ]
    rejected = {"_id": "c3", "kind": "reject", "query": "馆长是谁?", "docs": ["p"], "expected": "abstain"}
    lines = [json.dumps(case) + "\n" for case in [*cases, rejected]]
    (folder / "cases.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def _measure(data: Path, store: Path, name: str, server: ScriptedModel, **options: Any) -> dict[str, Any]:
    model = {"name": name, "api_base": server.api_base, "api_key": "k", "max_retries": 0}
    overrides: dict[str, dict[str, Any]] = {"eval": {"path": store}, "model": model}
    job = prepare("noise", Options(data=data, overrides=overrides, **options))
    try:
        return asyncio.run(run(job, RunFolder.create(store, "noise")))
    finally:
        job.target.close()


def test_a_model_is_asked_once_and_a_second_run_costs_nothing(tmp_path: Path) -> None:
    with scripted_model(says(DECLINES)) as server:
        first = _measure(_noise(tmp_path), tmp_path / "runs", "openai/gpt-4o-mini", server)
        asked = len(server.requests)
        second = _measure(tmp_path, tmp_path / "runs", "openai/gpt-4o-mini", server)
        assert len(server.requests) == asked == 4
    assert first["usage"]["prompt_tokens"] == 400
    assert first["usage"]["cost_usd"] > 0
    assert second["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0}
    for name in ("accuracy", "abstention_recall", "wrong_abstention_rate"):
        assert first["measures"][name] == second["measures"][name]
    assert first["measures"]["accuracy"]["mean"] == 0.25
    assert "k" not in json.dumps(first["settings"]["model"]["api_key"]).strip('"*')


def test_a_spent_budget_stops_before_everything_is_asked(tmp_path: Path) -> None:
    with scripted_model(says(DECLINES, usage=(1_000_000, 0))) as server, pytest.raises(BudgetError, match="--resume"):
        _measure(_noise(tmp_path), tmp_path / "runs", "openai/gpt-4o-mini", server, budget_usd=0.0)
    assert not server.requests


def test_a_model_that_fails_leaves_unscored_samples_and_a_record(tmp_path: Path) -> None:
    with scripted_model(lambda exchange: exchange.reply(500, {"error": {"message": "down"}})) as server:
        summary = _measure(_noise(tmp_path), tmp_path / "runs", "openai/some-model", server)
    assert summary["failed"] == 4
    assert summary["measures"]["accuracy"] == {"mean": None, "low": None, "high": None, "n": 0, "unscored": 4}


def test_a_peer_is_measured_over_http_with_the_same_measures(tmp_path: Path) -> None:
    data = _noise(tmp_path)
    with scripted_model(says("馆内有藏书三万册。"), says("根据资料无法回答。")) as server:
        address = f"{server.api_base}/chat/completions"
        job = prepare("noise", Options(data=data, target=address, overrides={"eval": {"path": tmp_path / "runs"}}))
        summary = asyncio.run(run(job, RunFolder.create(tmp_path / "runs", "noise")))
    assert summary["target"] == address
    assert summary["measures"]["accuracy"]["n"] == 4
    assert "pointer_validity" not in summary["measures"]
    assert summary["measures"]["unsupported_claim_rate"]["unscored"] == 1
