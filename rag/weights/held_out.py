"""Writes the questions the reader was not trained on as retrieval folders, to be measured by ``gazette eval run qa``.

    python -m rag.weights.held_out --data DIR --out OUT

Makes ``OUT/choose/cmrc``, ``OUT/report/cmrc`` and the same for ``drcd``. Thresholds were chosen on ``choose``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rag.weights.examples import part_of

COLLECTIONS = ("cmrc", "drcd")
PARTS = ("choose", "report")


def write_parts(folder: Path, out: Path) -> None:
    """Write the held-out parts of one collection under ``out/<part>/<name of the collection>``."""
    corpus, queries = (_rows(folder / name) for name in ("corpus.jsonl", "queries.jsonl"))
    judged = dict(line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:])
    parts = {row["_id"]: part_of(folder.name, row["title"]) for row in corpus}
    for part in PARTS:
        target = out / part / folder.name
        target.mkdir(parents=True, exist_ok=True)
        asked = [row for row in queries if parts[judged[row["_id"]]] == part]
        _write(target / "corpus.jsonl", [row for row in corpus if parts[row["_id"]] == part])
        _write(target / "queries.jsonl", asked)
        lines = [f"{row['_id']}\t{judged[row['_id']]}\t1\n" for row in asked]
        (target / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(lines), "utf-8")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def main() -> None:
    """Read the folders, write the parts."""
    parser = argparse.ArgumentParser(description="Write what the reader was not trained on.")
    parser.add_argument("--data", type=Path, required=True, help="folder with cmrc and drcd")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    options = parser.parse_args()
    for name in COLLECTIONS:
        write_parts(options.data / name, options.out)


if __name__ == "__main__":
    main()
