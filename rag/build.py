"""Opens a data folder and wires its stores into pipelines, one a collection. Stores and readers are named only here."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from rag.adapters.chroma import ChromaVectorIndex, check_files
from rag.adapters.processor import give_way
from rag.adapters.ray import RayEngine
from rag.adapters.rensa import RensaSigner
from rag.adapters.sentence_transformers import load_embedder
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.choosing import build_generator, build_reranker
from rag.chunk import Chunker
from rag.copies import CopyAwareRetriever, CopyFinder
from rag.duplicates import signed_hashes
from rag.embedding import Embedding
from rag.engine import LocalEngine
from rag.index import Cutter, Index, Order, Prepare, Prepared, Preparer, WatchedVectors
from rag.ledger import Ledger, StoreLock, settle
from rag.ledgers import ledger_url
from rag.models import Failure
from rag.pages import segment
from rag.pipeline import Pipeline
from rag.protocols import Embedder, Engine, Generator, Reranker
from rag.remembered import RememberedRankings
from rag.retrieve import Retriever
from rag.revisions import cutter_revision, revision
from rag.settings import ChunkSettings, EmbedderSettings, Settings
from rag.text.ngrams import terms
from rag.verify import RuleVerifier


def vectors_folder(settings: Settings) -> Path:
    """Chroma's folder, shared by all collections."""
    return settings.store.path / "chroma"


def terms_folder(settings: Settings) -> Path:
    """tantivy's folder of this collection."""
    return settings.store.path / "terms" / settings.store.collection


def open_vectors(settings: Settings, folder: Path, collection: str) -> ChromaVectorIndex:
    """A collection's vectors in this folder, which is looked at first, or on the server the settings name."""
    if settings.chroma.url is None:
        check_files(folder)
    return ChromaVectorIndex.open(settings.chroma, folder, collection)


def open_terms(folder: Path) -> TantivyLexicalIndex:
    """The terms in this folder."""
    return TantivyLexicalIndex.open(folder, terms)


@dataclass(frozen=True, slots=True)
class OpenStores:
    """What is in a data folder of one collection, open and in step."""

    ledger: Ledger
    embedder: Embedder
    vectors: ChromaVectorIndex
    lexical: TantivyLexicalIndex
    index: Index


@dataclass(frozen=True, slots=True)
class Shared:
    """What all collections of a data folder share in one process. ``work``, ``writer`` and ``drafting`` are threads."""

    ledger: Ledger
    embedder: Embedder
    engine: Engine
    prepare: Prepare | None
    reranker: Reranker | None
    generator: Generator
    work: ThreadPoolExecutor
    writer: ThreadPoolExecutor
    drafting: ThreadPoolExecutor

    def finish(self) -> None:
        """Let running work end, and begin none. Safe to call twice."""
        for threads in (self.drafting, self.writer, self.work):
            threads.shutdown()


def open_stores(
    settings: Settings,
    opened: ExitStack,
    *,
    engine: Engine | None = None,
    prepare: Prepare | None = None,
    recover: bool = True,
) -> OpenStores:
    """Open what is in the data folder, and finish what an interrupted run began. The caller holds the lock.

    Args:
        settings: where everything is.
        opened: closes all of it.
        engine: where documents are prepared; unset: here.
        prepare: what the engine runs; unset: what the index would.
        recover: finish what was interrupted; not for stores that are still to be filled.

    Raises:
        StoreMismatchError, ModelUnavailableError: as ``build_pipeline``.
    """
    ledger, embedder = _open_ground(settings, opened)
    return _collection_stores(settings, ledger, embedder, opened, engine, prepare, recover=recover)


def _open_ground(settings: Settings, opened: ExitStack) -> tuple[Ledger, Embedder]:
    settle(vectors_folder(settings))
    if settings.chroma.url is None:
        # Once, before anything is written: files that are being written look damaged.
        check_files(vectors_folder(settings))
    ledger = Ledger.open(ledger_url(settings), RensaSigner(signed_hashes))
    opened.callback(ledger.close)
    return ledger, shared_embedder(settings.embedder, settings.cache_path)


def _collection_stores(
    settings: Settings,
    ledger: Ledger,
    embedder: Embedder,
    opened: ExitStack,
    engine: Engine | None,
    prepare: Prepare | None,
    *,
    recover: bool,
) -> OpenStores:
    settle(terms_folder(settings))
    vectors = ChromaVectorIndex.open(settings.chroma, vectors_folder(settings), settings.store.collection)
    opened.callback(vectors.close)
    lexical = open_terms(terms_folder(settings))
    opened.callback(lexical.close)
    chunker, collection = _chunker(settings.chunk, embedder), settings.store.collection
    working = partial(Index, engine=engine, prepare=prepare, revision=cutter_revision())
    index = working(ledger, vectors, lexical, embedder, chunker, segment, collection)
    if recover:
        index.recover()
    return OpenStores(ledger, embedder, vectors, lexical, index)


