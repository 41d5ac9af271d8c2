"""Passage vectors in Chroma: a folder of our own, or a Chroma server. Ids and vectors only; the text is in the ledger.

Knows nothing of how vectors are made or of what passages say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.adapters.chroma_server import ServerCollection
from rag.adapters.hnsw import vector_file_damage
from rag.errors import StoreError, StoreUnavailableError
from rag.models import Hit
from rag.protocols import Vectors
from rag.settings import ChromaSettings

MAX_ALLOWED_IDS = 5000
"""Above this, asking Chroma for certain ids costs more than asking for more neighbours and filtering them here."""

FEW_ALLOWED = 200
"""Up to so many vectors are read and multiplied here (0.03 ms each): a query for ids costs Chroma 20 to 40 ms in a
collection of 44,000, however few they are."""

READ_SHARE, MAX_READ = 20, 5000
"""A share of a collection in this process (one in twenty, so many at most) is sooner read and multiplied: asked among
700 to 5,000 passages for the first time reading costs 23 to 218 CPU ms, a query for ids 21 to 44 in a collection of
20,000 and 140 for 3,600 in one of 100,000; but what was read is kept, and asked again takes 1 to 8."""

BROAD = 4
"""A filter that lets most passages through is faster by more neighbours too: 9 ms for half of 24,000, by ids 40."""

_PAGE = 10_000
"""Ids read at a time."""

_LENGTH_TOLERANCE = 1e-2
"""Unit vectors come back within 1e-6 of unit length from float32, within 4e-3 of it from bfloat16."""

_OVERFETCH = 1.5
"""First guess at how many more neighbours than ``k / share allowed`` must be asked for."""


class ChromaVectorIndex:
    """One Chroma collection. Cosine; no embedding function ever, for Chroma's would download or run a model."""

    def __init__(self, client: Any, collection: Any, place: str, batch_size: int) -> None:
        self._client = client
        self._collection = collection
        self._place = place
        self._batch_size = batch_size

    @classmethod
    def open(cls, settings: ChromaSettings, folder: Path, collection: str) -> Self:
        """Open the folder, or name the server in the settings, to be connected when needed; a new collection is made.

        Several collections of a folder may be open at once: in one process they are one client of Chroma's.

        Args:
            settings: server address, index parameters, batch size.
            folder: Chroma's own, its files sound; one process at a time. Not used with a server.
            collection: Gazette's name of the collection.

        Raises:
            StoreError: the folder cannot be read.
            SettingsError: the URL names no server.
        """
        place = settings.url or str(folder)
        name = f"gazette-{collection}-passages"
        hnsw = {
            "space": "cosine",
            "ef_construction": settings.ef_construction,
            "ef_search": settings.ef_search,
            "max_neighbors": settings.max_neighbors,
        }
        if settings.url:
            server = ServerCollection(settings.url, name, {"hnsw": hnsw}, settings.timeout_seconds)
            return cls(server, server, place, settings.batch_size)
        with _store_errors(place):
            client = _folder(folder)
            stored = client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": hnsw})
        return cls(client, stored, place, settings.batch_size)

    def close(self) -> None:
        """Release folder or connection."""
        with _store_errors(self._place):
            self._client.close()

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Store one vector a passage, replacing what was stored for it.

        What is replaced is deleted first: a vector moved within the graph keeps its old neighbours, and about one in
        a dozen was then never found again (measured with 250 vectors, chromadb 1.5.9).
        """
        with _store_errors(self._place):
            for at in range(0, len(passage_ids), self._batch_size):
                ids = list(passage_ids[at : at + self._batch_size])
                if known := self._collection.get(ids=ids, include=[])["ids"]:
                    self._collection.delete(ids=known)
                self._collection.upsert(ids=ids, embeddings=vectors[at : at + self._batch_size])

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Forget passages; unknown ids are no error."""
        with _store_errors(self._place):
            for at in range(0, len(passage_ids), self._batch_size):
                self._collection.delete(ids=list(passage_ids[at : at + self._batch_size]))

    def count(self) -> int:
        """Passages that have a vector."""
        with _store_errors(self._place):
            return int(self._collection.count())

    def few(self) -> int:
        """How many passages are sooner read and multiplied by who keeps them than searched among."""
        with _store_errors(self._place):
            return max(FEW_ALLOWED, min(int(self._collection.count()) // READ_SHARE, MAX_READ))

    def ids(self) -> set[str]:
        """Every passage that has a vector."""
        found: set[str] = set()
        with _store_errors(self._place):
            while page := self._collection.get(include=[], limit=_PAGE, offset=len(found))["ids"]:
                found.update(page)
        return found

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        """Which of these passages have a vector."""
        with _store_errors(self._place):
            return set(self._collection.get(ids=list(passage_ids), include=[])["ids"]) if passage_ids else set()

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """The stored vectors, ``(len(passage_ids), dim)``.

        Raises:
            StoreError: one of them is not held, or cannot be read.
        """
        with _store_errors(self._place):
            held = self.rows(passage_ids)
            if missing := [passage_id for passage_id in passage_ids if passage_id not in held]:
                raise ValueError(f"{len(missing)} passages have no vector, {missing[0]} for one")
            return np.stack([held[passage_id] for passage_id in passage_ids])

    def rows(self, passage_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors of those passages that have one, each ``(dim,)``, by passage id."""
        if not passage_ids:
            return {}
        with _store_errors(self._place):
            found = self._collection.get(ids=list(passage_ids), include=["embeddings"])
            rows: Vectors = np.asarray(found["embeddings"], dtype=np.float32)
        # Copies: whoever keeps one row shall not keep the whole reply.
        return {passage_id: row.copy() for passage_id, row in zip(found["ids"], rows, strict=True)}

    def damage(self) -> list[str]:
        """What is wrong with the stored vectors, one sentence each; empty when all can be read and have unit length."""
        try:
            for at in range(0, self._collection.count(), _PAGE):
                page = self._collection.get(include=["embeddings"], limit=_PAGE, offset=at)["embeddings"]
                lengths = np.linalg.norm(np.asarray(page, dtype=np.float64), axis=1)
                if not np.allclose(lengths, 1.0, atol=_LENGTH_TOLERANCE):
                    return [f"{self._place}: holds vectors that are not as they were written"]
        except Exception as error:  # noqa: BLE001 - whatever keeps the vectors from being read is the finding
            return [f"{self._place}: {error}"]
        return []

    def search(self, vector: NDArray[np.float32], k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The ``k`` nearest of the allowed passages (all when None), best first, ties by id; ``score``: cosine."""
        with _store_errors(self._place):
            if allowed is None:
                # Asked for more than there are, Chroma gives what there is; counting first would cost half as much.
                found = self._nearest(vector, k)
            elif len(allowed) <= FEW_ALLOWED:
                found = [(name, float(row @ vector)) for name, row in self.rows(list(allowed)).items()]
            elif len(allowed) <= k:
                found = self._named(vector, k, allowed)
            elif not (held := self._collection.count()):
                found = []
            elif len(allowed) <= MAX_ALLOWED_IDS and _first_guess(k, len(allowed), held) > len(allowed) / BROAD:
                found = self._named(vector, k, allowed)
            else:
                found = self._nearest_filtered(vector, k, frozenset(allowed), held)
        best = sorted((-score, passage_id) for passage_id, score in found)[:k]
        return [Hit(passage_id, -score, rank) for rank, (score, passage_id) in enumerate(best, 1)]

    def _named(self, vector: NDArray[np.float32], k: int, ids: Collection[str]) -> list[tuple[str, float]]:
        # Chroma fails on ids it does not hold; which ones those are is the ledger's and the doctor's business.
        present = self._collection.get(ids=list(ids), include=[])["ids"] if ids else []
        return self._nearest(vector, min(k, len(present)), present) if present else []

    def _nearest(self, vector: NDArray[np.float32], k: int, ids: list[str] | None = None) -> list[tuple[str, float]]:
        result = self._collection.query(query_embeddings=[vector], n_results=k, ids=ids, include=["distances"])
        return [
            (passage_id, 1.0 - float(distance))
            for passage_id, distance in zip(result["ids"][0], result["distances"][0], strict=True)
        ]

    def _nearest_filtered(
        self, vector: NDArray[np.float32], k: int, allowed: frozenset[str], held: int
    ) -> list[tuple[str, float]]:
        """More neighbours than wanted, the allowed ones kept; more still until there are ``k`` or no more."""
        asked = _first_guess(k, len(allowed), held)
        while True:
            asked = min(asked, held)
            found = [one for one in self._nearest(vector, asked) if one[0] in allowed]
            if len(found) >= k or asked == held:
                return found
            asked *= 4


def check_files(folder: Path) -> None:
    """See that Chroma may read the files of a folder nobody is writing to.

    Raises:
        StoreError: they are damaged.
    """
    if damage := vector_file_damage(folder):
        raise StoreError(f"vector index {'; '.join(damage)}; run `gazette doctor --repair` to rebuild it")


def _first_guess(k: int, allowed: int, held: int) -> int:
    """How many neighbours bring ``k`` allowed ones, were these spread evenly."""
    return int(k * max(1.0, held / allowed) * _OVERFETCH)


def _folder(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    # _env_file: Chroma would read a `.env` of the current folder.
    return chromadb.PersistentClient(path=str(folder), settings=Settings(_env_file=None, anonymized_telemetry=False))


@contextmanager
def _store_errors(place: str) -> Iterator[None]:
    """Chroma's errors, its bindings' and its HTTP client's, as ours."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.TransportError, ConnectionError) as error:
        raise StoreUnavailableError(
            f"vector index {place}: {error or type(error).__name__}; bring the server back (`chroma run`), or see "
            "GAZETTE_CHROMA__URL; until then questions are answered by their terms alone"
        ) from error
    except (ChromaError, httpx.HTTPError, ValueError, RuntimeError, OSError) as error:
        raise StoreError(
            f"vector index {place}: {error}; it can be rebuilt from the ledger: remove a damaged folder, or bring the "
            "server back, and run `gazette doctor --repair`"
        ) from error
