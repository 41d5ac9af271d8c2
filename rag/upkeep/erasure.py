"""Erases documents from every file of a data folder: not only from what is shown, but the bytes.

Deleting leaves bytes behind: SQLite keeps free pages, Chroma its queue and the slots of removed vectors, tantivy the
postings of deleted passages until some merge. So after an ordinary deletion all three are written anew from what is
visible, beside the old files, which are then removed whole. Knows nothing of commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rag.adapters.hnsw import wipe_unused_room
from rag.build import OpenStores, open_stores, open_terms, open_vectors, terms_folder, vectors_folder
from rag.errors import NotFoundError
from rag.ledger import Ledger, StoreLock, fresh_folder, swap_in
from rag.ledger.folder import folder_errors
from rag.settings import Settings

_MARK = "erasing"
"""There from the first deletion until the last old file is gone."""

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: documents, and rows kept besides them (answers, replies, corrections) that named or quoted them.

    ``elsewhere`` says where bytes may be that are not ours to rewrite.
    """

    documents: int
    rows: int
    elsewhere: tuple[str, ...] = ()


def interrupted_erasure(folder: Path) -> bool:
    """Whether an erasure of this data folder was begun and not finished."""
    return (folder / _MARK).exists()


def erase(
    settings: Settings,
    document_ids: Sequence[str] = (),
    *,
    sources: Sequence[str] = (),
    with_deleted: bool = False,
) -> Erased:
    """Delete documents and leave no byte of them in any file of the data folder.

    Args:
        settings: which folder and collection.
        document_ids: what to erase, by id.
        sources: what to erase, by where it came from.
        with_deleted: also whatever was deleted or replaced before: answers that name it go too.

    Raises:
        NotFoundError: no such document or source; nothing was erased.
        StoreError: the folder is held by another process, damaged, or full; run it again when that is mended.
    """
    collection, folder = settings.store.collection, settings.store.path
    with StoreLock.acquire(folder), folder_errors(folder):
        with ExitStack() as opened:
            stores = open_stores(settings, opened)
            wanted = _resolved(stores.ledger, collection, document_ids, sources)
            marks, quotes = stores.ledger.marks_of(collection, wanted), stores.ledger.quotes_of(collection, wanted)
            (folder / _MARK).touch()
            for document_id in wanted:
                stores.index.delete(document_id)
            rows = stores.ledger.drop_mentions(collection, marks, quotes) if wanted else 0
            rows += stores.ledger.drop_mentions_of_the_gone(collection) if with_deleted else 0
            anew = _write_anew(settings, stores)
            stores.ledger.compact()
        swap_in(terms_folder(settings))
        if anew is not None:
            wipe_unused_room(anew)
            swap_in(vectors_folder(settings))
        (folder / _MARK).unlink()
    return Erased(len(wanted), rows, tuple(_elsewhere(settings)))


def _elsewhere(settings: Settings) -> Iterator[str]:
    if settings.chroma.url is not None:
        yield f"the Chroma server at {settings.chroma.url} deleted the vectors; run `chroma vacuum` over its folder"
    if settings.ledger.url is not None and not settings.ledger.url.startswith("sqlite"):
        yield "the ledger's database deleted the rows; its own files are for its administrator (VACUUM FULL, logs)"


def _resolved(ledger: Ledger, collection: str, document_ids: Sequence[str], sources: Sequence[str]) -> list[str]:
    found = list(document_ids)
    for source in sources:
        document_id = ledger.document_id_for_source(collection, source)
        if document_id is None:
            raise NotFoundError(f"nothing in collection {collection!r} came from {source}; see `gazette documents`")
        found.append(document_id)
    return list(dict.fromkeys(found))


def _write_anew(settings: Settings, stores: OpenStores) -> Path | None:
    """Vectors and terms of what is visible, in fresh folders; Chroma's holds the other collections, so these too.

    Returns:
        The fresh folder of Chroma; None where a server holds the vectors.
    """
    own = settings.store.collection
    with ExitStack() as opened:
        lexical = open_terms(fresh_folder(terms_folder(settings)))
        opened.callback(lexical.close)
        if settings.chroma.url is not None:
            stores.index.copy(None, lexical)
            return None
        folder = fresh_folder(vectors_folder(settings))
        vectors = open_vectors(settings, folder, own)
        opened.callback(vectors.close)
        stores.index.copy(vectors, lexical)
        for other in stores.ledger.collections():
            if other != own:
                _copy_collection(settings, folder, other)
    return folder


def _copy_collection(settings: Settings, folder: Path, collection: str) -> None:
    with ExitStack() as opened:
        source = open_vectors(settings, vectors_folder(settings), collection)
        opened.callback(source.close)
        target = open_vectors(settings, folder, collection)
        opened.callback(target.close)
        ids = sorted(source.ids())
        for at in range(0, len(ids), _PAGE):
            target.upsert(ids[at : at + _PAGE], source.vectors_of(ids[at : at + _PAGE]))