def build_pipeline(settings: Settings, *, url: str | None = None, generator: Generator | None = None) -> Pipeline:
    """Open the data folder and build every part for one collection; finishes what an interrupted run began.

    Args:
        settings: what to build from.
        url: where the service over this pipeline listens, if there is one.
        generator: drafts what it says; by default the one the settings name.

    Raises:
        StoreLockedError: another process holds the data folder.
        StoreMismatchError: it was built with another embedder, dimension or chunker.
        ModelUnavailableError: the embedder cannot be loaded, or the reranker is not on this machine.
    """
    with ExitStack() as opened:
        shared = open_shared(settings, opened, url=url, generator=generator)
        return collection_pipeline(settings, shared, opened)


def open_shared(
    settings: Settings, opened: ExitStack, *, url: str | None = None, generator: Generator | None = None
) -> Shared:
    """Take the data folder and open what is no one collection's; ``opened`` closes it. Else as ``build_pipeline``."""
    engine, prepare = _engine(settings)
    opened.callback(engine.close)
    opened.enter_context(StoreLock.acquire(settings.store.path, url))
    ledger, embedder = _open_ground(settings, opened)
    drafting = _threads(settings, "draft")
    return Shared(
        ledger,
        embedder,
        engine,
        prepare,
        build_reranker(settings),
        generator or build_generator(settings, drafting),
        _threads(settings, "work"),
        # Who waits for an answer goes first; on the command line nobody else does.
        ThreadPoolExecutor(1, thread_name_prefix="gazette-writer", initializer=give_way if url else None),
        drafting,
    )


def collection_pipeline(settings: Settings, shared: Shared, opened: ExitStack) -> Pipeline:
    """The pipeline of one collection over what is shared; finishes what an interrupted run began in it.

    Args:
        settings: name the collection.
        shared: what it has in common with the others; its threads are finished before this collection's stores close.
        opened: what is closed with the pipeline; emptied.

    Raises:
        StoreMismatchError: the collection was built with another embedder, dimension or chunker.
        StoreError: its stores are damaged.
    """
    with opened:
        ledger, collection, engine = shared.ledger, settings.store.collection, shared.engine
        stores = _collection_stores(settings, ledger, shared.embedder, opened, engine, shared.prepare, recover=True)
        opened.callback(shared.finish)
        # A folder is ours alone and was compared just now; a server may be emptied while we ask it.
        searched = WatchedVectors(stores.vectors, ledger, collection) if settings.chroma.url else stores.vectors
        retriever = Retriever(
            ledger, searched, stores.lexical, shared.embedder, settings.retrieve, date.today, shared.reranker
        )
        copies = CopyFinder(ledger, collection)
        # A server may lose vectors at any moment: every search sees whether it has.
        may_remember = settings.retrieve.remember and not settings.chroma.url
        remembered = RememberedRankings(lambda: ledger.changes, date.today) if may_remember else None
        return Pipeline(
            settings,
            pool=shared.work,
            writer=shared.writer,
            ledger=ledger,
            index=stores.index,
            engine=engine,
            embedding=Embedding(shared.embedder, shared.work),
            retriever=CopyAwareRetriever(
                retriever, copies, collapse=settings.retrieve.collapse_copies, remembered=remembered
            ),
            generator=shared.generator,
            verifier=RuleVerifier(),
            revision=revision(),
            on_close=opened.pop_all().close,
        )


def _threads(settings: Settings, name: str) -> ThreadPoolExecutor:
    """Threads for one kind of work. Drafting takes tens of times what a search takes: each waits for its own kind."""
    return ThreadPoolExecutor(settings.serve.workers, thread_name_prefix=f"gazette-{name}")


def _engine(settings: Settings) -> tuple[Engine, Prepare | None]:
    """Where documents are prepared, and what is run there; None for what the index itself would run."""
    if settings.ingest.engine == "ray":
        return RayEngine(settings.ingest), RemotePreparer(settings.embedder, settings.chunk, settings.cache_path)
    return LocalEngine(), None


@dataclass(frozen=True, slots=True)
class RemotePreparer:
    """Cuts and embeds in whatever process it is called in, with an embedder loaded there once, on one thread.

    One thread, because there is a worker for every core.
    """

    embedder: EmbedderSettings
    chunk: ChunkSettings
    cache: Path

    def __call__(self, orders: Sequence[Order | Failure]) -> list[Prepared | Failure]:
        """One result an order, in order; see ``rag.index.Preparer``."""
        return _preparer(self)(orders)


@cache
def _preparer(recipe: RemotePreparer) -> Preparer:
    embedder = load_embedder(recipe.embedder.model_copy(update={"threads": 1}), recipe.cache)
    chunker = _chunker(recipe.chunk, embedder)
    return Preparer(Cutter(segment, chunker, cutter_revision()), chunker, embedder)


def _chunker(settings: ChunkSettings, embedder: Embedder) -> Chunker:
    return Chunker(embedder.count_tokens, settings.max_chars, min(settings.max_tokens, embedder.max_tokens))


@cache
def shared_embedder(settings: EmbedderSettings, cache_path: Path) -> Embedder:
    """One embedder a process, however many pipelines are open: its weights are most of what a process holds."""
    return load_embedder(settings, cache_path)
