"""What a page holds: articles and their parts, and the passages cut from them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from rag.mapping import MappedText, Span

ArticleKind = Literal["article", "photo_caption", "continuation", "furniture"]
PartRole = Literal[
    "kicker", "headline", "subtitle", "column_label", "byline", "dateline", "subhead", "body", "credit", "marks"
]


def digest(*parts: str) -> str:
    """Sixteen hex digits that name the parts."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Byline:
    """One name with its role: the usual Simplified word (记者, 通讯员, 摄影 …), else as printed, else None."""

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

    ``continues`` is the page a continuation comes from as printed. ``continues_page`` and ``turns_to`` are the pages
    that marks before and behind the text name (3, A1; several as 2、3), ``issued`` the date of the issue.

    ``published_rule`` says where ``published`` comes from; ``dateline_date`` is the day the dateline names, with the
    issue's year where it prints none (ISO, or ``MM-DD`` where no year is known).
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
    published_rule: str | None = None
    dateline_date: str | None = None
    paper: str | None = None
    page: str | None = None
    duplicate_of: str | None = None
    continues: str | None = None
    continues_page: str | None = None
    turns_to: str | None = None
    issued: str | None = None
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
        return f"art_{digest(document_id, str(first_position))}"


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
        passage_id = f"psg_{digest(article.article_id, str(start), str(end))}"
        return cls(passage_id, article.article_id, article.document_id, start, end, article.text[start:end])
