"""A large collection for the service to be asked over: made once in a folder, then used again.

Either made up: the ledger, the passages and the terms are real, the vectors drawn at random (see
``tests.bench.scale``), under the built-in model's name, so that the service opens the folder as its own and embeds
questions and uploads with the real model; random vectors are the worst case for the graph that is searched. Or of the
texts and questions of a folder of data sets, embedded with the real model, with made-up ones up to the number wished.
Knows nothing of HTTP.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

from rag.adapters.rensa import RensaSigner
from rag.build import build_pipeline, open_terms, open_vectors, terms_folder, vectors_folder
from rag.chunk import Chunker
from rag.duplicates import signed_hashes
from rag.index import Index
from rag.intake import Intake
from rag.ledger import Ledger
from rag.ledgers import ledger_url
from rag.pages import segment
from rag.protocols import Embedder
from rag.revisions import cutter_revision
from rag.settings import Settings
from tests.bench.scale import RandomEmbedder, sentences, write_articles
from tests.bench.search import single_threaded


class NamedRandomEmbedder(RandomEmbedder):
    """Random vectors under the name of a real model, counted in its tokens."""

    def __init__(self, real: Embedder) -> None:
        self.fingerprint, self.dim, self.max_tokens = real.fingerprint, real.dim, real.max_tokens
        self._real = real

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the real model counts."""
        return self._real.count_tokens(texts)


def made(folder: Path, articles: int) -> Path:
    """A data folder that holds so many articles of one passage or two; made where it is not there yet.

    Args:
        folder: kept between runs; one folder inside it for each number of articles.
        articles: how many.
    """
    store = folder / f"store-{articles}"
    finished = store / "made"
    if not finished.exists():
        store.mkdir(parents=True, exist_ok=True)
        write_articles(folder / f"articles-{articles}.jsonl", sentences(None), articles)
        _ingest(Settings(store={"path": store}), folder / f"articles-{articles}.jsonl")
        finished.touch()
    return store


def made_of(data: Path, folder: Path, articles: int) -> Path:
    """A data folder of the texts of ``data``, filled up with made-up articles; nothing in it is made up but those.

    Args:
        data: has a folder for each data set, with its ``corpus.jsonl`` or ``corpus.jsonl.gz``.
        folder: kept between runs.
        articles: how many there are in all.
    """
    store = folder / f"real-{articles}"
    finished = store / "made"
    if not finished.exists():
        corpora = sorted(data.glob("*/corpus.jsonl*"))
        with closing(build_pipeline(Settings(store={"path": store}))) as pipeline:
            held = asyncio.run(pipeline.ingest(corpora)).articles
            filling = folder / "filling.jsonl"
            write_articles(filling, sentences(None), max(articles - held, 0))
            asyncio.run(pipeline.ingest([filling]))
        finished.touch()
    return store


def _ingest(settings: Settings, source: Path) -> None:
    real = single_threaded(settings)
    chunker = Chunker(real.count_tokens, settings.chunk.max_chars, min(settings.chunk.max_tokens, real.max_tokens))
    ledger = Ledger.open(ledger_url(settings), RensaSigner(signed_hashes))
    vectors = open_vectors(settings, vectors_folder(settings), settings.store.collection)
    terms = open_terms(terms_folder(settings))
    try:
        embedder = NamedRandomEmbedder(real)
        revision = cutter_revision()
        index = Index(ledger, vectors, terms, embedder, chunker, segment, settings.store.collection, revision=revision)
        intake = Intake([source], settings.store.collection, 50_000_000)
        report = index.ingest(intake.documents(intake.walk()))
        if report.failed:
            raise SystemExit(f"the collection could not be made: {report.failed[0].error}")
    finally:
        vectors.close()
        terms.close()
        ledger.close()


def questions(count: int, seed: int) -> list[str]:
    """Different questions in the words of the articles, none asked twice."""
    chance, known = random.Random(seed), sentences(None)
    asked = dict[str, None]()
    while len(asked) < count:
        one, other = chance.choice(known), chance.choice(known)
        at = chance.randrange(max(len(one) - 12, 1))
        asked[one[at : at + 12] + other[:8]] = None
    return list(asked)


def asked_of(data: Path, seed: int) -> Iterator[str]:
    """The data sets' questions, each once, in a random order; afterwards two at a time, without end."""
    chance = random.Random(seed)
    # Those of a set in the other script are the same questions.
    files = [path for path in sorted(data.glob("*/queries.jsonl")) if not path.parent.name.endswith("-cross")]
    texts = list(dict.fromkeys(json.loads(line)["text"] for path in files for line in path.open(encoding="utf-8")))
    chance.shuffle(texts)
    yield from texts
    while True:
        yield " ".join(chance.sample(texts, 2))


def records(seed: int) -> Iterator[dict[str, str]]:
    """New articles without end, for uploads."""
    chance, known = random.Random(seed), sentences(None)
    for number in count():
        text = "".join([f"第{seed}批第{number}号消息。", *chance.choices(known, k=8)])
        yield {"_id": f"u{seed}-{number}", "title": text[-18:-2], "text": text}
