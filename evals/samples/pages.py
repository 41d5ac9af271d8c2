"""Folders of raw pages: ``pages/*.txt`` with ``gold.jsonl``, and questions over them. Knows nothing of cutting."""

from __future__ import annotations

from pathlib import Path

from evals.errors import DataError
from evals.samples.rows import Row, digest, read_rows, unique
from evals.samples.sample import Corpus, Dataset, Json, Sample
from evals.samples.seeds import CORPUS, page_samples, question_sample, seed_corpus


def page_corpus(folder: Path) -> Corpus:
    """The pages of a folder.

    Raises:
        DataError: there are none.
    """
    files = tuple(sorted((folder / "pages").glob("*.txt")))
    if not files:
        raise DataError(f"{folder}: no pages/*.txt; --data names a folder of raw pages")
    return Corpus(folder.resolve().name, digest(files), files)


def pages(folder: Path) -> Dataset:
    """Every page of ``gold.jsonl`` with its cuts; the type is the page's style."""
    corpus, gold = page_corpus(folder), folder / "gold.jsonl"
    return Dataset(page_samples(read_rows(gold), corpus), {corpus.name: corpus}, (gold,))


def page_questions(source: Path) -> Dataset:
    """Questions over raw pages.

    Args:
        source: a folder of pages with ``queries.jsonl``, each with file, article and characters of the answer (the type
            is the page's style), or with ``questions.jsonl`` in the format of the gold over the sample pages, as
            `gazette answers gold` writes it; or a file of such questions over the sample pages.
    """
    if source.is_file():
        samples = tuple(question_sample(row, CORPUS) for row in unique(read_rows(source)))
        return Dataset(samples, {CORPUS: seed_corpus(None)}, (source,))
    questions = source / "questions.jsonl"
    if questions.is_file():
        corpus = page_corpus(source)
        marked = tuple(question_sample(row, corpus.name) for row in unique(read_rows(questions)))
        return Dataset(marked, {corpus.name: corpus}, (questions,))
    return _folder_questions(source)


def _folder_questions(folder: Path) -> Dataset:
    corpus, gold, queries = page_corpus(folder), folder / "gold.jsonl", folder / "queries.jsonl"
    articles = {item["article_id"]: item for row in read_rows(gold) for item in row.get("articles", list)}
    samples = tuple(_question(row, articles, corpus.name) for row in unique(read_rows(queries)))
    return Dataset(samples, {corpus.name: corpus}, (gold, queries))


def _question(row: Row, articles: dict[str, Json], corpus: str) -> Sample:
    record = row.record
    file, article = row.get("file", str), row.get("article_id", str)
    if article not in articles:
        raise DataError(f"{row.place}: article {article!r} is not in gold.jsonl; fix the name")
    start, end = row.get("answer_span", list)
    return Sample(
        id=row.id(),
        task="ask",
        type=str(record.get("page_style", "page")),
        lang=record.get("lang"),
        input={"question": row.get("text", str), "history": []},
        gold={
            "answerable": True,
            "answers": record.get("answers") or [],
            "support": [{"file": file, "start": start, "end": end}],
            "file": file,
            "article_spans": articles[article]["spans"],
        },
        corpus=corpus,
    )
