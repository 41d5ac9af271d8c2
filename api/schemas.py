"""The bodies that come in: what each field may hold, in words a client can act on. Pydantic at the edge only.

A field nobody knows is refused, for a misspelt filter that is silently ignored gives a wrong answer.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from fastapi import UploadFile
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from rag.models import ArticleKind, CorrectionKind, CorrectionRequest, Filters, Mark, SourceMetadata, SummaryStyle, Turn

MAX_SUMMARIES = 200
"""Summaries of one request: about what a request may wait for; more is work for `gazette summarise --all`."""

_LEAP_YEAR = "2000"


def _iso_date(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD") from None
    if day.isoformat() != text:
        raise ValueError(f"{text!r}: write {day.isoformat()}")
    return text


def _printed_date(text: str) -> str:
    if not text:
        return text
    try:
        _iso_date(f"{_LEAP_YEAR}-{text}" if len(text) == len("MM-DD") else text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD, or MM-DD where the year is unknown") from None
    return text


IsoDate = Annotated[str, AfterValidator(_iso_date), Field(json_schema_extra={"format": "date"})]
PrintedDate = Annotated[str, AfterValidator(_printed_date)]
FormText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
DocumentName = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    Field(description="In Chinese, 简 or 繁."),
]
PageSize = Annotated[int, Field(ge=1, le=500, description="Items in one reply.")]
Cursor = Annotated[Name | None, Field(description="`next` of the reply before; without it, from the start.")]


class Body(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterFields(Body):
    """Hard limits on what may be found. Articles without a date fall out of a date filter; the reply counts them."""

    date_from: IsoDate | None = Field(None, alias="from", description="First day, YYYY-MM-DD.")
    date_to: IsoDate | None = Field(None, alias="to", description="Last day, included.")
    place: Name | None = Field(None, description="Where the article was written or printed for.")
    paper: Name | None = Field(None, description="The paper's name.")
    document: DocumentName | None = Field(None, description="A document's name or its id.")
    kind: ArticleKind | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError(f"from {self.date_from} is after to {self.date_to}; swap them")
        return self

    def filters(self) -> Filters:
        """As the engine takes them."""
        return Filters(self.date_from, self.date_to, self.place, self.paper, self.document, self.kind)


class ArticleQuery(FilterFields):
    """Query of ``GET /v1/articles``."""

    limit: PageSize = 100
    after: Cursor = None


class DocumentQuery(Body):
    """Query of ``GET /v1/documents``."""

    limit: PageSize = 100
    after: Cursor = None


class UploadForm(BaseModel):
    """Fields of ``POST /v1/documents``; the metadata holds for every file of the request."""

    model_config = ConfigDict(extra="forbid")

    files: list[UploadFile] = Field(
        min_length=1,
        description="Text, Markdown, HTML, JSONL (also .gz) or PDF.",
        json_schema_extra={"items": {"type": "string", "format": "binary"}},
    )
    paper: FormText = Field("", description="The paper's name.")
    date: PrintedDate = Field("", description="Day of the issue: YYYY-MM-DD, or MM-DD where the year is unknown.")
    page: FormText = Field("", description="Page number as printed.")
    title: FormText = ""
    place: FormText = ""
    encoding: FormText = Field("", description="Of the files, e.g. gb18030 or big5, where detection is not certain.")

    def metadata(self) -> SourceMetadata:
        """As the engine takes it; a field left empty says nothing."""
        return SourceMetadata(
            title=self.title or None,
            paper=self.paper or None,
            published=self.date or None,
            page=self.page or None,
            place=self.place or None,
        )


class FilteredBody(Body):
    """Base of the bodies that take filters; null is as good as leaving them out."""

    filters: FilterFields | None = None

    def limits(self) -> Filters:
        """The filters as the engine takes them."""
        return self.filters.filters() if self.filters else Filters()


class SearchBody(FilteredBody):
    """Body of ``POST /v1/search``."""

    query: Question
    k: int = Field(10, ge=1, le=1000, description="Passages wanted.")
    explain: bool = Field(False, description="Also give each leg's rank and raw score.")


class TurnBody(Body):
    """One turn of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class AnswerBody(FilteredBody):
    """Body of ``POST /v1/answers``."""

    question: Question
    history: Annotated[tuple[TurnBody, ...], Field(max_length=100)] | None = Field(
        None, description="Turns before this question, oldest first."
    )
    stream: bool = Field(False, description="Reply with server-sent events.")
    model: Name | None = Field(None, description="The configured model's name, or leave it out.")

    def turns(self) -> tuple[Turn, ...]:
        """The history as the engine takes it."""
        return tuple(Turn(turn.role, turn.content) for turn in self.history or ())


