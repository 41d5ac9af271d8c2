"""Which sources stand for which documents, and how versions come to stand for nothing: statements of one write.

Knows nothing of transactions or of when something becomes visible.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from rag.ledger.records import drop_replies
from rag.ledger.rows import sourced
from rag.ledger.schema import (
    DELETED,
    PENDING,
    READY,
    article_bands,
    articles,
    corrections,
    documents,
    passages,
    sources,
)
from rag.models import Document

Json = dict[str, Any]


def drop(connection: Connection, versions: Sequence[int]) -> None:
    """Forget versions with all their pieces."""
    for table in (article_bands, passages, articles, corrections, documents):
        connection.execute(delete(table).where(table.c.version.in_(versions)))


def drop_stale(connection: Connection, taken: Sequence[Document]) -> None:
    """Forget pending versions of the same documents or sources."""
    for collection in {document.collection for document in taken}:
        ids = {document.document_id for document in taken}
        same = documents.c.document_id.in_(ids) | documents.c.source.in_({document.source for document in taken})
        wanted = (documents.c.collection == collection) & (documents.c.state == PENDING) & same
        stale = connection.scalars(select(documents.c.version).where(wanted)).all()
        if stale:
            drop(connection, stale)


def mark_deleted(connection: Connection, collection: str, document_ids: Collection[str]) -> list[int]:
    """Make the ready versions of documents deleted ones; returns them. Replies kept about them go with them."""
    wanted = (documents.c.collection == collection) & documents.c.document_id.in_(document_ids)
    ready = wanted & (documents.c.state == READY)
    versions = list(connection.scalars(select(documents.c.version).where(ready)))
    if versions:
        connection.execute(update(documents).where(documents.c.version.in_(versions)).values(state=DELETED))
    drop_replies(connection, collection, document_ids)
    return versions


def pointer(document: Document) -> Json:
    """The row that lets its source stand for a document."""
    return {
        "collection": document.collection,
        "source": document.source,
        "document_id": document.document_id,
        "name": document.document,
        "metadata": asdict(document.metadata),
    }


def point(connection: Connection, collection: str, pointers: Sequence[Json]) -> tuple[set[str], list[int]]:
    """Let sources stand for documents.

    Returns:
        The documents that one of them stood for before and no longer does; and of these, the versions that lost their
        last source by it, now deleted.
    """
    target = {pointer["source"]: pointer["document_id"] for pointer in pointers}
    mine = (sources.c.collection == collection) & sources.c.source.in_(target)
    before = connection.execute(select(sources.c.source, sources.c.document_id).where(mine)).all()
    connection.execute(delete(sources).where(mine))
    connection.execute(insert(sources), pointers)
    left = {row.document_id for row in before if row.document_id != target[row.source]}
    orphaned = [version for one in sorted(left) for version in _bequeath(connection, collection, one)]
    return left, orphaned


def _bequeath(connection: Connection, collection: str, document_id: str) -> list[int]:
    """See to a document that a source stopped standing for; returns its versions if that was the last one."""
    mine = (sources.c.collection == collection) & (sources.c.document_id == document_id)
    heirs = connection.execute(select(sources.c.source, sources.c.name).where(mine).order_by(sources.c.source)).all()
    if not heirs:
        return mark_deleted(connection, collection, {document_id})
    # The bytes live on under another source: they are shown under that one's name from now on.
    orphaned = (
        (documents.c.collection == collection)
        & (documents.c.document_id == document_id)
        & documents.c.source.not_in([heir.source for heir in heirs])
    )
    columns = (documents.c.version, documents.c.metadata, documents.c.is_record)
    for row in connection.execute(select(*columns).where(orphaned)).mappings().all():
        place = sourced(heirs[0].source, row["metadata"], row["is_record"])
        mine = documents.c.version == row["version"]
        connection.execute(update(documents).where(mine).values(name=heirs[0].name, **place))
    drop_replies(connection, collection, {document_id})
    return []
