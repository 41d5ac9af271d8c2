from __future__ import annotations

import json
from pathlib import Path

from rag.weights.examples import part_of
from rag.weights.held_out import PARTS, write_parts


def test_the_parts_hold_the_questions_of_their_titles_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "cmrc"
    folder.mkdir()
    numbers = range(60)
    corpus = [{"_id": f"p{number}", "title": f"t{number}", "text": "文"} for number in numbers]
    queries = [{"_id": f"q{number}", "text": "问?", "answers": ["文"]} for number in numbers]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    judged = "".join(f"q{number}\tp{number}\t1\n" for number in numbers)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", "utf-8")

    write_parts(folder, tmp_path / "out")

    for part in PARTS:
        rows = (tmp_path / "out" / part / "cmrc" / "queries.jsonl").read_text("utf-8").splitlines()
        expected = [f"q{number}" for number in numbers if part_of("cmrc", f"t{number}") == part]
        assert [json.loads(row)["_id"] for row in rows] == expected != []
