"""Stand-ins for the seams: small, deterministic, in memory. What holds for them must hold for the real ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import log
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailableError, StoreError
from rag.mapping import MappedText
from rag.models import Article, Document, Hit, Part, SourceMetadata
from rag.protocols import Reading, Vectors


def bigrams(text: str) -> list[str]:
    """Neighbouring characters, white space apart; the character itself where there is only one."""
    letters = "".join(text.split())
    return [letters[at : at + 2] for at in range(max(len(letters) - 1, min(len(letters), 1)))]


class HashingEmbedder:
    """Character bigrams hashed into ``dim`` buckets; unit rows. Texts that share bigrams are near each other."""

    max_tokens = 512

    def __init__(self, dim: int = 64, fingerprint: str = "hashing-bigrams") -> None:
        self.dim = dim
        self.fingerprint = fingerprint
        self.embedded = 0
        self.largest_batch = 0
        self.fails = False

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if self.fails:
            raise ModelUnavailableError("the hashing embedder was told to fail")
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        self.largest_batch = max(self.largest_batch, len(texts))
        return self.embed_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 2 for text in texts]

    def count_question_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 2 for text in texts]

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dim, dtype=np.float32)
        vector[0] = 1e-3  # no text is a zero vector
        for bigram in bigrams(text):
            vector[crc32(bigram.encode("utf-8", "surrogatepass")) % self.dim] += 1
        return (vector / np.linalg.norm(vector)).astype(np.float32)


class MemoryVectorIndex:
    """Exact search over a dictionary of vectors."""

    def __init__(self) -> None:
        self.vectors: dict[str, NDArray[np.float32]] = {}
        self.fails = False

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        self._check()
        self.vectors.update(zip(passage_ids, vectors, strict=True))

    def delete(self, passage_ids: Sequence[str]) -> None:
        self._check()
        for passage_id in passage_ids:
            self.vectors.pop(passage_id, None)

    def search(self, vector: NDArray[np.float32], k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        self._check()
        return _best({name: float(known @ vector) for name, known in self.vectors.items()}, k, allowed)

    def ids(self) -> set[str]:
        self._check()
        return set(self.vectors)

    def count(self) -> int:
        self._check()
        return len(self.vectors)

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        self._check()
        return set(passage_ids) & set(self.vectors)

    def rows(self, passage_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        self._check()
        return {name: self.vectors[name] for name in passage_ids if name in self.vectors}

    def few(self) -> int:
        return 0

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        self._check()
        return np.stack([self.vectors[name] for name in passage_ids])

    def _check(self) -> None:
        if self.fails:
            raise StoreError("the memory vector index was told to fail")


class MemoryLexicalIndex:
    """Sums the rarity of shared terms, over a dictionary of term sets."""

    def __init__(self, terms: Callable[[str], list[str]] = bigrams) -> None:
        self.passages: dict[str, set[str]] = {}
        self.fails = False
        self._terms = terms

    def upsert(self, passages: Mapping[str, str]) -> None:
        self._check()
        self.passages.update({name: set(self._terms(text)) for name, text in passages.items()})

    def delete(self, passage_ids: Sequence[str]) -> None:
        self._check()
        for passage_id in passage_ids:
            self.passages.pop(passage_id, None)

    def search(self, text: str, k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        self._check()
        wanted = set(self._terms(text))
        scores: dict[str, float] = {}
        for term in wanted:
            holders = [name for name, held in self.passages.items() if term in held]
            for name in holders:
                scores[name] = scores.get(name, 0.0) + log(1 + len(self.passages) / len(holders))
        return _best(scores, k, allowed)

    def rarity(self, text: str) -> dict[str, float]:
        self._check()
        counts = {term: sum(term in held for held in self.passages.values()) for term in self._terms(text)}
        return {term: log(1 + (len(self.passages) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}

    def ids(self) -> set[str]:
        self._check()
        return set(self.passages)

    def count(self) -> int:
        self._check()
        return len(self.passages)

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        self._check()
        return set(passage_ids) & set(self.passages)

    def _check(self) -> None:
        if self.fails:
            raise StoreError("the memory lexical index was told to fail")


def _best(scores: Mapping[str, float], k: int, allowed: Collection[str] | None) -> list[Hit]:
    kept = [(-score, name) for name, score in scores.items() if allowed is None or name in allowed]
    return [Hit(name, -score, rank) for rank, (score, name) in enumerate(sorted(kept)[:k], 1)]


def make_document(
    text: str, *, name: str = "a.txt", source: str | None = None, collection: str = "default", **metadata: str
) -> Document:
    """A document as a reader would give it."""
    return Document.from_bytes(
        text.encode("utf-8", "surrogatepass"),
        text,
        document=name,
        source=source or f"/in/{name}",
        media_type="text/plain",
        collection=collection,
        metadata=SourceMetadata(**metadata),
    )


def one_line_one_article(document: Document) -> tuple[Article, ...]:
    """The simplest segmenter: every line is an article; ``~`` marks furniture, ``=`` a repetition of the first."""
    articles: list[Article] = []
    at = 0
    for line in document.text.splitlines(keepends=True):
        body = line.rstrip("\n")
        if body:
            articles.append(_line_article(document, at, body, articles[0].article_id if articles else None))
        at += len(line)
    return tuple(articles)


def _line_article(document: Document, start: int, body: str, first: str | None) -> Article:
    metadata = document.metadata
    return Article(
        Article.identify(document.document_id, start),
        document.document_id,
        "furniture" if body.startswith("~") else "article",
        MappedText.from_pieces(document.text, [[(start, start + len(body))]]),
        (Part("body", 0, len(body)),),
        title=metadata.title,
        place=metadata.place,
        published=metadata.published,
        paper=metadata.paper,
        page=metadata.page,
        duplicate_of=first if body.startswith("=") else None,
    )


class PhraseReader:
    """Finds given phrases with given scores wherever a text holds them; keeps what it was shown."""

    def __init__(self, phrases: Mapping[str, float]) -> None:
        self.phrases = phrases
        self.shown: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[list[Reading]]:
        self.shown += texts
        return [self._in(text) for text in texts]

    def _in(self, text: str) -> list[Reading]:
        held = [(phrase, score) for phrase, score in self.phrases.items() if phrase in text]
        found = [Reading(text.index(phrase), text.index(phrase) + len(phrase), score) for phrase, score in held]
        return sorted(found, key=lambda one: -one.score)