class RecordQuery(Body):
    """Query of ``GET /v1/answers``."""

    limit: PageSize = 20
    after: Cursor = None
    marked: bool = Field(False, description="Only answers somebody marked.")


class ExportQuery(Body):
    """Query of ``GET /v1/answers/{id}/export``."""

    format: Literal["md", "docx"] = "md"


class MarkBody(Body):
    """Body of ``PUT /v1/answers/{id}/mark``. What would have been right goes with ``right: false`` only."""

    right: bool
    comment: str = Field("", max_length=5_000)
    answers: tuple[Name, ...] = Field((), max_length=20, description="Right answers, in other wordings.")
    unanswerable: bool = Field(False, description="The pages do not say: it should have declined.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.right and (self.answers or self.unanswerable):
            raise ValueError("answers and unanswerable say what would have been right; leave them out with right: true")
        if self.answers and self.unanswerable:
            raise ValueError("give either answers or unanswerable")
        return self

    def mark(self) -> Mark:
        """As the engine takes it."""
        return Mark(self.right, self.comment, self.answers, self.unanswerable)


class SummariesBody(Body):
    """Body of ``POST /v1/summaries``: exactly one of ``article_ids``, ``document`` and ``all`` says which articles."""

    article_ids: tuple[Name, ...] | None = Field(None, min_length=1, max_length=MAX_SUMMARIES)
    document: DocumentName | None = Field(None, description="A document's name or its id: every article of it.")
    all: Literal[True] | None = Field(
        None, description=f"Every article of the corpus, if they are {MAX_SUMMARIES} at most."
    )
    max_chars: int | None = Field(None, ge=20, le=5000, description="Longest summary; unset: the configured length.")
    style: SummaryStyle = "brief"

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        chosen = [name for name in ("article_ids", "document", "all") if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise ValueError(f"give exactly one of article_ids, document and all; given: {', '.join(chosen) or 'none'}")
        return self


class VerificationBody(Body):
    """Body of ``POST /v1/verifications``."""

    text: str = Field(min_length=1, max_length=100_000, description="Any text; it is split into claims.")
    against: tuple[Name, ...] = Field((), max_length=200, description="Ids of articles; none: the whole corpus.")


class CorrectionQuery(Body):
    """Query of ``GET /v1/corrections``."""

    document_id: Name | None = Field(None, description="Only this document's.")
    limit: PageSize = 100
    after: Cursor = None


_TAKES: dict[CorrectionKind, str | None] = {"merge": None, "split": "words", "retitle": "words", "rekind": "to_kind"}
"""The one field that each kind of correction needs besides the articles."""


class CorrectionBody(Body):
    """Body of ``POST /v1/corrections``."""

    kind: CorrectionKind
    article_ids: tuple[Name, ...] = Field(
        min_length=1, max_length=200, description="`merge`: two or more, in reading order; else one."
    )
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)] | None = Field(
        None, description="`split`: the words the second article begins with. `retitle`: words of the page."
    )
    to_kind: ArticleKind | None = Field(None, description="`rekind`: what the piece is.")

    @model_validator(mode="after")
    def _fields_of_the_kind(self) -> Self:
        wanted = _TAKES[self.kind]
        given = [name for name in ("words", "to_kind") if getattr(self, name) is not None]
        if given != ([wanted] if wanted else []):
            raise ValueError(f"{self.kind} takes {wanted or 'article_ids alone'}; given: {', '.join(given) or 'none'}")
        return self

    def request(self) -> CorrectionRequest:
        """As the engine takes it."""
        return CorrectionRequest(self.kind, self.article_ids, self.words, self.to_kind)


class BatchFileForm(BaseModel):
    """Fields of ``POST /v1/files``."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(description="JSON lines.", json_schema_extra={"type": "string", "format": "binary"})
    purpose: Literal["batch"] = "batch"


class BatchBody(Body):
    """Body of ``POST /v1/batches``."""

    input_file_id: Name
    endpoint: Literal["/v1/summaries", "/v1/answers", "/v1/digests"] | None = Field(
        None, description="The only `url` its lines may name; unset: any of them."
    )
    completion_window: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}h$")] | None = Field(
        None, description="Hours it may take, such as `24h`; then what is not done expires. Unset: as long as it takes."
    )
    metadata: Annotated[dict[Name, FormText], Field(max_length=16)] | None = None
    budget_usd: float | None = Field(None, ge=0, description="It pauses before it costs more, at list prices.")

    @property
    def hours(self) -> int | None:
        """How long it may take."""
        return int(self.completion_window.removesuffix("h")) if self.completion_window else None


class BatchQuery(Body):
    """Query of ``GET /v1/batches``."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    after: Name | None = Field(None, description="`last_id` of the reply before; without it, from the start.")
