"""Retrieval folders: ``corpus.jsonl[.gz]`` or ``corpus.list``, ``queries.jsonl``, ``qrels.tsv``.

Altered passages (``counterfactual``) are left out of the corpus. Knows nothing of rankings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.errors import DataError
from evals.samples.rows import Row, digest, read_qrels, read_rows, unique
from evals.samples.sample import Corpus, Dataset, Json, Sample

KEPT_FIELDS = ("title", "text", "date", "published", "place", "paper", "page")


def retrieval(source: Path) -> Dataset:
    """Queries to be searched for, with graded judgements.

    Args:
        source: the folder; or a file of queries in it, whose name says which qrels go with it
            (``queries_hard.jsonl``, ``qrels_hard.tsv``).
    """
    folder = source if source.is_dir() else source.parent
    queries = folder / "queries.jsonl" if source.is_dir() else source
    qrels = folder / queries.name.replace("queries", "qrels").replace(".jsonl", ".tsv")
    corpus, files = read_corpus(folder)
    judged = read_qrels(qrels)
    samples = tuple(
        Sample(
            id=row.id(),
            task="search",
            type=str(row.record.get("task") or row.record.get("set") or row.record.get("lang") or "query"),
            lang=row.record.get("lang"),
            input={"question": row.get("text", str)},
            gold={"qrels": judged[row.id()], "answers": row.record.get("answers", [])},
            corpus=corpus.name,
        )
        for row in unique(read_rows(queries))
        if any(grade > 0 for grade in judged.get(row.id(), {}).values())
    )
    if not samples:
        raise DataError(f"{queries}: no query has a relevant document in {qrels.name}; the ids must be the same")
    _check(samples, corpus, qrels)
    return Dataset(samples, {corpus.name: corpus}, (*files, queries, qrels))


def read_corpus(folder: Path) -> tuple[Corpus, tuple[Path, ...]]:
    """The corpus of a folder, and the files it came from; a folder of raw pages is one too.

    Raises:
        DataError: there is none, or an id stands twice.
    """
    raw = tuple(sorted((folder / "pages").glob("*.txt")))
    if raw and not any(folder.glob("corpus.*")):
        return Corpus(folder.resolve().name, digest(raw), raw), raw
    files = corpus_files(folder)
    rows = unique(row for path in files for row in read_rows(path) if not row.record.get("counterfactual"))
    return Corpus(folder.resolve().name, digest(files), records=tuple(_record(row) for row in rows)), files


def corpus_files(folder: Path) -> tuple[Path, ...]:
    """The corpus files: the one in the folder, or those its ``corpus.list`` names, relative to it.

    Raises:
        DataError: there is none.
    """
    listed = folder / "corpus.list"
    if listed.is_file():
        return tuple(folder / line.strip() for line in listed.read_text("utf-8").splitlines() if line.strip())
    for name in ("corpus.jsonl", "corpus.jsonl.gz"):
        if (folder / name).is_file():
            return (folder / name,)
    raise DataError(f"{folder}: no corpus.jsonl, corpus.jsonl.gz or corpus.list; --data names a retrieval folder")


def _record(row: Row) -> Json:
    text = row.get("text", str)
    if not text.strip():
        raise DataError(f"{row.place}: text is empty; leave the row out")
    fields = {name: row.record[name] for name in KEPT_FIELDS if row.record.get(name)}
    return {"_id": row.id(), **fields, "text": text}


def _check(samples: Sequence[Sample], corpus: Corpus, qrels: Path) -> None:
    known = {record["_id"] for record in corpus.records} | {path.name for path in corpus.files}
    for sample in samples:
        lost = [name for name, grade in sample.gold["qrels"].items() if grade > 0 and name not in known]
        if lost:
            raise DataError(f"{qrels}: {sample.id} names {lost[0]!r}, which the corpus does not hold; fix the qrels")
