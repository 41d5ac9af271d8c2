"""Asking: the query with its limits, and what retrieval found for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.models.articles import Article, ArticleKind, Passage
from rag.models.copies import Copies
from rag.models.documents import DEFAULT_COLLECTION

Leg = Literal["dense", "lexical"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard limits on what may be found. Dates are ISO, inclusive; undated articles fall out of a date filter."""

    date_from: str | None = None
    date_to: str | None = None
    place: str | None = None
    paper: str | None = None
    document: str | None = None
    kind: ArticleKind | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is limited."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class SoftFilter:
    """A date or place the question names: articles published then, or from there, rank higher; none is left out.

    ``value``: first and last day, ``YYYY-MM-DD/YYYY-MM-DD`` (``MM-DD/MM-DD`` without a year), or the place.
    ``words``: as the question has it. ``effect``: for a person.
    """

    kind: Literal["date", "place"]
    value: str
    words: str
    effect: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Query:
    """The user's request. ``standalone`` is the question rewritten to need no history; without one it is ``text``."""

    text: str
    standalone: str
    filters: Filters = Filters()
    collection: str = DEFAULT_COLLECTION


@dataclass(frozen=True, slots=True)
class Hit:
    """One candidate of one retrieval leg or of their fusion. ``score``: higher is better; ``rank`` starts at 1."""

    passage_id: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where one leg put a passage: raw score (cosine or BM25) and rank."""

    leg: Leg
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stretch of an article that several pages hold together really stands.

    ``[start, end)`` of the whole article's text is the same characters from ``at`` on in ``article``, of ``document``.
    """

    start: int
    end: int
    article: Article
    at: int
    document: str
    document_text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a passage was put higher or lower than its words and meaning alone would: what was seen, what it adds.

    ``adds`` is in units of the score before it is scaled to [0, 1].
    """

    seen: str
    adds: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A ranked passage with the article and document it comes from; what a generator is shown.

    ``score`` is the fused score in [0, 1]; ``cosine`` the dense similarity (None when the dense leg did not return it).
    ``origins`` only where the article goes on in other documents: then they, in order, say what stands where.
    ``copies``: who else carries the article; None where nobody looked. ``raised``: what soft filters added to score.
    ``reranked``: the reranker's own score, where one is set and it read the passage. ``signs``: see ``Sign``.
    """

    passage: Passage
    article: Article
    document: str
    document_text: str
    score: float
    rank: int
    legs: tuple[LegScore, ...] = ()
    origins: tuple[Origin, ...] = ()
    copies: Copies | None = None
    raised: float = 0.0
    reranked: float | None = None
    signs: tuple[Sign, ...] = ()

    @property
    def cosine(self) -> float | None:
        """Dense similarity of passage and query, if the dense leg returned it."""
        return next((leg.score for leg in self.legs if leg.leg == "dense"), None)


@dataclass(frozen=True, slots=True)
class Weighing:
    """How meaning was weighed against words for one question.

    ``dense``: the blend's weight in [0, 1] where it is ``fixed``; else how many times its usual weight the cosine
    counted. ``crowding``: mean word score of the ten best as a share of the best, where that decided.
    ``agreement``: what passages that say the same beside the question's words gain at most, before scores are scaled; 0
    where words tell passages apart. ``held``: what holding all of the question's words adds, likewise; 0 where words
    hardly tell passages apart.
    """

    rule: str
    dense: float
    crowding: float | None = None
    agreement: float | None = None
    held: float | None = None


@dataclass(frozen=True, slots=True)
class Overlong:
    """A question of more ``tokens`` than the embedder reads: beyond ``limit`` it is searched by its words alone."""

    tokens: int
    limit: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """What retrieval found: evidence in rank order, legs that were missing, undated articles a date filter left out.

    ``overlong``: that the embedder did not read the question to its end.
    """

    evidence: tuple[Evidence, ...]
    degraded: tuple[Leg, ...] = ()
    undated_left_out: int = 0
    soft_filters: tuple[SoftFilter, ...] = ()
    weighing: Weighing | None = None
    overlong: Overlong | None = None
