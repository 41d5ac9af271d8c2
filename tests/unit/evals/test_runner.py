"""Running: records, what is unscored, resuming, budget, gates."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from evals.aggregate import judge_gates
from evals.errors import BudgetError, RunError, TargetError
from evals.record import RunFolder
from evals.runner import run
from evals.suite import Gate
from tests.unit.evals.conftest import GOOD, MakeJob, TableTarget


def _folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, "small")


def test_a_run_is_a_record_with_every_sample_in_order(make_job: MakeJob, tmp_path: Path) -> None:
    job, folder = make_job(GOOD), _folder(tmp_path)
    summary = asyncio.run(run(job, folder))
    assert summary == folder.summary()
    assert [row["id"] for row in folder.rows()] == [f"q{n}" for n in range(6)]
    assert summary["n"] == 6
    assert summary["measures"]["answer_match"]["mean"] == pytest.approx(0.75)
    assert summary["measures"]["answer_match"]["n"] == 4
    assert summary["measures"]["pointer_validity"]["mean"] == 1
    assert set(summary["by_type"]) == {"fact", "unanswerable"}
    assert summary["usage"]["cost_usd"] == 1.0
    for key in ("settings", "versions", "git", "dirty", "seed", "data", "latency_ms", "target", "model", "started"):
        assert key in summary
    assert "fingerprint" in summary["settings"]


def test_a_failing_sample_is_unscored_counted_and_keeps_its_error(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    summary = asyncio.run(run(make_job(GOOD), folder))
    assert summary["failed"] == 1
    assert summary["measures"]["accuracy"]["unscored"] == 1
    assert summary["measures"]["accuracy"]["n"] == 5
    row = folder.rows()[5]
    assert row["reply"]["error"] == "TargetError: gone"
    assert "accuracy" not in row["scores"]
    assert "gone" in row["unscored"]["accuracy"]


def test_an_error_that_is_a_bug_is_not_swallowed(make_job: MakeJob, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run(make_job({"q1": ZeroDivisionError()}), _folder(tmp_path)))


def test_a_killed_run_goes_on_where_it_was(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    whole = asyncio.run(run(make_job(GOOD), folder))
    path = folder.path / "samples.jsonl"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(lines[:3]) + "\n" + lines[3][:40], encoding="utf-8")
    (folder.path / "run.json").unlink()
    with pytest.raises(RunError, match=f"--resume {folder.name}"):
        folder.summary()
    job = make_job(GOOD)
    again = asyncio.run(run(job, folder))
    assert isinstance(job.target, TableTarget)
    assert sorted(job.target.asked) == ["q3", "q4", "q5"]
    assert again["measures"]["answer_match"] == whole["measures"]["answer_match"]
    assert again["started"] == whole["started"]
    assert [row["id"] for row in folder.rows()] == [f"q{n}" for n in range(6)]


def test_a_run_is_not_resumed_as_another_one(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    asyncio.run(run(make_job(GOOD), folder))
    other = make_job(GOOD)
    other.target.model = "other"  # type: ignore[misc]
    with pytest.raises(RunError, match="begun with other model"):
        asyncio.run(run(other, folder))


def test_a_budget_stops_the_run_and_keeps_what_was_asked(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    with pytest.raises(BudgetError, match=r"0\.5000 of 0\.5000 USD spent after 2 of 6"):
        asyncio.run(run(make_job(GOOD, budget_usd=0.5, parallel=1), folder))
    assert len(folder.rows()) == 2
    summary = asyncio.run(run(make_job(GOOD, budget_usd=5.0), folder))
    assert summary["n"] == 6


def test_repeating_asks_everything_as_often(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    summary = asyncio.run(run(make_job(GOOD, repeat=2), folder))
    assert summary["n"] == 12
    assert summary["measures"]["answer_match"]["n"] == 4  # questions, not replies: repeating adds no questions
    assert [row["id"] for row in folder.rows()][5:7] == ["q5#1", "q0#2"]


def test_the_same_seed_gives_the_same_figures(make_job: MakeJob, tmp_path: Path) -> None:
    first, second = (asyncio.run(run(make_job(GOOD), _folder(tmp_path))) for _ in range(2))
    for name in ("accuracy", "answer_match", "abstention_recall"):
        assert first["measures"][name] == second["measures"][name]


def test_a_corpus_is_prepared_once_and_its_report_kept(make_job: MakeJob, tmp_path: Path) -> None:
    job = make_job(GOOD)
    summary = asyncio.run(run(job, _folder(tmp_path)))
    assert isinstance(job.target, TableTarget)
    assert job.target.prepared == ["c"]
    assert summary["corpora"] == {"c": {"documents": 1}}


def test_gates_pass_fail_or_are_not_judged() -> None:
    gates = [
        Gate(measure="accuracy", min=0.5),
        Gate(measure="accuracy", max=0.5, type="fact"),
        Gate(measure="x", min=0),
    ]
    overall, by_type = {"accuracy": {"mean": 0.75}}, {"fact": {"accuracy": {"mean": 0.75}}}
    assert [one["passed"] for one in judge_gates(gates, overall, by_type, whole=False)] == [True, False, None]
    judged = judge_gates(gates, overall, by_type, whole=True)
    assert [one["passed"] for one in judged] == [True, False, False]
    assert judged[1] == {"measure": "accuracy [fact]", "bound": "<= 0.5", "value": 0.75, "passed": False}


def test_runs_are_found_by_path_name_suite_and_last(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    asyncio.run(run(make_job(GOOD), folder))
    for name in (str(folder.path), folder.name, "small", "last"):
        assert RunFolder.find(tmp_path, name) == folder
    for name in ("smal", "nothing"):
        with pytest.raises(RunError, match=name):
            RunFolder.find(tmp_path, name)


def test_samples_are_on_disk_as_soon_as_they_are_there(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    seen: list[int] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        seen.append(len((folder.path / "samples.jsonl").read_text("utf-8").splitlines()))
        assert (stage, total) == ("eval", 6)
        assert done == seen[-1]

    asyncio.run(run(make_job(GOOD), folder, progress))
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_targets_own_refusal_is_kept_as_json(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    asyncio.run(run(make_job({"q0": TargetError("“引号”\n换行")}), folder))
    assert json.loads((folder.path / "samples.jsonl").read_text("utf-8").splitlines()[0])["reply"]["error"].endswith(
        "换行"
    )
