"""Digests to be asked for, and which articles a reader wants in them, together with which. Knows nothing of how."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from evals.errors import DataError
from evals.gold.store import GOLD
from evals.samples.pages import page_corpus
from evals.samples.rows import Row, read_rows, unique
from evals.samples.sample import Corpus, Dataset, Json, Sample
from evals.samples.seeds import seed_corpus

_ASKED = ("from", "to", "place", "paper", "document", "kind", "topic")


def seed_digests(folder: Path | None) -> Dataset:
    """The sample pages told together, and each page that holds several articles."""
    path, corpus = GOLD / "digests.jsonl", seed_corpus(folder)
    return Dataset(_samples(unique(read_rows(path)), corpus), {corpus.name: corpus}, (path,))


def digests(folder: Path) -> Dataset:
    """A folder of raw pages (``pages/*.txt``) with ``digests.jsonl`` in the format of our own gold."""
    path, corpus = folder / "digests.jsonl", page_corpus(folder)
    return Dataset(_samples(unique(read_rows(path)), corpus), {corpus.name: corpus}, (path,))


def _samples(rows: Iterable[Row], corpus: Corpus) -> tuple[Sample, ...]:
    texts = corpus.texts()
    samples = []
    for row in rows:
        request, items = row.get("request", dict), row.get("items", list)
        unknown = [name for name in request if name not in _ASKED]
        if unknown:
            raise DataError(f"{row.place}: request names {', '.join(unknown)}; it takes {', '.join(_ASKED)}")
        for item in items:
            _check(item, texts, row.place)
        gold: Json = {"items": items, "copies": row.record.get("copies") or []}
        kind = "filtered" if request else "everything"
        samples.append(Sample(row.id(), "digest", kind, None, {"request": request}, gold, corpus.name))
    return tuple(samples)


def _check(item: Json, texts: dict[str, str], place: str) -> None:
    """An item points at a character of its page, and where it brings a quote, at the quote."""
    name, at = item.get("file"), item.get("at")
    if name not in texts or not isinstance(at, int) or not 0 <= at < len(texts[name]) or not item.get("groups"):
        raise DataError(f"{place}: item {item.get('item')!r} needs a `file` of the pages, `at` in it, and `groups`")
    quote = item.get("quote", "")
    if not texts[name].startswith(quote, at):
        raise DataError(
            f"{place}: item {item.get('item')!r}: {texts[name][at : at + len(quote)]!r} at {at}, not {quote!r}"
        )
