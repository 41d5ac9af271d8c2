"""News texts with their published headline, to be summarised in one line. Knows nothing of likeness."""

from __future__ import annotations

from pathlib import Path

from evals.samples.rows import Row, read_rows, unique
from evals.samples.sample import Dataset, Sample

SLACK = 1.5
"""A summary may be half as long again as the reference, as the data's measure has it."""


def headlines(folder: Path) -> Dataset:
    """Each text with its headline; the type is ``core`` for the documents of a quick run, ``rest`` for the others."""
    path = folder / "headlines.jsonl" if folder.is_dir() else folder
    return Dataset(tuple(_sample(row) for row in unique(read_rows(path))), files=(path,))


def _sample(row: Row) -> Sample:
    reference = row.get("reference", str)
    limit = max(20, int(len(reference) * SLACK))
    return Sample(
        id=row.id(),
        task="summarise",
        type="core" if row.record.get("core") else "rest",
        lang=row.record.get("lang"),
        input={
            "texts": [{"name": row.id(), "title": None, "text": row.get("text", str)}],
            "max_chars": limit,
            "style": "headline",
        },
        gold={"reference": reference},
    )
