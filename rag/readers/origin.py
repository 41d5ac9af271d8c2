"""Where a source comes from and what its sender says: what every reader needs besides the bytes."""

from __future__ import annotations

from dataclasses import dataclass

from rag.models import Document, SourceMetadata
from rag.readers.metadata import merge


@dataclass(frozen=True, slots=True)
class Origin:
    """``name``: the document's name; ``source``: path or upload name; ``metadata``: as told by the sender."""

    name: str
    source: str
    collection: str
    metadata: SourceMetadata

    def document(
        self, content: bytes, text: str, media_type: str, stated: SourceMetadata = SourceMetadata()
    ) -> Document:
        """The whole source as one document; ``stated`` is what the content says about itself and only fills gaps."""
        return Document.from_bytes(
            content,
            text,
            document=self.name,
            source=self.source,
            media_type=media_type,
            collection=self.collection,
            metadata=merge(self.metadata, stated),
        )
