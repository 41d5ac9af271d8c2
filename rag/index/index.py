"""The index of one collection: takes documents in, replaces and removes them, and mends what was interrupted.

Knows nothing of files, of how text is cut or embedded, or of ranking.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.errors import CorrectionError, GazetteError, StoreMismatchError
from rag.index.agreement import Disagreement
from rag.index.cutter import Cutter, PassageCutter, Segment
from rag.index.run import Run
from rag.index.stores import BATCH_PASSAGES, Stores
from rag.ledger import CutDocument, IndexSettings, Ledger, SourceRecord, restated
from rag.models import Correction, Document, Failure, IngestReport
from rag.protocols import Embedder, LexicalIndex, Progress, VectorIndex

log = logging.getLogger(__name__)


class Index:
    """One collection in three stores. One write at a time; searching goes on meanwhile."""

    def __init__(
        self,
        ledger: Ledger,
        vectors: VectorIndex,
        terms: LexicalIndex,
        embedder: Embedder,
        chunker: PassageCutter,
        segment: Segment,
        collection: str,
    ) -> None:
        self._ledger = ledger
        self._embedder = embedder
        self._chunker = chunker
        self._cutter = Cutter(segment, chunker)
        self._collection = collection
        self._stores = Stores(ledger, vectors, terms, embedder, chunker, collection)
        self._lock = threading.RLock()

    # --- opening ---------------------------------------------------------------------------------------------------

    def recover(self) -> Disagreement:
        """Finish what an interrupted run began. Call once after opening the stores.

        Returns:
            What the indexes still lack or hold too many; ``repair`` mends it. Logged as a warning if there is any.

        Raises:
            StoreMismatchError: the collection was built with another embedder, dimension or chunker.
        """
        with self._lock:
            recorded = self._ledger.index_settings(self._collection)
            if recorded is None:
                return Disagreement()
            self._check_settings(recorded)
            finished = self._stores.finish()
            if finished:
                log.info("finished %d documents of an interrupted run", finished)
            found = self.check()
        if not found.is_empty:
            log.warning("collection %s: %s; run `gazette doctor --repair`", self._collection, found)
        return found

    def _settings(self) -> IndexSettings:
        return IndexSettings(self._embedder.fingerprint, self._embedder.dim, self._chunker.fingerprint)

    def _check_settings(self, recorded: IndexSettings | None) -> None:
        current = self._settings()
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

        Raises:
            StoreMismatchError: the collection was built with another embedder, dimension or chunker.
            StoreError, ModelError: a store or the embedder failed; what was reported done stays.
        """
        began = time.perf_counter()
        run = Run(IngestReport(skipped=skipped))
        with self._lock:
            self._check_settings(self._ledger.index_settings(self._collection))
            for seen, document in enumerate(documents, 1):
                self._admit(document, run)
                if run.size() >= BATCH_PASSAGES:
                    self._write(run)
                if progress is not None:
                    progress("ingest", seen, None)
            self._write(run)
        return replace(run.report, seconds=time.perf_counter() - began)

    def _admit(self, document: Document | Failure, run: Run) -> None:
        if isinstance(document, Failure):
            run.fail(document)
            return
        known = self._ledger.known_document(self._collection, document.document_id)
        if run.holds(document, known):
            # What waits decides what this one is: the same bytes, or the source these bytes had so far.
            self._write(run)
            known = self._ledger.known_document(self._collection, document.document_id)
        own, bequest = self._said(document)
        if known and bequest:
            # Before the source moves here: the document it stood for may go with that, but not what was said of it.
            if not self._cut(known, (*own, *bequest), run):
                return
            self._write(run)
            own, bequest = [*own, *bequest], []
        wanted = self._difference(document, known) if known else document
        if wanted is None:
            run.report = replace(run.report, unchanged=run.report.unchanged + 1)
        else:
            self._cut(wanted, (*own, *bequest), run)

    def _cut(self, document: Document, corrections: Sequence[Correction], run: Run) -> bool:
        """Let a document wait as it is cut and corrected; whether it could be cut."""
        try:
            run.cuts.append(self._cutter.cut(document, corrections))
        except GazetteError as error:
            run.fail(Failure(document.source, str(error)))
            return False
        return True

    def _said(self, document: Document) -> tuple[list[Correction], list[Correction]]:
        """Corrections of a document so far, and those it has yet to take over from what its source stood for."""
        own = self._corrections(document.document_id)
        before = self._ledger.document_id_for_source(self._collection, document.source)
        if before is None or before == document.document_id:
            return own, []
        known = {one.correction_id for one in own}
        return own, [one for one in self._corrections(before) if one.correction_id not in known]

    def _corrections(self, document_id: str) -> list[Correction]:
        return [one.kept.correction for one in self._ledger.corrections(self._collection, document_id)]

    def _difference(self, document: Document, known: Document) -> Document | None:
        """What must be cut of bytes that are known; None when nothing. A new source or name is recorded on the way."""
        wanted = restated(document, known)
        if document.source != known.source:
            recorded = SourceRecord(document.document_id, document.document)
            if self._ledger.source_record(self._collection, document.source) != recorded:
                self._stores.forget(self._ledger.add_source(document))
        elif wanted is None and document.document != known.document:
            self._ledger.rename(document)
        return wanted

    def _write(self, run: Run) -> None:
        """Write what waits to all three stores."""
        if not run.cuts:
            return
        self._stores.write(run.cuts)
        run.written()

    # --- correcting ------------------------------------------------------------------------------------------------

    def correct(self, document_id: str, correction: Correction) -> CutDocument:
        """Cut a document again with one more correction. Cut and correction become visible in one step.

        Raises:
            NotFoundError: no such document.
            CorrectionError: the correction changes nothing, or finds no place in the document as it is cut now.
        """
        with self._lock:
            cut = self._recut(document_id, [*self._corrections(document_id), correction])
            reason = cut.corrections[-1].reason
            if reason is not None:
                raise CorrectionError(reason)
            if cut.articles == tuple(
                one for one, _ in self._ledger.articles(self._collection, document_id=document_id)
            ):
                raise CorrectionError(f"nothing to {correction.kind}: {cut.document.document} is already cut like this")
            self._stores.write([cut])
        return cut

    def undo(self, document_id: str, correction_id: str) -> CutDocument:
        """Cut a document again without one of its corrections.

        Raises:
            NotFoundError: no such document.
        """
        with self._lock:
            left = [one for one in self._corrections(document_id) if one.correction_id != correction_id]
            cut = self._recut(document_id, left)
            self._stores.write([cut])
        return cut

    def _recut(self, document_id: str, corrections: Iterable[Correction]) -> CutDocument:
        self._check_settings(self._ledger.index_settings(self._collection))
        return self._cutter.cut(self._ledger.document(self._collection, document_id), corrections)

    # --- removing --------------------------------------------------------------------------------------------------

    def delete(self, document_id: str) -> None:
        """Remove a document: invisible at once, then gone from vectors, terms and ledger.

        Raises:
            NotFoundError: no such document.
        """
        with self._lock:
            self._stores.forget(self._ledger.tombstone(self._collection, document_id))

    # --- mending ---------------------------------------------------------------------------------------------------

    def check(self) -> Disagreement:
        """Compare what vectors and terms hold with what the ledger shows."""
        return self._stores.compare()

    def repair(self) -> Disagreement:
        """Rebuild from the ledger what an index lacks and remove what it holds too many.

        Returns:
            What was mended.
        """
        with self._lock:
            found = self.recover()
            self._stores.mend(found)
        return found
