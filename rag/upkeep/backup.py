"""`gazette backup` and `gazette restore`: a whole corpus to a folder, and back into an empty data folder.

The ledger is copied at one moment, also while a service or an ingest works on it. Vectors go along, so that a restore
embeds nothing again; where another process holds them and does not give them, a restore embeds. Terms are always made
anew. Knows nothing of commands.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import rag
from rag.adapters.chroma import ChromaVectorIndex
from rag.build import open_stores, open_vectors, vectors_folder
from rag.errors import StoreError, StoreLockedError
from rag.ledger import Ledger, Snapshot, StoreLock
from rag.ledger.folder import folder_errors, make_folder
from rag.ledger.lock import folder_pass
from rag.protocols import Vectors
from rag.settings import Settings
from rag.upkeep.asking import vectors_of_service
from rag.upkeep.snapshot import FORMAT, LEDGER, Kept, Manifest, ids_file, measured, opened, rows_file, seal

Rows = Callable[[str, Sequence[str]], dict[str, Vectors]]
"""Vectors of a collection's passages, as many as are there, by id."""

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was backed up or restored. ``embedded``: passages whose vectors were not in the backup."""

    documents: int
    passages: int
    vectors: int
    embedded: int = 0
    note: str | None = None


def back_up(settings: Settings, target: Path, *, with_vectors: bool = True) -> Outcome:
    """Write a backup of all collections; works beside whoever holds the data folder.

    Args:
        settings: which data folder.
        target: a folder that is empty or does not exist.
        with_vectors: otherwise a restore embeds everything anew.

    Raises:
        StoreError: there is no corpus, the target is not empty or cannot be written, or the ledger is no SQLite file.
    """
    _refuse_servers(settings, "back up", "`pg_dump --format=custom`")
    source = settings.store.path / LEDGER
    if not source.is_file():
        raise StoreError(f"data folder {settings.store.path} holds no corpus; name one with --store")
    _refuse_filled(target)
    make_folder(target)
    with ExitStack() as held, folder_errors(target):
        rows, note = _vectors(settings, held) if with_vectors else (_no_rows, None)
        snapshot = Snapshot.take(source, target / LEDGER)
        with snapshot as ledger:
            collections = {name: _keep(ledger, name, rows, target) for name in ledger.collections()}
            counts = [ledger.counts(name) for name in collections]
        manifest = Manifest(
            FORMAT, rag.__version__, snapshot.schema, datetime.now(UTC).isoformat(), collections, measured(target)
        )
        seal(target, manifest)
    vectors = sum(one.vectors for one in collections.values())
    return Outcome(sum(one.documents for one in counts), sum(one.passages for one in counts), vectors, note=note)


def _refuse_servers(settings: Settings, what: str, how: str) -> None:
    if settings.ledger.url is not None:
        raise StoreError(
            f"GAZETTE_LEDGER__URL names a database of its own: {what} it with {how}; vectors and terms are made from "
            "it again with `gazette doctor --repair`"
        )


def _refuse_filled(folder: Path) -> None:
    with folder_errors(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreError(f"{folder} is not empty; name a folder that is, or one that does not exist")


def _vectors(settings: Settings, held: ExitStack) -> tuple[Rows, str | None]:
    """Where vectors come from: the folder, where nobody holds it; else the service that does."""
    if settings.chroma.url is None:
        try:
            held.enter_context(StoreLock.acquire(settings.store.path))
        except StoreLockedError as holder:
            if holder.url is not None:
                return vectors_of_service(holder.url, folder_pass(settings.store.path)), None
            return _no_rows, f"process {holder.pid} holds the vectors: without them, a restore embeds anew"

    shelves: dict[str, ChromaVectorIndex] = {}

    def rows(collection: str, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        if collection not in shelves:
            shelves[collection] = open_vectors(settings, vectors_folder(settings), collection)
            held.callback(shelves[collection].close)
        return shelves[collection].rows(passage_ids)

    return rows, None


def _no_rows(_collection: str, _passage_ids: Sequence[str]) -> dict[str, Vectors]:
    return {}


def _keep(ledger: Ledger, collection: str, rows: Rows, target: Path) -> Kept:
    """Write the vectors of what the snapshot shows, as far as they can be had."""
    passage_ids = sorted(ledger.passage_ids(collection))
    count = dim = 0
    with (
        (target / ids_file(collection)).open("w", encoding="ascii") as names,
        (target / rows_file(collection)).open("wb") as numbers,
    ):
        for at in range(0, len(passage_ids), _PAGE):
            for passage_id, row in sorted(rows(collection, passage_ids[at : at + _PAGE]).items()):
                names.write(f"{passage_id}\n")
                numbers.write(row.astype("<f4").tobytes())
                count, dim = count + 1, len(row)
    return Kept(ledger.counts(collection).documents, len(passage_ids), count, dim)


# --- restoring -------------------------------------------------------------------------------------------------------


def restore(settings: Settings, source: Path) -> Outcome:
    """Fill an empty data folder from a backup. It is there whole, or not at all.

    Raises:
        StoreError: the backup is not whole, the data folder is not empty, or it cannot be written.
        StoreMismatchError: made by a newer program, or indexed with another embedder than the settings name.
    """
    _refuse_servers(settings, "restore", "`pg_restore`")
    manifest, folder = opened(source), settings.store.path.absolute()
    _refuse_filled(folder)
    beside = folder.with_name(f"{folder.name}.restoring")
    with folder_errors(beside):
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        shutil.copyfile(source / LEDGER, beside / LEDGER)
        embedded = 0
        for name, kept in manifest.collections.items():
            store = settings.store.model_copy(update={"path": beside, "collection": name})
            embedded += _fill(settings.model_copy(update={"store": store}), source, kept)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    kept_all = manifest.collections.values()
    return Outcome(
        sum(one.documents for one in kept_all),
        sum(one.passages for one in kept_all),
        sum(one.vectors for one in kept_all),
        embedded,
    )


def _fill(settings: Settings, source: Path, kept: Kept) -> int:
    """Vectors from the backup, terms from the ledger; returns how many passages had to be embedded."""
    collection = settings.store.collection
    names = (source / ids_file(collection)).read_text("ascii").splitlines()
    if names:
        numbers = np.memmap(source / rows_file(collection), "<f4", "r", shape=(len(names), kept.dim))
        with ExitStack() as stack:
            vectors = open_vectors(settings, vectors_folder(settings), collection)
            stack.callback(vectors.close)
            for at in range(0, len(names), _PAGE):
                vectors.upsert(names[at : at + _PAGE], np.array(numbers[at : at + _PAGE], np.float32))
    with ExitStack() as stack:
        stores = open_stores(settings, stack, recover=False)
        stores.index.copy(None, stores.lexical)
        return len(stores.index.repair().missing_vectors)
