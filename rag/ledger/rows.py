"""Domain types to rows and back, exactly. An article's text is not stored twice: its runs copy it from the document.

Knows nothing of queries or transactions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.errors import MalformedSourceError
from rag.ledger.issues import document_issue, told_issue
from rag.ledger.schema import PENDING, articles, corrections, passages
from rag.mapping import SEPARATOR, MappedText, Run
from rag.models import Anchor, Article, Byline, Correction, Document, KeptCorrection, Part, Passage, SourceMetadata
from rag.protocols import Signer
from rag.text.script import to_simplified

Json = dict[str, Any]

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN_FIELDS = (
    "title",
    "kicker",
    "subtitle",
    "column_label",
    "dateline",
    "place",
    "published",
    "published_rule",
    "dateline_date",
    "paper",
    "page",
    "duplicate_of",
    "continues",
    "continues_page",
    "turns_to",
    "issued",
)


@dataclass(frozen=True, slots=True)
class CutDocument:
    """A document with everything cut from it: what goes into the ledger in one step. ``cutter``: what cut it."""

    document: Document
    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    corrections: tuple[KeptCorrection, ...] = ()
    cutter: str = ""


def article_count(pieces: Sequence[Article]) -> int:
    """How many of a document's pieces count as articles, wherever articles are counted.

    Articles, captions and continuations do, also where the page repeats one; furniture does not.
    """
    return sum(piece.kind != "furniture" for piece in pieces)


def check_storable(cut: CutDocument) -> None:
    """Refuse what the ledger could not give back exactly.

    Raises:
        MalformedSourceError: the text is not valid Unicode, or an article holds characters the document does not.
    """
    document = cut.document
    try:
        document.text.encode("utf-8")
    except UnicodeEncodeError as error:
        reason = f"character {error.start} is half of a surrogate pair; the source is not valid Unicode"
        raise MalformedSourceError(document.source, reason) from error
    for article in cut.articles:
        if _text_of(article.mapped.runs, len(article.text), document.text) != article.text:
            reason = f"article {article.article_id} holds characters that are neither the source's nor line breaks"
            raise MalformedSourceError(document.source, reason)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage looked up in the ledger, with its article, and its document's name and text as received."""

    passage: Passage
    article: Article
    document: str
    document_text: str


def folded(name: str | None) -> str | None:
    """A place or paper as filters compare it: Simplified, without white space and title marks; None when empty."""
    return re.sub(r"[\s《》]", "", to_simplified(name)).lower() or None if name else None


def document_row(document: Document) -> Json:
    """The pending row of a document; the database adds version and time."""
    metadata = asdict(document.metadata)
    return {
        "collection": document.collection,
        "document_id": document.document_id,
        "name": document.document,
        **sourced(document.source, metadata, document.is_record),
        "media_type": document.media_type,
        "text": document.text,
        "metadata": metadata,
        "is_record": document.is_record,
        "state": PENDING,
    }


def sourced(source: str, metadata: Json, is_record: bool) -> Json:
    """The columns of a document that follow from where its bytes came from."""
    issue_file, issue_page = document_issue(source, metadata["page"], is_record=is_record)
    return {"source": source, "issue_file": issue_file, "issue_page": issue_page}


def document_of(row: Any) -> Document:
    """The document of a full ``documents`` row."""
    return Document(
        row.document_id,
        row.name,
        row.source,
        row.collection,
        row.text,
        row.media_type,
        SourceMetadata(**row._mapping["metadata"]),
        row.is_record,
    )


def article_rows(version: int, cut: CutDocument) -> list[Json]:
    """One row an article, in reading order."""
    return [_article_row(version, ordinal, article, cut.document) for ordinal, article in enumerate(cut.articles)]


