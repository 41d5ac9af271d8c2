"""The bodies that go out, for the documentation. The JSON itself is ``rag.serialise``'s; tests hold both together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.common import Carried, Found, Reply
from rag.models import AbstentionCode, ArticleKind, SummaryStyle, VerdictLabel

SpanPair = Annotated[list[int], Field(min_length=2, max_length=2, description="Half-open [start, end) in code points.")]
SourceSpans = Annotated[list[SpanPair], Field(description="Into the document's text as received, in reading order.")]
Next = Annotated[str | None, Field(description="Give it as `after` for the next items; null at the end.")]


class FailureReply(Reply):
    """A source that could not be taken in, and why."""

    source: str
    error: str


class UnappliedReply(Reply):
    """A correction that is kept but does not fit the document as it is now, and why."""

    correction_id: str
    document: str
    reason: str


class TruncatedReply(Reply):
    """A passage of more tokens than the embedder reads: beyond ``limit`` it is found by its words alone."""

    document: str
    article_id: str
    passage_id: str
    tokens: int
    limit: int


class ReportReply(Reply):
    """What an upload did. ``unchanged`` counts documents already there byte for byte."""

    documents: int
    articles: int
    passages: int
    unchanged: int
    skipped: int
    failed: list[FailureReply]
    seconds: float
    corrections_not_applied: list[UnappliedReply] | None = None
    truncated: list[TruncatedReply] | None = Field(None, description="Passages the embedder did not read to the end.")


class MetadataReply(Reply):
    """What the sender said about a source."""

    title: str | None
    paper: str | None
    published: str | None
    page: str | None
    place: str | None


class DocumentReply(Reply):
    """One document. ``text`` is what every span indexes; only in `GET /v1/documents/{id}`."""

    document_id: str
    document: str
    source: str
    collection: str
    media_type: str
    chars: int
    metadata: MetadataReply
    text: str | None = None


class DocumentsReply(Reply):
    """Documents by name."""

    items: list[DocumentReply]
    next: Next


class CollectionReply(Reply):
    """A collection the caller may choose. ``is_chosen``: the one this request was for."""

    collection: str
    is_chosen: bool


class CollectionsReply(Reply):
    """Collections by name."""

    items: list[CollectionReply]


class BylineReply(Reply):
    """One name, with its role as printed."""

    name: str
    role: str | None


class ArticleReply(Carried):
    """One piece of a page. ``published`` is ISO, or MM-DD where the year is unknown; ``published_rule`` says why."""

    article_id: str
    kind: ArticleKind
    title: str | None
    kicker: str | None
    subtitle: str | None
    column_label: str | None
    bylines: list[BylineReply]
    dateline: str | None
    place: str | None
    published: str | None
    published_rule: str | None
    dateline_date: str | None
    paper: str | None
    page: str | None
    text: str
    source_spans: SourceSpans
    duplicate_of: str | None
    continues: str | None = Field(description="Article this one goes on from; the page as printed where unknown.")
    continues_page: str | None
    turns_to: str | None = Field(description="Page this one says it goes on on; several as 2、3.")
    continued_by: str | None = Field(description="Article that goes on with this one on another page.")
    turn_rule: str | None = Field(description="Why both are taken to be of one issue.")
    turn_reason: str | None = Field(description="Why both are taken to be halves of one article.")
    turn_confidence: float | None
    confidence: float
    doubts: list[str]
    document: str
    document_id: str


class ArticlesReply(Reply):
    """Articles by document and position on the page."""

    items: list[ArticleReply]
    next: Next


class CitationReply(Carried):
    """A quote that was located: the document's text at ``source_spans``, joined, is ``quote``."""

    marker: int
    document: str
    document_id: str
    article_id: str
    title: str | None
    published: str | None
    place: str | None
    quote: str
    source_spans: SourceSpans
    score: float


class ClaimReply(Reply):
    """One checked statement; ``start``, ``end`` and ``answer_span`` index the reply's text."""

    text: str
    start: int
    end: int
    answer_span: SpanPair | None
    verdict: VerdictLabel
    reason: str | None
    citations: list[int]


class AbstentionReply(Reply):
    """Why the pages do not answer, and the nearest they say."""

    code: AbstentionCode
    message: str
    nearest: list[CitationReply]


class ConflictReply(Reply):
    """Claims (by index) whose sources disagree."""

    claims: list[int]
    reason: str


class UsageReply(Reply):
    """What the model call took."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


class AnswerReply(Found):
    """A verified answer, or an abstention: then ``answer`` is null and there are no claims."""

    id: str
    question: str
    standalone_question: str
    abstained: bool
    abstention: AbstentionReply | None
    answer: str | None
    claims: list[ClaimReply]
    conflicts: list[ConflictReply]
    citations: list[CitationReply]
    dropped: list[str]
    model: str
    usage: UsageReply
    timings_ms: dict[str, int]
    corpus: str
    confidence: float | None = Field(None, description="Least support among the claims, 0 to 1; absent where unknown.")


class SummaryReply(Reply):
    """A verified summary of one article: plain text without markers, or an abstention."""

    article_id: str
    document: str
    kind: ArticleKind
    title: str | None
    style: SummaryStyle
    abstained: bool
    abstention: AbstentionReply | None
    summary: str | None
    claims: list[ClaimReply]
    citations: list[CitationReply]
    dropped: list[str]
    model: str
    usage: UsageReply
    summarised_with: str | None = Field(description="Article whose summary covers this continuation of it.")


class SummariesReply(Reply):
    """One summary an article, in the order asked for."""

    items: list[SummaryReply]


class LiveReply(Reply):
    """The process is up."""

    status: Literal["live"]


class ReadyReply(Reply):
    """The pipeline is open and the store was reached; ``articles`` counts captions and continuations, not furniture.

    Where keys are needed, what the collection holds is told only with one.
    """

    status: Literal["ready"]
    collection: str | None = None
    documents: int | None = None
    articles: int | None = None
    passages: int | None = None
    model: str
    version: str


class FieldError(BaseModel):
    """One field that breaks the schema."""

    pointer: str
    detail: str


class ProblemReply(BaseModel):
    """RFC 9457. ``type`` is for programs and stays; further members depend on it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str | None = Field(None, description="The `X-Request-Id` of the reply; the service's log has it too.")
    errors: list[FieldError] | None = None


class VerificationReply(Reply):
    """Every claim of the text checked; ``start`` and ``end`` index that text."""

    claims: list[ClaimReply]
    citations: list[CitationReply]
