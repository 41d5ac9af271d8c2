"""Comparing runs, and their gates as JUnit XML."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from evals.compare import compare
from evals.errors import RunError
from evals.junit import junit_xml
from evals.record import RunFolder
from evals.runner import run
from tests.unit.evals.conftest import GOOD, MakeJob

ALL_RIGHT = {"q0": "三座", "q1": "三座", "q3": "三座", "q4": "三座"}


def _run(make_job: MakeJob, root: Path, replies: dict[str, Any], **options: Any) -> RunFolder:
    folder = RunFolder.create(root, "small")
    asyncio.run(run(make_job(replies, **options), folder))
    return folder


def test_a_comparison_pairs_by_question_and_names_what_flipped(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = (
        _run(make_job, tmp_path, {**GOOD, "q1": None}),
        _run(make_job, tmp_path, {**ALL_RIGHT, "q0": "九座"}),
    )
    found = compare(before, after)
    match = next(row for row in found.rows if row.measure == "answer_match")
    assert (match.a, match.b, match.difference, match.n) == (0.5, 0.75, 0.25, 4)
    assert match.verdict == "no difference shown"
    assert found.flips_by == "accuracy"
    assert [(one.id, one.a, one.b) for one in found.gained] == [
        ("q1", "abstains: not_stated", "三座"),
        ("q4", "五座", "三座"),
    ]
    assert [(one.id, one.wanted, one.b) for one in found.lost] == [("q0", ["三座"], "九座")]


def test_a_measure_fixed_beforehand_is_corrected_for_no_others(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT)
    (row,) = compare(before, after, only=["answer_match"]).rows
    assert row.p_holm == row.p
    with pytest.raises(RunError, match="nDCG@10: not measured in both runs; there are accuracy"):
        compare(before, after, only=["nDCG@10"])


def test_what_is_the_same_in_both_runs_does_not_count_among_the_many(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT)
    names = ["accuracy", "answer_match", "latency_ms"]
    few, more = (compare(before, after, only=only).rows for only in (names, [*names, "abstention_recall"]))
    assert [row.p_holm for row in few] == [row.p_holm for row in more[:3]]


def test_samples_that_one_run_could_not_score_are_not_paired(make_job: MakeJob, tmp_path: Path) -> None:
    found = compare(_run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT))
    assert next(row for row in found.rows if row.measure == "accuracy").n == 5


def test_a_run_compared_with_itself_shows_no_difference(make_job: MakeJob, tmp_path: Path) -> None:
    folder = _run(make_job, tmp_path, GOOD)
    found = compare(folder, folder, by_type=True)
    assert all(row.difference == 0 and row.p == 1 and row.verdict == "no difference shown" for row in found.rows)
    assert {row.type for row in found.rows} == {None, "fact", "unanswerable"}
    assert not found.gained
    assert not found.lost


def test_the_correction_counts_every_comparison(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT)
    few, many = compare(before, after), compare(before, after, by_type=True)
    p = {row.measure: row for row in few.rows}["accuracy"]
    assert p.p_holm >= p.p
    assert {row.measure: row for row in many.rows if row.type is None}["accuracy"].p_holm >= p.p_holm


def test_runs_over_other_data_are_refused(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, GOOD)
    rows = after.rows()
    rows[0]["gold"]["answers"] = ["九座"]
    after.write_rows(rows)
    with pytest.raises(RunError, match=r"1 questions differ .* 'q0'"):
        compare(before, after)
    after.write_rows([{**row, "id": f"x{row['id']}"} for row in rows])
    with pytest.raises(RunError, match="share no question"):
        compare(before, after)


def _renamed(folder: RunFolder, mark: str) -> RunFolder:
    """The same run as if it had been made over other data."""
    folder.write_rows([{**row, "id": f"{mark}{row['id']}"} for row in folder.rows()])
    return folder


def test_runs_over_several_sets_are_taken_together(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT)
    others = (_renamed(_run(make_job, tmp_path, one), "x-") for one in (GOOD, ALL_RIGHT))
    one_set, both = compare(before, after), compare(before, after, also=[(next(others), next(others))])
    assert both.n == 2 * one_set.n
    assert len(both.gained) == 2 * len(one_set.gained)
    one, two = ({row.measure: row for row in found.rows}["accuracy"] for found in (one_set, both))
    assert two.difference == one.difference
    assert two.high - two.low < one.high - one.low
    assert [set(pair) for pair in both.json()["also"]] == [{"a", "b"}]


def test_no_question_counts_twice(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT)
    with pytest.raises(RunError, match="'q0' stands in two of the runs"):
        compare(before, after, also=[(before, after)])


def test_runs_with_other_settings_are_not_taken_together(make_job: MakeJob, tmp_path: Path) -> None:
    before, after = _run(make_job, tmp_path, GOOD), _run(make_job, tmp_path, ALL_RIGHT)
    other = _renamed(_run(make_job, tmp_path, GOOD), "x-")
    summary = other.summary()
    summary["settings"]["fingerprint"] = "another"
    other.write_summary(summary)
    with pytest.raises(RunError, match=f"{other.name} was made with another system or other settings"):
        compare(before, after, also=[(other, other)])


def test_gates_become_test_cases(make_job: MakeJob, tmp_path: Path) -> None:
    gates = ({"measure": "accuracy", "min": 0.99}, {"measure": "pointer_validity", "min": 1})
    root = ElementTree.fromstring(junit_xml([_run(make_job, tmp_path, GOOD, gates=gates).summary()]))
    suite = root[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "accuracy is 0.8, wanted >= 0.99"
