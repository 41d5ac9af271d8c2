"""Documents without their texts: as a list shows them, and as a stamp. Only ready documents are visible here."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import func, select, tuple_

from rag.errors import NotFoundError
from rag.ledger.reading import LedgerReader
from rag.ledger.schema import documents
from rag.ledger.selection import ready_in
from rag.models import ListedDocument, SourceMetadata

_ORDER = (documents.c.name, documents.c.document_id)


class LedgerListing(LedgerReader):
    """Lists that cost the same for long and for short texts, as far as memory goes."""

    def listed_documents(
        self, collection: str, *, limit: int | None = None, after: str | None = None
    ) -> list[ListedDocument]:
        """Documents by name, then id, without their texts.

        Args:
            collection: whose documents.
            limit: at most so many; None for all.
            after: a document id; the list starts right behind it.

        Raises:
            NotFoundError: ``after`` is no visible document.
        """
        query = select(
            *_ORDER,
            documents.c.source,
            documents.c.media_type,
            documents.c.metadata,
            # Code points in SQLite and in PostgreSQL, up to a NUL, which no reader lets through.
            func.length(documents.c.text).label("chars"),
        )
        query = query.where(ready_in(collection)).order_by(*_ORDER).limit(limit)
        with self._connection() as connection:
            if after is not None:
                named = select(documents.c.name).where(ready_in(collection), documents.c.document_id == after)
                name = connection.scalar(named)
                if name is None:
                    raise NotFoundError(f"no document {after} in collection {collection!r}; start the list again")
                query = query.where(tuple_(*_ORDER) > (name, after))
            return [
                ListedDocument(
                    row.document_id,
                    row.name,
                    row.source,
                    collection,
                    row.chars,
                    row.media_type,
                    SourceMetadata(**row._mapping["metadata"]),
                )
                for row in connection.execute(query)
            ]

    def corpus_stamp(self, collection: str) -> str:
        """Differs for any two states of the collection: also after a new cut, other metadata or another name.

        Unlike ``corpus_fingerprint`` it says nothing outside this ledger.
        """
        columns = (documents.c.document_id, documents.c.version, documents.c.name)
        query = select(*columns).where(ready_in(collection)).order_by(documents.c.version)
        stamp = sha256()
        with self._connection() as connection:
            for row in connection.execute(query):
                stamp.update(f"{row.document_id}\0{row.version}\0{row.name}\0".encode("utf-8", "surrogatepass"))
        return stamp.hexdigest()[:32]
