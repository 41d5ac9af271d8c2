"""`gazette eval` as a user calls it: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rag.cli import gazette

Call = Callable[..., Result]

SUITE = """
name: small-claims
about: Two claims.
parts: [{kind: claims, data: given}]
measures: [verdict_accuracy, false_claims_caught]
gates: [{measure: verdict_accuracy, min: BOUND}]
"""
CLAIMS = (
    {"id": "t", "claim": "甲县新建三座大桥", "evidence": ["甲县新建三座大桥。"], "label": "supported"},
    {"id": "f", "claim": "甲县新建九座大桥", "evidence": ["甲县新建三座大桥。"], "label": "unsupported"},
    {"id": "w", "claim": "甲县新建九座大桥", "evidence": ["甲县新建三座大桥。"], "label": "supported"},
)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command in an empty folder with runs of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAZETTE_EVAL__PATH", str(tmp_path / "runs"))
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(one) + "\n" for one in CLAIMS), encoding="utf-8")
    for name, bound in (("loose", "0.5"), ("tight", "0.9")):
        (tmp_path / f"{name}.yaml").write_text(SUITE.replace("BOUND", bound), encoding="utf-8")

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(gazette, ["eval", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return invoke


def test_a_run_prints_the_shape_of_the_contract(call: Call, tmp_path: Path) -> None:
    result = call("run", "loose.yaml", "--data", "c.jsonl", "--json")
    assert result.exit_code == 0
    shape = json.loads(result.stdout)
    assert (shape["suite"], shape["n"]) == ("small-claims", 3)
    accuracy = shape["measures"]["verdict_accuracy"]
    assert accuracy["mean"] == pytest.approx(2 / 3, abs=1e-3)
    assert accuracy["low"] <= accuracy["mean"] <= accuracy["high"]
    assert accuracy["n"] == 3
    assert shape["gates"] == [
        {"measure": "verdict_accuracy", "bound": ">= 0.5", "value": accuracy["mean"], "passed": True}
    ]
    assert (Path(shape["run"]) / "samples.jsonl").is_file()
    assert not (tmp_path / ".gazette").exists()


def test_a_failing_gate_exits_one_and_is_named(call: Call) -> None:
    result = call("run", "tight.yaml", "--data", "c.jsonl")
    assert result.exit_code == 1
    assert "gate failed: verdict_accuracy >= 0.9, measured 0.6667" in result.stderr
    again = call("report", "small-claims", "--junit", "j.xml")
    assert again.exit_code == 1
    assert "gate failed: small-claims: verdict_accuracy" in again.stderr
    assert '<failure message="verdict_accuracy is 0.6667' in Path("j.xml").read_text("utf-8")


def test_a_dry_run_asks_nothing_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    result = call("run", "loose.yaml", "--data", "c.jsonl", "--dry-run", "--where", "type=supported")
    shape = json.loads(result.stdout)
    assert (shape["n"], shape["types"], shape["prompt_tokens"], shape["cost_usd"]) == (2, {"supported": 2}, 0, 0.0)
    assert not (tmp_path / "runs").exists()


def test_a_dry_run_of_a_remote_model_says_tokens_and_cost_before_anything_is_sent(call: Call) -> None:
    shape = json.loads(call("run", "seeds", "--limit", "20", "--model", "openai/gpt-4o-mini", "--dry-run").stdout)
    assert shape["prompt_tokens"] > 10_000
    assert 0 < shape["cost_usd"] < 1
    unknown = json.loads(call("run", "seeds", "--limit", "20", "--model", "openai/none-such", "--dry-run").stdout)
    assert unknown["cost_usd"] is None


def test_runs_over_two_sets_are_compared_together(call: Call, tmp_path: Path) -> None:
    other = [{**one, "id": f"other-{one['id']}"} for one in CLAIMS]
    (tmp_path / "d.jsonl").write_text("".join(json.dumps(one) + "\n" for one in other), encoding="utf-8")
    ran = [
        json.loads(call("run", "loose.yaml", "--data", name, "--json").stdout)["run"] for name in ("c.jsonl", "d.jsonl")
    ]
    printed = call("compare", ran[0], ran[0], "--also", ran[1], ran[1]).stdout
    assert "6 questions in both" in printed
    assert f"A {Path(ran[1]).name}  d.jsonl" in printed


def test_two_runs_are_compared_and_reported(call: Call) -> None:
    runs = [json.loads(call("run", "loose.yaml", "--data", "c.jsonl", "--json").stdout)["run"] for _ in range(2)]
    shape = json.loads(call("compare", *runs, "--json").stdout)
    assert shape["n"] == 3
    assert all(row["difference"] == 0 for row in shape["measures"])
    printed = call("compare", *runs).stdout
    assert "no difference shown" in printed
    assert f"A {Path(runs[0]).name}  c.jsonl" in printed
    assert call("report", *runs, "--out", "r.html").exit_code == 0
    assert Path("r.html").read_text("utf-8").startswith("<!doctype html>")


def test_the_list_says_what_each_suite_needs(call: Call) -> None:
    rows = [json.loads(line) for line in call("list", "--json").stdout.splitlines()]
    needs = {row["suite"]: row["needs_data"] for row in rows}
    assert needs["retrieval"]
    assert not needs["seeds"]
    assert {"pages", "retrieval", "qa", "noise", "claims", "conversation", "summaries", "seeds", "speed"} <= set(needs)
    assert "ALCE" in call("list", "--measures").stdout


def test_wrong_options_are_usage_errors(call: Call) -> None:
    assert call("run", "loose.yaml", "--data", "c.jsonl", "--where", "type").exit_code == 2
    assert call("report", "x").exit_code == 2
