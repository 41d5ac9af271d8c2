"""Claims are made from news one edit at a time, the same ones every time, each with what decides it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from evals.altered.__main__ import claims_of, half_of, main
from evals.samples.claims import claims

NEWS = (
    "石桥镇7月5日建成文化馆,总投资3200万元。镇长陆长河表示，文化馆每天接待群众300人，比去年增长12%，其中学生占三成，周末更多。"
    "副镇长韩素琴介绍，渡口将于明年动工，预计投入5000万元，工期两年，目前没有影响航运。当地举行了开馆仪式，有120名群众参加活动。"
)


def test_the_same_document_makes_the_same_claims() -> None:
    assert list(claims_of("a", NEWS, "", set())) == list(claims_of("a", NEWS, "", set()))


def test_no_claim_is_a_copy_of_its_evidence_and_each_edit_makes_one() -> None:
    made = list(claims_of("a", NEWS, "", set()))
    assert {record["kind"] for record in made} >= {"figure", "dress", "negation"}
    assert len({record["id"] for record in made}) == len(made)
    for record in made:
        assert str(record["claim"]) not in str(record["evidence"])


def test_edits_there_are_enough_of_are_left_out() -> None:
    assert not [record for record in claims_of("a", NEWS, "", {"other_value"}) if record["edit"] == "other_value"]


def test_the_file_written_is_read_by_the_claims_suite(tmp_path: Path) -> None:
    folder, out = tmp_path / "news", tmp_path / "claims.jsonl"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(NEWS, encoding="utf-8")
    half = half_of("0.txt")
    done = CliRunner().invoke(main, ["--data", str(folder), "--out", str(out), "--half", half])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(claims(out).samples) == len(rows) > 0
