"""The collections of one data folder, each a pipeline of its own, opened on demand and closed together.

What they share (lock, ledger, embedder, threads) is opened once; vectors, terms and ranking are each collection's own.
Knows nothing of who asks for which.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from rag.build import collection_pipeline, open_shared
from rag.errors import GazetteError, NotFoundError
from rag.pipeline import Pipeline
from rag.protocols import Generator
from rag.settings import Settings

RETRY_SECONDS = 30.0
"""From one try to open a collection to the next: what was mended is noticed without a restart, and requests meanwhile
do not each pay for a try."""

_LOG = logging.getLogger(__name__)


class Collections:
    """Pipelines by collection. Safe to use from several threads; close it after use.

    Args:
        own: the pipeline of the settings' own collection.
        make: opens another one; unset: there is only that one.
        close: closes what they share, after the pipelines.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        own: Pipeline,
        make: Callable[[str], Pipeline] | None = None,
        close: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.own = own
        self._make = make
        self._close = close
        self._open = {own.collection: own}
        self._clock = clock
        self._broken: dict[str, tuple[GazetteError, float]] = {}
        self._recorded = {own.collection}
        self._lock = threading.Lock()

    @property
    def only(self) -> bool:
        """There is one collection here, and never another."""
        return self._make is None

    def holds(self, collection: str) -> bool:
        """Whether there is such a collection: the settings' own, one that was ever written to, or one a key names."""
        if collection in self._recorded:
            return True
        if self.only:
            return False
        self._recorded |= set(self.own.ledger.collections())
        return collection in self._recorded or collection in self.own.ledger.keys.collections()

    def names(self) -> list[str]:
        """Every collection that was ever written to, and the settings' own, by name."""
        return sorted({self.own.collection, *(() if self.only else self.own.ledger.collections())})

    def pipeline(self, collection: str) -> Pipeline:
        """The pipeline of a collection, opened if it is not; a new collection is begun empty.

        Raises:
            NotFoundError: there is none but the settings' own.
            GazetteError: it could not be opened; tried again after ``RETRY_SECONDS``.
        """
        # Whoever asks for an open one does not wait for another that is being opened.
        if (found := self._open.get(collection)) is not None:
            return found
        with self._lock:
            if collection not in self._open:
                self._open[collection] = self._opened(collection)
            return self._open[collection]

    def _opened(self, collection: str) -> Pipeline:
        if self._make is None:
            raise NotFoundError(f"no collection {collection!r} here")
        error, tried = self._broken.get(collection, (None, 0.0))
        if error is not None and self._clock() - tried < RETRY_SECONDS:
            raise error.with_traceback(None)
        try:
            found = self._make(collection)
        except GazetteError as failed:
            self._broken[collection] = (failed, self._clock())
            raise
        if self._broken.pop(collection, None):
            _LOG.info("collection %s could be opened again", collection)
        return found

    def open_all(self) -> None:
        """Open every collection there is, which finishes what was interrupted in it. One that cannot be is logged."""
        if self.only:
            return
        for collection in sorted({*self.own.ledger.collections(), *self.own.ledger.keys.collections()}):
            try:
                self.pipeline(collection)
            except GazetteError as error:
                _LOG.error("collection %s could not be opened: %s", collection, error)

    def opened(self) -> list[Pipeline]:
        """The pipelines that are open."""
        return list(self._open.values())

    def close(self) -> None:
        """Finish running work in all of them, then release the data folder."""
        with self._lock, ExitStack() as closing:
            closing.callback(self._close)
            for pipeline in self._open.values():
                closing.callback(pipeline.close)


def open_collections(
    settings: Settings,
    *,
    url: str | None = None,
    generator: Generator | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Collections:
    """Open the data folder with every collection in it.

    Args:
        settings: what to build from; their own collection must open.
        url: where the service over it listens, if there is one.
        generator: drafts what it says; by default the one the settings name.
        clock: as for ``Collections``.

    Raises:
        StoreLockedError, StoreMismatchError, ModelUnavailableError: as ``rag.build.build_pipeline``.
    """
    with ExitStack() as opened:
        shared = open_shared(settings, opened, url=url, generator=generator)

        def make(collection: str) -> Pipeline:
            store = settings.store.model_copy(update={"collection": collection})
            return collection_pipeline(settings.model_copy(update={"store": store}), shared, ExitStack())

        found = Collections(make(settings.store.collection), make, opened.pop_all().close, clock)
    try:
        found.open_all()
    except BaseException:
        found.close()
        raise
    return found
