"""The seams. One to three methods each, array shapes in the docstrings; every seam has a fake in ``tests/fakes.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, runtime_checkable

from rag.models import Article, Draft, Evidence, Fault, Hit, Query, Rewriting, SummaryStyle, Turn, Verdict

# Only types name it: who only looks into the ledger need not load it.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

A = TypeVar("A")
B = TypeVar("B")

Vectors: TypeAlias = "NDArray[np.float32]"
"""``(n, dim)`` float32, every row of unit length."""


class Embedder(Protocol):
    """Turns text into unit vectors. ``fingerprint`` names the weights, not the precision they run in."""

    @property
    def fingerprint(self) -> str:
        """Names the weights."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, special tokens and prefix included; longer input is cut: who embeds it says so."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, ``(len(texts), dim)``."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, ``(len(texts), dim)``."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prefix and special tokens included."""
        ...

    def count_question_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a question, prefix and special tokens included."""
        ...


class SearchedVectors(Protocol):
    """Vectors by passage id, as far as a search needs them."""

    def search(self, vector: NDArray[np.float32], k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The ``k`` nearest of the allowed passages (all when None), best first; ``score`` is the cosine."""
        ...

    def rows(self, passage_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """The stored vectors of those passages that have one, each ``(dim,)``, by passage id."""
        ...


class ReadVectors(SearchedVectors, Protocol):
    """Vectors that are worth keeping once they were read."""

    def few(self) -> int:
        """How many passages are sooner read and multiplied by who keeps them than searched among."""
        ...


class VectorIndex(ReadVectors, Protocol):
    """Vectors by passage id. Holds no text. Rebuildable from the ledger."""

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace; row ``i`` belongs to ``passage_ids[i]``."""
        ...

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove; unknown ids are ignored."""
        ...

    def ids(self) -> set[str]:
        """Every id that is indexed."""
        ...


class StoredVectors(VectorIndex, Protocol):
    """A vector index that gives its vectors back, so that it can be written anew without the embedder."""

    def count(self) -> int:
        """How many ids are indexed."""
        ...

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        """Which of these are indexed."""
        ...

    def rows(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """The stored vectors of those of these that are held, each ``(dim,)``, by id."""
        ...

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """The stored vectors, ``(len(passage_ids), dim)``, row ``i`` of ``passage_ids[i]``; all must be held."""
        ...


class LexicalIndex(Protocol):
    """Terms by passage id. Holds no text. Rebuildable from the ledger."""

    def upsert(self, passages: Mapping[str, str]) -> None:
        """Index passage texts by id; visible when this returns."""
        ...

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove; unknown ids are ignored."""
        ...

    def search(self, text: str, k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The ``k`` best of the allowed passages (all when None) by BM25, best first."""
        ...

    def rarity(self, text: str) -> Mapping[str, float]:
        """The distinct terms of a text, each with its inverse document frequency (BM25's, natural logarithm)."""
        ...

    def ids(self) -> set[str]:
        """Every id that is indexed."""
        ...

    def count(self) -> int:
        """How many ids are indexed."""
        ...

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        """Which of these are indexed."""
        ...


class Reranker(Protocol):
    """Scores passages against a query, higher is better; one float a text."""

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A span ``[start, end)`` of a text, in code points, that may answer a question.

    ``score`` is the log of how much likelier it is than that the text does not answer: 0 is as likely as not.
    """

    start: int
    end: int
    score: float


class Reader(Protocol):
    """Finds answers in texts by meaning. The answerer works without one, by its rules alone."""

    def read(self, question: str, texts: Sequence[str]) -> list[list[Reading]]:
        """For each text its likeliest answers, best first, none overlapping another; empty for a blank text."""
        ...


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What a summary may be: which article, how long (characters, markers not counted), in which style."""

    article: Article
    document: str
    max_chars: int
    style: SummaryStyle


class Generator(Protocol):
    """Writes drafts. The only asynchronous seam: a remote model streams and can be cancelled."""

    @property
    def model(self) -> str:
        """The name shown in replies: ``extractive`` or a LiteLLM id."""
        ...

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """Draft an answer from the evidence, or decline."""
        ...

    async def summarise(self, request: SummaryRequest) -> Draft:
        """Draft a summary of one article."""
        ...


@runtime_checkable
class StreamingGenerator(Protocol):
    """A generator that can also give its claims one by one, each as soon as it is whole."""

    def stream_answer(self, query: Query, evidence: Sequence[Evidence]) -> AsyncIterator[Draft]:
        """Drafts of one claim each, then a last draft without claims that carries usage (and abstention, if any)."""
        ...


@runtime_checkable
class RewritingGenerator(Protocol):
    """A generator that can also make a follow-up question stand alone."""

    async def rewrite(self, question: str, history: Sequence[Turn]) -> Rewriting:
        """The question without pronouns and ellipsis; as it is where the topic changed."""
        ...


@runtime_checkable
class RevisingGenerator(Protocol):
    """A generator that can be told which of its claims failed, and why."""

    async def revise(self, query: Query, evidence: Sequence[Evidence], faults: Sequence[Fault]) -> Draft:
        """Draft only the failed claims once more; those that cannot be supported are left out."""
        ...


@runtime_checkable
class OpeningGenerator(Protocol):
    """A generator that can also write the paragraph that a digest opens with."""

    async def opening(self, evidence: Sequence[Evidence], max_chars: int) -> Draft:
        """Draft it from the reports given, the most newsworthy first, in at most ``max_chars`` characters."""
        ...


class Verifier(Protocol):
    """Judges one claim against texts it may rest on; ``quotes`` of the verdict index into ``evidence``."""

    def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
        """Verdict, reason and quotes for one claim."""
        ...


class Engine(Protocol):
    """Where work is done: in this process, or spread over others. What it is given must be able to travel (pickle)."""

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """``work`` of every item, in the order of the items, which are taken as needed: few are in flight at a time.

        Work that dies with its process is done again elsewhere, so it must be repeatable.
        """
        ...

    def close(self) -> None:
        """Let go of whatever was started."""
        ...


class Spread(Protocol):
    """Other processes that do work, several items at a time. What they are given must be able to travel (pickle)."""

    @property
    def size(self) -> int:
        """Items done at a time."""
        ...

    def submit(self, work: Callable[[A], B], item: A) -> Future[B]:
        """``work`` of one item, some time; fails with whatever the work raised, or because its process died."""
        ...


class Signer(Protocol):
    """Says which articles may be copies of each other, without comparing them."""

    def keys(self, article: Article) -> tuple[int, ...]:
        """Keys in [0, 2**63); copies share one, as a rule. None for an article that is never looked for."""
        ...


class Progress(Protocol):
    """Told how far a long job is. ``total`` None while unknown."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """``done`` of ``total`` in ``stage``."""
        ...
