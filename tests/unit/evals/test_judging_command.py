"""`gazette eval judge`, `agreement` and `export` as a user calls them, without a model."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.evals.test_evals_command import Call, call

__all__ = ["call"]


def test_a_judge_must_be_named(call: Call) -> None:
    call("run", "loose.yaml", "--data", "c.jsonl")
    result = call("judge", "last")
    assert result.exit_code == 2
    assert "--model" in result.stderr


def test_labels_of_people_are_compared_with_both(call: Call) -> None:
    Path("l.csv").write_text(
        "id,judge_label,human_label,verifier_label\na,supported,supported,partial\nb,unsupported,partial,unsupported\n",
        encoding="utf-8",
    )
    shape = json.loads(call("agreement", "l.csv", "--json").stdout)
    assert (shape["labelled"], shape["judge"]["same"]["mean"], shape["verifier"]["same"]["mean"]) == (2, 1.0, 0.5)
    assert "kappa" in call("agreement", "l.csv").stdout
