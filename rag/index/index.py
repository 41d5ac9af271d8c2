"""The index of one collection: takes documents in, replaces and removes them, and mends what was interrupted.

Knows nothing of files, of how text is cut or embedded, or of ranking.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from rag.engine import LocalEngine
from rag.errors import CorrectionError, StoreError, StoreMismatchError, StoreUnavailableError
from rag.index.admission import Admission, corrections_of
from rag.index.agreement import Disagreement
from rag.index.cutter import Cutter, PassageCutter, Segment
from rag.index.prepare import Order, Prepared, Preparer
from rag.index.recut import Recutter
from rag.index.run import Run
from rag.index.stores import BATCH_PASSAGES, Stores
from rag.ledger import CutDocument, IndexSettings, Ledger
from rag.models import Correction, Document, Failure, IngestReport, RecutReport
from rag.protocols import Embedder, Engine, LexicalIndex, Progress, StoredVectors, VectorIndex, Vectors

log = logging.getLogger(__name__)

Prepare = Callable[[Sequence[Order | Failure]], list[Prepared | Failure]]
"""Cuts and embeds documents; called with whatever an engine can carry to where it works."""


class Index:
    """One collection in three stores. One write at a time; searching goes on meanwhile."""

    def __init__(
        self,
        ledger: Ledger,
        vectors: StoredVectors,
        terms: LexicalIndex,
        embedder: Embedder,
        chunker: PassageCutter,
        segment: Segment,
        collection: str,
        *,
        engine: Engine | None = None,
        prepare: Prepare | None = None,
        revision: str = "",
    ) -> None:
        """Over opened stores.

        Args:
            ledger: the truth.
            vectors: of this collection.
            terms: of this collection.
            embedder: for what is rebuilt from the ledger, and the fingerprint.
            chunker: cuts articles into passages.
            segment: cuts documents into articles.
            collection: its name.
            engine: where documents are prepared; unset: here.
            prepare: what the engine runs, equal to cutting and embedding with the above; unset: exactly that.
            revision: names what cuts; documents cut by another one are ``cut_otherwise``.
        """
        self._ledger = ledger
        self._settings = IndexSettings(embedder.fingerprint, embedder.dim, chunker.fingerprint)
        self._engine: Engine = engine or LocalEngine()
        self._preparer = Preparer(Cutter(segment, chunker, revision), chunker, embedder)
        self._prepare = prepare or self._preparer
        self._collection = collection
        self._stores = Stores(ledger, vectors, terms, embedder, chunker, collection)
        self._lock = threading.RLock()

    # --- opening ---------------------------------------------------------------------------------------------------

    def recover(self) -> Disagreement:
        """Finish what an interrupted run began. Call once after opening the stores.

        Every passage is compared only where counts or the newest passages differ; ``check`` always compares all.
        Where a store's server does not answer, that waits for the next time, and is logged.

        Returns:
            What the indexes still lack or hold too many; ``repair`` mends it. Logged as a warning if there is any.

        Raises:
            StoreMismatchError: the collection was built with another embedder, dimension or chunker.
        """
        try:
            found = self._recover()
        except StoreUnavailableError as error:
            log.warning("collection %s: stores not compared: %s", self._collection, error)
            return Disagreement()
        if not found.is_empty:
            log.warning("collection %s: %s; run `gazette doctor --repair`", self._collection, str(found))
        return found

    def _recover(self) -> Disagreement:
        with self._lock:
            recorded = self._ledger.index_settings(self._collection)
            if recorded is None:
                return Disagreement()
            self._check_settings(recorded)
            finished = self._stores.finish()
            if finished:
                log.info("finished %d documents of an interrupted run", finished)
            return Disagreement() if self._stores.seem_in_step() else self.check()

    def _check_settings(self, recorded: IndexSettings | None) -> None:
        current = self._settings
        if recorded is None:
            self._ledger.save_index_settings(self._collection, current)
        elif recorded != current:
            raise StoreMismatchError(
                f"collection {self._collection!r} was indexed with embedder {recorded.embedder} (dimension "
                f"{recorded.dim}) and passages {recorded.chunker}; the settings now say {current.embedder} "
                f"({current.dim}) and {current.chunker}. Set them back (GAZETTE_EMBEDDER__NAME, GAZETTE_CHUNK__*), or "
                "rebuild: choose another GAZETTE_STORE__COLLECTION or GAZETTE_STORE__PATH and ingest again"
            )

    # --- taking in -------------------------------------------------------------------------------------------------

    def ingest(
        self, documents: Iterable[Document | Failure], *, skipped: int = 0, progress: Progress | None = None
    ) -> IngestReport:
        """Take documents in, in batches of bounded size; each batch is safe as soon as it is reported done.

        Known bytes are unchanged, unless ``restated`` finds that more is said about them than is known: then they are
        cut again. Under another source they become an alias. New bytes under a known source replace the old document
        in one step, and bring their own metadata.

        Args:
            documents: read one by one; failures are passed through to the report.
            skipped: files no reader takes, for the report.
            progress: told after every document, with the number seen so far.

        Returns:
            What was done. When a store fails after something was taken in, what was being written then is ``failed``
            and nothing more is read.

        Raises:
            StoreMismatchError: the collection was built with another embedder, dimension or chunker.
            StoreError, ModelError: a store failed before anything was taken in, or the embedder did.
        """
        began = time.perf_counter()
        run = Run(IngestReport(skipped=skipped))
        with self._lock:
            self._check_settings(self._ledger.index_settings(self._collection))
            admission = Admission(self._ledger, self._collection, self._stores.forget, _teller(progress))
            with suppress(_StoppedError):
                self._take_in(documents, run, admission)
        seconds = time.perf_counter() - began
        return replace(run.report, unchanged=admission.unchanged, seconds=seconds)

    def _take_in(self, documents: Iterable[Document | Failure], run: Run, admission: Admission) -> None:
        for stretch in admission.stretches(documents):
            for batch in self._engine.map(self._prepare, stretch):
                run.take(batch)
                if run.size() >= BATCH_PASSAGES:
                    self._write(run, admission)
            self._write(run, admission)

    def _write(self, run: Run, admission: Admission) -> None:
        """Write what waits to all three stores.

        Raises:
            StoreError: a store failed, and nothing was taken in before.
            _StoppedError: a store failed after something was taken in; the report says what is missing.
        """
        if not run.waiting:
            return
        try:
            self._stores.write(run.waiting)
        except StoreError as error:
            if not (run.report.documents or admission.unchanged):
                raise
            run.stopped(error)
            raise _StoppedError from error
        admission.written(one.cut for one in run.waiting)
        run.written()

    # --- correcting ------------------------------------------------------------------------------------------------

    def correct(self, document_id: str, correction: Correction) -> CutDocument:
        """Cut a document again with one more correction. Cut and correction become visible in one step.

        Raises:
            NotFoundError: no such document.
            CorrectionError: the correction changes nothing, or finds no place in the document as it is cut now.
        """
        with self._lock:
            cut = self._recut(document_id, [*corrections_of(self._ledger, self._collection, document_id), correction])
            reason = cut.corrections[-1].reason
            if reason is not None:
                raise CorrectionError(reason)
            if cut.articles == tuple(
                one for one, _ in self._ledger.articles(self._collection, document_id=document_id)
            ):
                raise CorrectionError(f"nothing to {correction.kind}: {cut.document.document} is already cut like this")
            self._stores.write(self._preparer.embedded([cut]))
        return cut

    def undo(self, document_id: str, correction_id: str) -> CutDocument:
        """Cut a document again without one of its corrections.

        Raises:
            NotFoundError: no such document.
        """
        with self._lock:
            left = [
                one
                for one in corrections_of(self._ledger, self._collection, document_id)
                if one.correction_id != correction_id
            ]
            cut = self._recut(document_id, left)
            self._stores.write(self._preparer.embedded([cut]))
        return cut

    def cut_otherwise(self) -> list[str]:
        """Documents that another program cut, which may come out differently."""
        return self._ledger.cut_otherwise(self._collection, self._preparer.cutter.revision)

    def recut(self, document_ids: Sequence[str] | None = None, *, progress: Progress | None = None) -> RecutReport:
        """Cut documents again as they were corrected; only those that come out differently are written.

        Args:
            document_ids: which; None for all that are ``cut_otherwise``.
            progress: told how many are done.

        Raises:
            NotFoundError: no such document.
            StoreMismatchError: the collection was built with another embedder, dimension or chunker.
            StoreError, ModelError: a store or the embedder failed; what was done stays.
        """
        with self._lock:
            self._check_settings(self._ledger.index_settings(self._collection))
            wanted = self.cut_otherwise() if document_ids is None else list(dict.fromkeys(document_ids))
            recutter = Recutter(self._ledger, self._stores, self._preparer, self._collection)
            return recutter.run(wanted, lambda done: progress("recut", done, len(wanted)) if progress else None)

    def _recut(self, document_id: str, corrections: Iterable[Correction]) -> CutDocument:
        self._check_settings(self._ledger.index_settings(self._collection))
        return self._preparer.cutter.cut(self._ledger.document(self._collection, document_id), corrections)

    # --- removing --------------------------------------------------------------------------------------------------

    def delete(self, document_id: str) -> None:
        """Remove a document: invisible at once, then gone from vectors, terms and ledger.

        Raises:
            NotFoundError: no such document.
        """
        with self._lock:
            self._stores.forget(self._ledger.tombstone(self._collection, document_id))

    def copy(self, vectors: VectorIndex | None, terms: LexicalIndex) -> None:
        """Write what is visible into empty indexes (vectors None: terms only); the caller puts them in place.

        Raises:
            StoreError: what is stored cannot be read; ``repair`` comes first.
        """
        with self._lock:
            self._stores.copy(vectors, terms)

    def vector_rows(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those passages that have one, by id; also while something is written."""
        return self._stores.vectors.rows(passage_ids)

    # --- mending ---------------------------------------------------------------------------------------------------

    def check(self) -> Disagreement:
        """Compare what vectors and terms hold with what the ledger shows."""
        return self._stores.compare()

    def repair(self) -> Disagreement:
        """Rebuild from the ledger what an index lacks and remove what it holds too many.

        Returns:
            What was mended.

        Raises:
            StoreUnavailableError: a store's server does not answer.
        """
        with self._lock:
            self._recover()
            found = self.check()
            self._stores.mend(found)
        return found


class _StoppedError(Exception):
    """An ingest ends early; why is in its report."""


def _teller(progress: Progress | None) -> Callable[[int], None]:
    return lambda seen: progress("ingest", seen, None) if progress else None
