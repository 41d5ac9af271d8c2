"""Judged claims as a CSV file for people to label, and their labels read back. Knows nothing of judges."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.agreement import LABELS, agreement
from evals.errors import DataError
from evals.judge import Support
from evals.judging import JudgedItem

Json = dict[str, Any]

COLUMNS = ("id", "question", "answer", "claim", "quote", "judge_label", "human_label", "verifier_label")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run. Source: OWASP, CSV Injection."""


def labels_csv(judged: Sequence[JudgedItem]) -> str:
    """One row a claim; ``human_label`` is empty, ``judge_label`` where the judge gave none.

    Text of a page never starts a formula: it then has an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in judged:
        item = one.item
        label = one.found.label if isinstance(one.found, Support) else ""
        cells = (item.id, item.question, item.answer, item.claim, "\n".join(item.quotes), label, "", item.verifier)
        writer.writerow([_harmless(cell) for cell in cells])
    return "\ufeff" + out.getvalue()  # without the mark, spreadsheets take UTF-8 for something else


def read_labels(path: Path) -> list[Json]:
    """Rows as they came back, labels checked.

    Raises:
        DataError: a column is missing, or a label is none of the three; empty ones are not yet labelled.
    """
    text = path.read_text("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in ("id", "judge_label", "human_label") if name not in (reader.fieldnames or ())]
    if missing:
        raise DataError(f"{path}:1: no column {', '.join(missing)}; keep the header that was exported")
    rows = []
    for row in reader:
        for column in ("judge_label", "human_label", "verifier_label"):
            row[column] = (row.get(column) or "").strip().lower()
            if row[column] not in ("", *LABELS):
                raise DataError(
                    f"{path}:{reader.line_num}: {column} is {row[column]!r}; wanted {', '.join(LABELS)}, or nothing"
                )
        rows.append(dict(row))
    return rows


def with_people(rows: Sequence[Json], seed: int = 0) -> Json:
    """How the judge and our verifier agree with people, over the rows that people labelled."""
    labelled = [row for row in rows if row["human_label"]]
    found = {
        name: agreement([(row["human_label"], row[column]) for row in labelled if row[column]], seed)
        for name, column in (("judge", "judge_label"), ("verifier", "verifier_label"))
    }
    return {"n": len(rows), "labelled": len(labelled), **found}


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
