"""Agreement beyond chance, and labels that go out to people and come back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

from evals.agreement import LABELS, agreement, kappa
from evals.errors import DataError
from evals.judge import Support
from evals.judging import Item, JudgedItem
from evals.labels import COLUMNS, labels_csv, read_labels, with_people
from evals.measures import Unscored


def _item(name: str = "q1/0", **fields: str) -> Item:
    given_ = {"question": "几座?", "answer": "三座", "claim": "甲有三桥", "verifier": "supported", **fields}
    return Item(name, given_["question"], given_["answer"], given_["claim"], ("甲有三桥",), given_["verifier"])


def test_kappa_is_that_of_a_table_worked_by_hand() -> None:
    rows = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert kappa(np.asarray(rows, dtype=np.float64)) == pytest.approx(0.4)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=60))
def test_kappa_agrees_with_an_independent_implementation(pairs: list[tuple[int, int]]) -> None:
    found = kappa(np.asarray(pairs, dtype=np.float64))
    if len({label for pair in pairs for label in pair}) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)), abs=1e-9)


def test_agreement_is_on_supported_or_not_and_the_table_has_all_labels() -> None:
    found = agreement([("supported", "supported"), ("partial", "unsupported"), ("supported", "partial")])
    assert found["same"]["mean"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["table"]["partial"]["unsupported"] == 1
    assert found["kappa"]["n"] == 3


def test_where_both_say_the_same_of_everything_kappa_is_not_defined() -> None:
    found = agreement([("supported", "supported")] * 5)
    assert (found["same"]["mean"], found["kappa"]) == (1.0, None)
    assert agreement([])["n"] == 0


def test_labels_go_out_and_come_back(tmp_path: Path) -> None:
    judged = [
        JudgedItem(_item(f"q{n}/0", claim=f"甲,\n有“{n}”桥"), Support("supported" if n % 2 else "partial", "依据"))
        for n in range(4)
    ]
    judged.append(JudgedItem(_item("q9/0"), Unscored("no")))
    text = labels_csv(judged)
    assert text.startswith("\ufeff" + ",".join(COLUMNS))
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    assert [one["judge_label"] for one in rows] == ["partial", "supported", "partial", "supported", ""]
    for one, label in zip(rows, ["unsupported", "supported", "supported", "", "Supported "], strict=True):
        one["human_label"] = label
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    file = tmp_path / "labels.csv"
    file.write_text(out.getvalue(), encoding="utf-8", newline="")
    shape = with_people(read_labels(file))
    assert (shape["n"], shape["labelled"]) == (5, 4)
    assert shape["judge"]["n"] == 3
    assert shape["judge"]["same"]["mean"] == pytest.approx(2 / 3, abs=1e-3)
    assert (shape["verifier"]["n"], shape["verifier"]["same"]["mean"]) == (4, 0.75)


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_no_cell_starts_a_formula_and_any_text_keeps_its_row(text: str) -> None:
    item = Item("q/0", text, text, text, (text,), "supported")
    rows = list(csv.reader(io.StringIO(labels_csv([JudgedItem(item, Support("supported", ""))])[1:], newline="")))
    assert len(rows) == 2
    assert rows[1][1].removeprefix("'") == text.removeprefix("'")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])


def test_a_label_that_is_none_and_a_lost_column_name_their_place(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("id,judge_label,human_label\na,supported,yes\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"labels\.csv:2: human_label is 'yes'; wanted supported, partial"):
        read_labels(file)
    file.write_text("id,judge_label\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column human_label"):
        read_labels(file)
    assert set(LABELS) == {"supported", "partial", "unsupported"}
