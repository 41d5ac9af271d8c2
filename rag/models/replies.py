"""Answering: unverified drafts on one side, verified replies on the other, and what lies between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.mapping import Span
from rag.models.articles import ArticleKind
from rag.models.copies import Copies
from rag.models.queries import Leg, Overlong, SoftFilter

VerdictLabel = Literal["supported", "partial", "unsupported"]
AbstentionCode = Literal["no_evidence", "not_stated", "out_of_period", "other_place", "continuation"]
SummaryStyle = Literal["headline", "brief", "bullets"]


@dataclass(frozen=True, slots=True)
class Pointer:
    """An unchecked pointer: ``evidence`` is an index into the evidence shown, ``quote`` what it claims to copy."""

    evidence: int
    quote: str


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One unchecked statement. ``answer`` is the part of ``text`` that answers the question, if the generator knows.

    ``support`` in [0, 1] says how surely it answers, where the generator says so.
    """

    text: str
    pointers: tuple[Pointer, ...]
    answer: str | None = None
    support: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        """What both cost together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A question made to need no conversation, and what that cost."""

    question: str
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Draft:
    """A generator's unverified reply. No claims and an ``abstention`` code mean the generator declined.

    ``prompt`` is the prompt it was written to, ``name@version``; None where there is none.
    """

    claims: tuple[DraftClaim, ...]
    model: str
    abstention: AbstentionCode | None = None
    usage: Usage = Usage()
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A drafted claim that may not be shown, and why, in words for a person or for the model that wrote it."""

    claim: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A located quote: ``[start, end)`` into the text of ``evidence`` (index into the evidence given)."""

    evidence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking one claim against its evidence found. ``reason`` is for a person; None when supported."""

    label: VerdictLabel
    reason: str | None
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer that was checked: ``document_text`` at ``source_spans``, joined, equals ``quote``.

    ``copies``: who else carries the article; None where nobody looked.
    """

    marker: int
    document: str
    document_id: str
    article_id: str
    title: str | None
    published: str | None
    place: str | None
    quote: str
    source_spans: tuple[Span, ...]
    score: float
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One verified statement. ``[start, end)`` and ``answer_span`` point into the reply's text."""

    text: str
    start: int
    end: int
    verdict: VerdictLabel
    reason: str | None
    citations: tuple[int, ...]
    answer_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims (indices) whose sources disagree, and about what."""

    claims: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Abstention:
    """A reply that declines: why, in words for a person, and the nearest evidence. A value, never an exception."""

    code: AbstentionCode
    message: str
    nearest: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified reply to one query: either ``answer`` with claims and citations, or an ``abstention``.

    ``confidence`` in [0, 1] is the least support among the claims drafted; None where the generator says nothing of it.
    """

    id: str
    question: str
    standalone_question: str
    answer: str | None
    abstention: Abstention | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    model: str
    conflicts: tuple[Conflict, ...] = ()
    dropped: tuple[str, ...] = ()
    usage: Usage = Usage()
    timings_ms: dict[str, int] = field(default_factory=dict)
    corpus: str = ""
    degraded: tuple[Leg, ...] = ()
    undated_left_out: int = 0
    soft_filters: tuple[SoftFilter, ...] = ()
    overlong: Overlong | None = None
    confidence: float | None = None

    @property
    def abstained(self) -> bool:
        """Whether the reply declines."""
        return self.abstention is not None


@dataclass(frozen=True, slots=True)
class Summary:
    """A verified summary of one article; ``summary`` is plain text without markers, None when it abstains.

    ``summarised_with``: the article (id) whose summary covers this piece, which goes on from it on another page.
    """

    article_id: str
    document: str
    kind: ArticleKind
    title: str | None
    style: SummaryStyle
    summary: str | None
    abstention: Abstention | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    model: str
    dropped: tuple[str, ...] = ()
    usage: Usage = Usage()
    summarised_with: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking somebody's text found: every claim with its verdict; claims' spans point into ``text``."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
