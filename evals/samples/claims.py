"""Claims with the evidence that decides them. Knows nothing of verifiers."""

from __future__ import annotations

from pathlib import Path

from evals.errors import DataError
from evals.gold.store import GOLD
from evals.samples.rows import Row, read_rows, unique
from evals.samples.sample import Dataset, Sample

LABELS = ("supported", "unsupported")
DEFAULT = GOLD / "claims.jsonl"


def claims(source: Path | None) -> Dataset:
    """Claims of a JSONL file (or of ``claims.jsonl`` in a folder): ``{id, claim, evidence, label, kind?}``.

    Args:
        source: file or folder; None for the gold over the sample pages.
    """
    path = DEFAULT if source is None else source / "claims.jsonl" if source.is_dir() else source
    return Dataset(tuple(_sample(row) for row in unique(read_rows(path))), files=(path,))


def _sample(row: Row) -> Sample:
    label = row.get("label", str)
    if label not in LABELS:
        raise DataError(f"{row.place}: label is {label!r}; wanted one of {', '.join(LABELS)}")
    record = row.record
    return Sample(
        id=row.id(),
        task="verify",
        type=str(record.get("kind", label)),
        lang=record.get("lang"),
        input={"claim": row.get("claim", str), "evidence": [_text(one, row) for one in row.get("evidence", list)]},
        gold={"label": label, **({"edit": record["edit"]} if "edit" in record else {})},
        tags={"label": label, **({"split": record["split"]} if "split" in record else {})},
    )


def _text(evidence: object, row: Row) -> str:
    if isinstance(evidence, str):
        return evidence
    if isinstance(evidence, dict) and isinstance(evidence.get("quote"), str):
        return str(evidence["quote"])
    raise DataError(f"{row.place}: evidence {evidence!r}; wanted texts, or objects with a quote")