def _article_row(version: int, ordinal: int, article: Article, document: Document) -> Json:
    published = article.published or ""
    turning = bool(article.turns_to or article.continues_page) and not article.duplicate_of
    paper = folded(article.paper)
    return {
        "version": version,
        "ordinal": ordinal,
        "collection": document.collection,
        "article_id": article.article_id,
        "kind": article.kind,
        "published_on": published if _FULL_DATE.fullmatch(published) else None,
        "place_folded": folded(article.place),
        "paper_folded": paper,
        "turning": turning and article.kind != "furniture",
        "issue_told": told_issue(paper, article.issued) if turning else None,
        "content": _article_content(article),
    }


def _article_content(article: Article) -> Json:
    runs = article.mapped.runs
    return {
        **{name: value for name in _PLAIN_FIELDS if (value := getattr(article, name)) is not None},
        "length": len(article.text),
        "runs": [number for run in runs for number in (run.clean_start, run.source_start, run.length)],
        "parts": [[part.role, part.start, part.end] for part in article.parts],
        "bylines": [[byline.name, byline.role] for byline in article.bylines],
        "confidence": article.confidence,
        "doubts": list(article.doubts),
    }


def _text_of(runs: Sequence[Run], length: int, source: str) -> str:
    """Clean text from its runs; what no run covers is a separator."""
    parts: list[str] = []
    at = 0
    for run in runs:
        parts.append(SEPARATOR * (run.clean_start - at))
        parts.append(source[run.source_start : run.source_start + run.length])
        at = run.clean_start + run.length
    parts.append(SEPARATOR * (length - at))
    return "".join(parts)


def article_of(article_id: str, kind: Any, content: Json, document_id: str, document_text: str) -> Article:
    """The article of a row, exactly as it was given."""
    numbers = content["runs"]
    runs = tuple(Run(*numbers[at : at + 3]) for at in range(0, len(numbers), 3))
    return Article(
        article_id,
        document_id,
        kind,
        MappedText(_text_of(runs, content["length"], document_text), runs),
        tuple(Part(role, start, end) for role, start, end in content["parts"]),
        bylines=tuple(Byline(name, role) for name, role in content["bylines"]),
        confidence=content["confidence"],
        doubts=tuple(content["doubts"]),
        **{name: content[name] for name in _PLAIN_FIELDS if name in content},
    )


def passage_rows(version: int, cut: CutDocument) -> list[Json]:
    """One row a passage."""
    ordinals = {article.article_id: ordinal for ordinal, article in enumerate(cut.articles)}
    return [
        {
            "version": version,
            "passage_id": passage.passage_id,
            "collection": cut.document.collection,
            "ordinal": ordinals[passage.article_id],
            "span_start": passage.start,
            "span_end": passage.end,
        }
        for passage in cut.passages
    ]


def band_rows(version: int, cut: CutDocument, signer: Signer) -> list[Json]:
    """One row a key of every article that may have copies."""
    return [
        {"version": version, "ordinal": ordinal, "key": key}
        for ordinal, article in enumerate(cut.articles)
        for key in sorted(set(signer.keys(article)))
    ]


def passage_of(row: Any, article: Article) -> Passage:
    """The passage of a row, cut from its article."""
    text = article.text[row.span_start : row.span_end]
    return Passage(row.passage_id, article.article_id, article.document_id, row.span_start, row.span_end, text)


def correction_rows(version: int, cut: CutDocument) -> list[Json]:
    """One row a correction, in the order in which they were applied."""
    return [
        {
            "version": version,
            "sequence": sequence,
            "collection": cut.document.collection,
            "correction_id": kept.correction.correction_id,
            "body": asdict(kept),
        }
        for sequence, kept in enumerate(cut.corrections)
    ]


def kept_correction(body: Json) -> KeptCorrection:
    """The correction of a row, exactly as it was given."""
    stored = body["correction"]
    anchors = tuple(
        Anchor(tuple((start, end) for start, end in one["spans"]), tuple(one["words"])) for one in stored["anchors"]
    )
    return KeptCorrection(Correction(**{**stored, "anchors": anchors}), tuple(body["article_ids"]), body["reason"])


PIECES = ((articles, article_rows), (passages, passage_rows), (corrections, correction_rows))
"""What belongs to a version: each table, and its rows of a cut document."""
