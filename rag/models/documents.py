"""What was received: documents, and what the sender said about them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

DEFAULT_COLLECTION = "default"


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


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document as a list shows it: everything but the text, of which only the length in code points is told."""

    document_id: str
    document: str
    source: str
    collection: str
    chars: int
    media_type: str
    metadata: SourceMetadata = SourceMetadata()

    @classmethod
    def of(cls, document: Document) -> ListedDocument:
        """How a document would be listed."""
        return cls(
            document.document_id,
            document.document,
            document.source,
            document.collection,
            len(document.text),
            document.media_type,
            document.metadata,
        )
