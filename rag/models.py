"""The frozen types every stage shares. Plain data: no I/O, no third-party types, no behaviour beyond reading themselves.

Flow: Document → Article → Passage → (Query) → Evidence → Draft → Answer | Abstention. A ``Draft`` is unverified and an
``Answer`` is verified; they are different types, so an unchecked draft cannot leave by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from rag.mapping import MappedText, Span

ArticleKind = Literal["article", "photo_caption", "continuation", "furniture"]
PartRole = Literal[
    "kicker", "headline", "subtitle", "column_label", "byline", "dateline", "subhead", "body", "credit", "marks"
]
VerdictLabel = Literal["supported", "partial", "unsupported"]
AbstentionCode = Literal["no_evidence", "not_stated", "out_of_period", "other_place"]
SummaryStyle = Literal["headline", "brief", "bullets"]
Leg = Literal["dense", "lexical"]

DEFAULT_COLLECTION = "default"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


# --- what was received ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceMetadata:
    """What the sender said about a source; a page rarely prints its year. All optional.

    ``published`` is ISO ``YYYY-MM-DD``, or ``MM-DD`` where the year is unknown.
    """

    title: str | None = None
    paper: str | None = None
    published: str | None = None
    page: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source as received: a file or one JSONL record.

    ``text`` is what spans index (see design: decoded file, record text, or the text an HTML/PDF reader extracted).
    ``document`` is the name shown; ``source`` is where it came from (path, ``file#record``, upload name).
    ``is_record``: a JSONL record is one article and is never cut further.
    """

    document_id: str
    document: str
    source: str
    collection: str
    text: str
    media_type: str
    metadata: SourceMetadata = SourceMetadata()
    is_record: bool = False

    @classmethod
    def from_bytes(
        cls,
        content: bytes,
        text: str,
        *,
        document: str,
        source: str,
        media_type: str,
        collection: str = DEFAULT_COLLECTION,
        metadata: SourceMetadata = SourceMetadata(),
        is_record: bool = False,
    ) -> Document:
        """Name the document by its collection and bytes: the same bytes twice are one document."""
        digest = sha256(collection.encode() + b"\0" + content).hexdigest()[:16]
        return cls(f"doc_{digest}", document, source, collection, text, media_type, metadata, is_record)


# --- what a page holds ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Byline:
    """One name with its role as printed: 记者, 首席记者, 通讯员, 摄影, 作者单位 …; ``role`` None where none is printed."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article's clean text, ``[start, end)``, and what it is. Parts are in order and do not overlap."""

    role: PartRole
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One piece of a page: an article, a photo caption, a continuation, or furniture.

    ``mapped`` covers the whole piece (headline, kicker, byline, body) in reading order; its unmapped characters are
    exactly the line breaks between stretches. ``confidence`` is in [0, 1]; ``doubts`` says why a join is doubtful.
    """

    article_id: str
    document_id: str
    kind: ArticleKind
    mapped: MappedText
    parts: tuple[Part, ...]
    title: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    column_label: str | None = None
    bylines: tuple[Byline, ...] = ()
    dateline: str | None = None
    place: str | None = None
    published: str | None = None
    paper: str | None = None
    page: str | None = None
    duplicate_of: str | None = None
    continues: str | None = None
    confidence: float = 1.0
    doubts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Clean reading text in reading order."""
        return self.mapped.text

    @property
    def source_spans(self) -> tuple[Span, ...]:
        """Where the whole piece stands in the document as received."""
        return self.mapped.source_spans

    @property
    def body_spans(self) -> tuple[Span, ...]:
        """Clean-text spans of the body paragraphs (subheads and credits left out), in reading order."""
        return tuple((part.start, part.end) for part in self.parts if part.role == "body")

    @staticmethod
    def identify(document_id: str, first_position: int) -> str:
        """Article id from the document's bytes and the piece's lowest source position; never from time or order."""
        return f"art_{_digest(document_id, str(first_position))}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous slice of one article's text: ``text == article.text[start:end]``. The unit of retrieval."""

    passage_id: str
    article_id: str
    document_id: str
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, article: Article, start: int, end: int) -> Passage:
        """The slice ``[start, end)`` of an article."""
        passage_id = f"psg_{_digest(article.article_id, str(start), str(end))}"
        return cls(passage_id, article.article_id, article.document_id, start, end, article.text[start:end])


# --- asking --------------------------------------------------------------------------------------------------------


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
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Query:
    """The user's request. ``standalone`` is the question rewritten to need no history; equal to ``text`` without one."""

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
class Evidence:
    """A ranked passage with the article and document it comes from; what a generator is shown.

    ``score`` is the fused score in [0, 1]; ``cosine`` the dense similarity (None when the dense leg did not return it).
    """

    passage: Passage
    article: Article
    document: str
    document_text: str
    score: float
    rank: int
    legs: tuple[LegScore, ...] = ()

    @property
    def cosine(self) -> float | None:
        """Dense similarity of passage and query, if the dense leg returned it."""
        return next((leg.score for leg in self.legs if leg.leg == "dense"), None)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What retrieval found: evidence in rank order, legs that were missing, undated articles a date filter left out."""

    evidence: tuple[Evidence, ...]
    degraded: tuple[Leg, ...] = ()
    undated_left_out: int = 0


# --- answering -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pointer:
    """A draft's unchecked pointer: ``evidence`` is an index into the evidence shown, ``quote`` what it claims to copy."""

    evidence: int
    quote: str


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One unchecked statement. ``answer`` is the part of ``text`` that answers the question, if the generator knows."""

    text: str
    pointers: tuple[Pointer, ...]
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A generator's unverified reply. No claims and an ``abstention`` code mean the generator declined."""

    claims: tuple[DraftClaim, ...]
    model: str
    abstention: AbstentionCode | None = None
    usage: Usage = Usage()


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
    """A pointer that was checked: ``document_text`` at ``source_spans``, joined, equals ``quote``."""

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
    """A verified reply to one query: either ``answer`` with claims and citations, or an ``abstention``."""

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

    @property
    def abstained(self) -> bool:
        """Whether the reply declines."""
        return self.abstention is not None


@dataclass(frozen=True, slots=True)
class Summary:
    """A verified summary of one article; ``summary`` is plain text without markers, None when it abstains."""

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


# --- ingesting -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be taken in, and why."""

    source: str
    error: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did. ``unchanged`` counts documents already there byte for byte; ``skipped`` files no reader takes."""

    documents: int = 0
    articles: int = 0
    passages: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0
