"""Ready-made cases of questions with good, noisy and altered passages, as in RGB. Knows nothing of replies."""

from __future__ import annotations

from pathlib import Path

from evals.errors import DataError
from evals.samples.reading import given_text
from evals.samples.retrieval import corpus_files
from evals.samples.rows import Row, read_rows, unique
from evals.samples.sample import Dataset, Sample


def noise(folder: Path) -> Dataset:
    """Every case of ``cases.jsonl``: its kind is the type, ``expected: abstain`` makes it unanswerable.

    ``expected: flag_or_answer_true`` (all passages altered): right is to decline, to report a conflict, or to know
    better.
    """
    files = corpus_files(folder)
    texts = {row.id(): row for path in files for row in read_rows(path)}
    cases = folder / "cases.jsonl"
    return Dataset(tuple(_sample(row, texts) for row in unique(read_rows(cases))), files=(*files, cases))


def _sample(row: Row, texts: dict[str, Row]) -> Sample:
    record = row.record
    names = row.get("docs", list)
    lost = [name for name in names if name not in texts]
    if lost:
        raise DataError(f"{row.place}: passage {lost[0]!r} is not in the corpus; the folder is incomplete")
    groups = record.get("answer_groups") or []
    return Sample(
        id=row.id(),
        task="read",
        type=row.get("kind", str),
        lang=record.get("lang"),
        input={"question": row.get("query", str), "texts": [given_text(texts[name]) for name in names]},
        gold={
            "answerable": record.get("expected", "answer") == "answer",
            "may_flag": record.get("expected") == "flag_or_answer_true",
            "answers": [group[0] for group in groups],
            "must": groups,
            "must_not": record.get("fake_answers") or [],
        },
    )
