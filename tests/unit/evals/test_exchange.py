"""Runs in the shapes of other evaluation tools."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from evals.errors import RunError
from evals.exchange import export_jsonl, export_run
from evals.record import RunFolder
from evals.runner import run
from tests.unit.evals.conftest import GOOD, MakeJob


def test_a_run_can_be_taken_to_other_tools(make_job: MakeJob, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "small")
    asyncio.run(run(make_job(GOOD), folder))
    rows = folder.rows()
    ragas = [json.loads(line) for line in export_jsonl(rows, "ragas").splitlines()]
    assert ragas[0] == {
        "user_input": "第0地有几座桥?",
        "response": "三座",
        "retrieved_contexts": ["三座"],
        "reference": "三座",
        "reference_contexts": [],
    }
    assert ragas[2]["reference"] == "abstain"
    inspect = [json.loads(line) for line in export_jsonl(rows, "inspect").splitlines()]
    assert (inspect[0]["id"], inspect[0]["target"], inspect[2]["target"]) == ("q0", ["三座"], "abstain")
    assert inspect[0]["metadata"]["scores"]["accuracy"] == 1
    assert export_jsonl([{**rows[0], "task": "verify"}], "ragas") == ""


def test_rankings_leave_as_trec_files_and_a_run_without_any_says_so(make_job: MakeJob, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "small")
    asyncio.run(run(make_job(GOOD), folder))
    assert export_run(folder, "inspect") == export_jsonl(folder.rows(), "inspect")
    with pytest.raises(RunError, match="has no rankings"):
        export_run(folder, "trec")
    folder.write_text("ranking.trec", "q0 Q0 d 1 0.5 gazette\n")
    folder.write_text("qrels.trec", "q0 0 d 1\n")
    assert export_run(folder, "trec").startswith("q0 Q0 d")
    assert export_run(folder, "qrels") == "q0 0 d 1\n"
