"""Questions asked over a whole corpus of records: answerable ones, and ones that no document answers.

Knows nothing of rankings.
"""

from __future__ import annotations

from pathlib import Path

from evals.samples.retrieval import read_corpus
from evals.samples.rows import Row, read_qrels, read_rows, unique
from evals.samples.sample import Dataset, Json, Sample


def corpus_questions(folder: Path) -> Dataset:
    """Every query with answers, and every row of ``unanswerable.jsonl`` where there is one.

    Args:
        folder: a retrieval folder. Where its qrels name the documents that hold the answer, a citation of any of them
            counts as support.
    """
    corpus, files = read_corpus(folder)
    queries, unanswerable, qrels = folder / "queries.jsonl", folder / "unanswerable.jsonl", folder / "qrels.tsv"
    judged = read_qrels(qrels)
    texts = corpus.texts()
    samples = [
        _sample(row, corpus.name, {"answers": row.record["answers"], **_support(judged.get(row.id(), {}), texts)})
        for row in unique(read_rows(queries))
        if row.record.get("answers")
    ]
    read = [*files, queries, qrels]
    if unanswerable.is_file():
        read.append(unanswerable)
        samples += [_sample(row, corpus.name, {"answerable": False}) for row in unique(read_rows(unanswerable))]
    return Dataset(tuple(samples), {corpus.name: corpus}, tuple(read))


def _sample(row: Row, corpus: str, gold: Json) -> Sample:
    answerable = bool(gold.get("answerable", True))
    return Sample(
        id=row.id(),
        task="ask",
        type="answerable" if answerable else "unanswerable",
        lang=row.record.get("lang"),
        input={"question": row.get("text", str), "history": []},
        gold={"answerable": answerable, **gold},
        corpus=corpus,
    )


def _support(judged: dict[str, int], texts: dict[str, str]) -> Json:
    """Whole documents, any of which supports the answer."""
    named = [name for name, grade in judged.items() if grade > 0 and name in texts]
    return {"support_any": [{"file": name, "start": 0, "end": len(texts[name])} for name in named]}
