"""The gold over the sample pages as samples: questions, claims, nuggets, cuts. Knows nothing of other data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from evals.errors import DataError
from evals.gold.store import GOLD, SEEDS
from evals.samples.rows import Row, digest, read_rows, unique
from evals.samples.sample import Corpus, Dataset, Json, Sample

CORPUS = "seeds"


def seed_corpus(folder: Path | None) -> Corpus:
    """The sample pages.

    Args:
        folder: where they are; None for the checkout's own.

    Raises:
        DataError: no page is there.
    """
    folder = folder or SEEDS
    files = tuple(sorted(folder.glob("*.txt")))
    if not files:
        raise DataError(f"{folder}: no sample page (*.txt); the package does not bring them, give --data FOLDER")
    return Corpus(CORPUS, digest(files), files)


def seed_questions(folder: Path | None) -> Dataset:
    """Every question, asked over the five pages; follow-ups with their history."""
    path = GOLD / "questions.jsonl"
    samples = tuple(question_sample(row, CORPUS) for row in unique(read_rows(path)))
    return Dataset(samples, {CORPUS: seed_corpus(folder)}, (path,))


def question_sample(row: Row, corpus: str) -> Sample:
    """One question in the format of the seed gold."""
    record = row.record
    kept = ("answerable", "answers", "variants", "must", "must_not", "support", "derived", "conflict", "reason")
    return Sample(
        id=row.id(),
        task="ask",
        type=row.get("type", str),
        lang=record.get("lang"),
        input={"question": row.get("question", str), "history": turns(record.get("history") or (), row.place)},
        gold={name: record[name] for name in kept if name in record},
        corpus=corpus,
        tags={"split": record["split"]} if "split" in record else {},
    )


def turns(history: Sequence[Json], place: str) -> list[Json]:
    """Pairs ``{question, answer}`` as turns ``{role, content}``; turns stay as they are.

    Raises:
        DataError: an entry is neither.
    """
    found: list[Json] = []
    for entry in history:
        if "role" in entry and "content" in entry:
            found.append({"role": entry["role"], "content": entry["content"]})
        elif "question" in entry and "answer" in entry:
            found.append({"role": "user", "content": entry["question"]})
            found.append({"role": "assistant", "content": entry["answer"]})
        else:
            raise DataError(f"{place}: history entry {entry}; wanted question and answer, or role and content")
    return found


def seed_conversation(folder: Path | None) -> Dataset:
    """Every follow-up twice: with its history, and as the question a reader would have written without one.

    The difference between the two types is what the rewriting of follow-ups loses.
    """
    path = GOLD / "questions.jsonl"
    samples: list[Sample] = []
    for row in unique(read_rows(path)):
        if row.record.get("type") != "follow_up":
            continue
        sample = question_sample(row, CORPUS)
        alone: Json = {"question": row.get("standalone_question", str), "history": []}
        samples.append(sample)
        samples.append(
            Sample(f"{sample.id}-alone", "ask", "standalone", sample.lang, alone, sample.gold, CORPUS, sample.tags)
        )
    return Dataset(tuple(samples), {CORPUS: seed_corpus(folder)}, (path,))


def seed_nuggets(folder: Path | None) -> Dataset:
    """Every piece that has nuggets, to be summarised; gold: the nuggets, vital or not, and the headline."""
    pages, path = GOLD / "pages.jsonl", GOLD / "nuggets.jsonl"
    pieces = {
        item["article_id"]: (row.record["file"], item) for row in read_rows(pages) for item in row.get("articles", list)
    }
    nuggets: dict[str, list[Json]] = {}
    for row in unique(read_rows(path)):
        article = row.get("article", str)
        if article not in pieces:
            raise DataError(f"{row.place}: article {article!r} is not in {pages.name}; fix the name")
        kept = {"id": row.id(), "nugget": row.get("nugget", str), "must": row.get("must", list)}
        nuggets.setdefault(article, []).append(kept | {"vital": row.get("vital", bool)})
    samples = tuple(
        Sample(
            id=article,
            task="summarise",
            type=item["kind"],
            lang=None,
            input={"document": file, "spans": item["spans"], "max_chars": None, "style": "brief"},
            gold={"nuggets": nuggets[article], "title": item["title"]},
            corpus=CORPUS,
            tags={"split": item["split"]},
        )
        for article, (file, item) in pieces.items()
        if article in nuggets
    )
    return Dataset(samples, {CORPUS: seed_corpus(folder)}, (pages, path))


def seed_pages(folder: Path | None) -> Dataset:
    """Every sample page with its cuts."""
    path = GOLD / "pages.jsonl"
    corpus = seed_corpus(folder)
    return Dataset(page_samples(read_rows(path), corpus), {CORPUS: corpus}, (path,))


def page_samples(rows: Iterable[Row], corpus: Corpus) -> tuple[Sample, ...]:
    """One sample a page.

    Args:
        rows: rows with ``file`` and ``articles``.
        corpus: holds the pages' texts.
    """
    files = {path.name: path for path in corpus.files}
    samples = []
    for row in rows:
        name = row.get("file", str)
        if name not in files:
            raise DataError(f"{row.place}: no page {name!r} beside the gold; the folder is incomplete")
        gold = {"articles": row.get("articles", list)}
        style = str(row.record.get("style", "page"))
        samples.append(Sample(name, "segment", style, None, {"path": str(files[name])}, gold))
    return tuple(samples)
