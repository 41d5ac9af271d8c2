"""The committed gold proves itself against the pages, and its validator sees what is planted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.gold.store import GOLD, SEEDS, SPLITS, Pages, read_rows
from evals.gold.strings import comparable, holds, missing
from evals.gold.validate import FILES, validate

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A copy of the gold that a test may spoil."""
    return shutil.copytree(GOLD, tmp_path / "gold")


def spoil(folder: Path, name: str, line: int, edit: Edit) -> None:
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    record = json.loads(lines[line - 1])
    edit(record)
    lines[line - 1] = json.dumps(record, ensure_ascii=False)
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


def test_the_gold_fits_the_pages() -> None:
    assert [str(fault) for fault in validate()] == []


def shift(field: str) -> Edit:
    def edit(record: dict[str, Any]) -> None:
        record[field][0]["start"] += 1

    return edit


def put(field: str, value: object) -> Edit:
    def edit(record: dict[str, Any]) -> None:
        record[field] = value

    return edit


def drop(field: str) -> Edit:
    def edit(record: dict[str, Any]) -> None:
        del record[field]

    return edit


def cut_short(record: dict[str, Any]) -> None:
    record["articles"][0]["spans"][-1][1] -= 3


def reach_into_the_next(record: dict[str, Any]) -> None:
    record["articles"][0]["spans"][-1][1] = record["articles"][1]["start"] + 4


@pytest.mark.parametrize(
    ("name", "edit", "told"),
    [
        ("questions.jsonl", shift("support"), "reads"),
        ("claims.jsonl", shift("evidence"), "reads"),
        ("nuggets.jsonl", shift("support"), "reads"),
        ("questions.jsonl", put("answers", ["不知道"]), "has none of"),
        ("questions.jsonl", put("must", [["并不存在的词"]]), "the support has none of"),
        ("questions.jsonl", put("split", "elsewhere"), "split is 'elsewhere'"),
        ("questions.jsonl", put("id", "sg002"), "stands already in line"),
        ("questions.jsonl", drop("support"), "field missing or misshapen: KeyError('support')"),
        ("questions.jsonl", put("type", "follow_up"), "a follow_up needs history"),
        ("claims.jsonl", put("label", "unsupported"), "does not go with label"),
        ("claims.jsonl", put("claim", "五大工程是别人实施的"), "verbatim claim does not stand"),
        ("nuggets.jsonl", put("article", "s000-a02"), "article is 's000-a02'"),
        ("pages.jsonl", cut_short, "3 characters in no item"),
        ("pages.jsonl", reach_into_the_next, "stands in s000-a01 too"),
        ("pages.jsonl", put("file", "none.txt"), "no such page: 'none.txt'"),
    ],
)
def test_a_planted_fault_in_the_first_row_is_told_with_its_file(gold: Path, name: str, edit: Edit, told: str) -> None:
    spoil(gold, name, 1, edit)
    messages = [str(fault) for fault in validate(gold)]
    assert any(message.startswith(f"{name}:") and told in message for message in messages), messages[:5]


def test_a_planted_wrong_span_is_told_with_its_line_and_both_readings(gold: Path) -> None:
    rows, _ = read_rows(gold / "questions.jsonl")
    row = rows[40]
    spoil(gold, "questions.jsonl", row.line, shift("support"))
    quote = row.record["support"][0]["quote"]
    messages = [str(fault) for fault in validate(gold)]
    assert messages == [message for message in messages if message.startswith(f"questions.jsonl:{row.line}: {row.id}")]
    assert any(repr(quote) in message and repr(quote[1:]) in message for message in messages)


def test_too_few_questions_of_a_type_are_told(gold: Path) -> None:
    path = gold / "questions.jsonl"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if '"type": "list"' not in line]
    path.write_text("\n".join(kept), encoding="utf-8")
    assert any("0 rows of list type, wanted" in str(fault) for fault in validate(gold))


def test_an_article_without_nuggets_is_told(gold: Path) -> None:
    path = gold / "nuggets.jsonl"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if '"article": "s004-a02"' not in line]
    path.write_text("\n".join(kept), encoding="utf-8")
    assert any("s004-a02: 0 nuggets" in str(fault) for fault in validate(gold))


def test_a_line_that_is_not_json_is_told(gold: Path) -> None:
    with (gold / "claims.jsonl").open("a", encoding="utf-8") as file:
        file.write("{half")
    assert any("not JSON" in str(fault) for fault in validate(gold))


def test_no_question_repeats_another_in_other_dress() -> None:
    rows, _ = read_rows(GOLD / "questions.jsonl")
    folded = [comparable(str(row.record.get("standalone_question") or row.record["question"])) for row in rows]
    assert len(set(folded)) == len(folded)


def test_every_file_of_the_gold_is_read_and_every_item_found_again() -> None:
    assert sorted(path.name for path in GOLD.glob("*.jsonl")) == sorted(
        [*FILES, "digests.jsonl"]
    )  # its loader proves every quote
    pages = Pages.from_rows(read_rows(GOLD / "pages.jsonl")[0], SEEDS)
    for item in pages.items.values():
        assert pages.owner(item.file, item.spans[0][0]) is item
    assert pages.owner("000_25eb554a8f7623d5.txt", 0) is None


def test_the_counts_in_the_readme_are_those_of_the_files() -> None:
    readme = (GOLD.parent / "README.md").read_text(encoding="utf-8")
    for name, field in (("questions.jsonl", "type"), ("claims.jsonl", "kind")):
        rows = [row.record for row in read_rows(GOLD / name)[0]]
        assert f"| `evals/gold/seeds/{name}` | {len(rows)} |" in readme
        for kind in {str(row[field]) for row in rows}:
            dev, test = (sum(row[field] == kind and row["split"] == split for row in rows) for split in SPLITS)
            assert f"| {kind} | {dev} | {test} | {dev + test} |" in readme


@pytest.mark.parametrize(
    ("one", "other"),
    [("１２３ 家,“强”", "123家强"), ("説明産業", "说明产业"), ("「ABC」", "abc"), ("黨 建", "党建")],
)
def test_dress_makes_no_difference_to_the_string_rule(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_every_group_needs_one_of_its_strings() -> None:
    assert holds("共28家", [["28家", "二十八家"]])
    assert missing("共28家", [["28家"], ["20家"]]) == [["20家"]]
