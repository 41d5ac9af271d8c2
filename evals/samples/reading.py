"""Questions read from one given paragraph, answerable or not. Knows nothing of retrieval."""

from __future__ import annotations

from pathlib import Path

from evals.errors import DataError
from evals.samples.retrieval import corpus_files
from evals.samples.rows import Row, read_qrels, read_rows, unique
from evals.samples.sample import Dataset, Json, Sample


def reading(folder: Path) -> Dataset:
    """Each question with its paragraph: the one named by ``passage``, or the best judged one of the qrels.

    Args:
        folder: a retrieval folder.
    """
    files = corpus_files(folder)
    texts = {row.id(): row for path in files for row in read_rows(path)}
    judged = read_qrels(folder / "qrels.tsv")
    queries = folder / "queries.jsonl"
    samples = tuple(_sample(row, texts, judged.get(row.id(), {})) for row in unique(read_rows(queries)))
    return Dataset(samples, files=(*files, queries, folder / "qrels.tsv"))


def given_text(row: Row) -> Json:
    """A text to answer from."""
    return {"name": row.id(), "title": row.record.get("title") or None, "text": row.get("text", str)}


def _sample(row: Row, texts: dict[str, Row], judged: dict[str, int]) -> Sample:
    record = row.record
    answerable = bool(record.get("answerable", bool(record.get("answers"))))
    passage = record.get("passage") or max(judged, key=lambda name: judged[name], default=None)
    if passage not in texts:
        raise DataError(f"{row.place}: passage {passage!r} is not in the corpus; name one that is")
    return Sample(
        id=row.id(),
        task="read",
        type="answerable" if answerable else "unanswerable",
        lang=record.get("lang"),
        input={"question": row.get("text", str), "texts": [given_text(texts[passage])], "rank_sentences": True},
        gold={"answerable": answerable, "answers": record.get("answers") or []},
    )
