"""Keeps ledger, vectors and terms in step: taking in, replacing, removing, and mending what was interrupted.

Every write goes ledger (pending) → vectors → terms → ledger (ready), every removal ledger (deleted) → vectors → terms →
ledger (gone), so whatever stops the program, the ledger knows what is left to do. Knows nothing of files, of how text
is cut or embedded, or of ranking.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rag.errors import GazetteError, StoreMismatchError
from rag.ledger import CutDocument, IndexSettings, Ledger, SourceRecord, article_count, check_storable, restated
from rag.models import Article, Document, Failure, IngestReport, Passage
from rag.protocols import Embedder, LexicalIndex, Progress, VectorIndex

log = logging.getLogger(__name__)

BATCH_PASSAGES = 256
"""Passages (or documents without any) written at a time: they fill sorted encoder batches and fit into memory."""

Segment = Callable[[Document], tuple[Article, ...]]


class PassageCutter(Protocol):
    """Cuts articles into passages, and says what is indexed for each. ``fingerprint`` names how."""

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints: equal passages and equal indexed text."""

    def chunk(self, article: Article) -> tuple[Passage, ...]:
        """Passages in order, without overlap; none for what is not to be found."""

    def index_text(self, article: Article, passage: Passage) -> str:
        """What vectors and terms are made from."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Passages that an index lacks, or holds though the ledger does not show them."""

    missing_vectors: frozenset[str] = frozenset()
    extra_vectors: frozenset[str] = frozenset()
    missing_terms: frozenset[str] = frozenset()
    extra_terms: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether the three stores agree."""
        return self == Disagreement()

    def __str__(self) -> str:
        return (
            f"vectors lack {len(self.missing_vectors)} passages and hold {len(self.extra_vectors)} too many, "
            f"terms lack {len(self.missing_terms)} and hold {len(self.extra_terms)} too many"
        )


@dataclass(slots=True)
class _Run:
    """One ingest under way: documents cut but not yet written, and the report so far."""

    report: IngestReport
    cuts: list[CutDocument] = field(default_factory=list)

    @property
    def passages(self) -> int:
        return sum(len(cut.passages) for cut in self.cuts)

    def holds(self, *documents: Document | None) -> bool:
        """Whether the bytes or the source of one of these are among what is not yet written."""
        given = {mark for document in documents if document for mark in (document.document_id, document.source)}
        return any(given & {cut.document.document_id, cut.document.source} for cut in self.cuts)

    def is_full(self) -> bool:
        return max(self.passages, len(self.cuts)) >= BATCH_PASSAGES

    def fail(self, failure: Failure) -> None:
        self.report = replace(self.report, failed=(*self.report.failed, failure))

    def written(self) -> None:
        """Count what is written now, and begin anew."""
        self.report = replace(
            self.report,
            documents=self.report.documents + len(self.cuts),
            articles=self.report.articles + sum(article_count(cut.articles) for cut in self.cuts),
            passages=self.report.passages + self.passages,
        )
        self.cuts = []


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
        self._vectors = vectors
        self._terms = terms
        self._embedder = embedder
        self._chunker = chunker
        self._segment = segment
        self._collection = collection
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
            pending = self._ledger.pending(self._collection)
            for version in pending:
                self._write_passages(self._ledger.passages_of(version))
                self._forget(self._ledger.mark_ready([version]))
            self._forget(self._ledger.deleted(self._collection))
            if pending:
                log.info("finished %d documents of an interrupted run", len(pending))
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
        run = _Run(IngestReport(skipped=skipped))
        with self._lock:
            self._check_settings(self._ledger.index_settings(self._collection))
            for seen, document in enumerate(documents, 1):
                self._admit(document, run)
                if run.is_full():
                    self._write(run)
                if progress is not None:
                    progress("ingest", seen, None)
            self._write(run)
        return replace(run.report, seconds=time.perf_counter() - began)

    def _admit(self, document: Document | Failure, run: _Run) -> None:
        if isinstance(document, Failure):
            run.fail(document)
            return
        known = self._ledger.known_document(self._collection, document.document_id)
        if run.holds(document, known):
            # What waits decides what this one is: the same bytes, or the source these bytes had so far.
            self._write(run)
            known = self._ledger.known_document(self._collection, document.document_id)
        wanted = self._difference(document, known) if known else document
        if wanted is None:
            run.report = replace(run.report, unchanged=run.report.unchanged + 1)
            return
        try:
            articles = self._segment(wanted)
            passages = tuple(passage for article in articles for passage in self._chunker.chunk(article))
            cut = CutDocument(wanted, articles, passages)
            check_storable(cut)
        except GazetteError as error:
            run.fail(Failure(document.source, str(error)))
        else:
            run.cuts.append(cut)

    def _difference(self, document: Document, known: Document) -> Document | None:
        """What must be cut of bytes that are known; None when nothing. A new source or name is recorded on the way."""
        wanted = restated(document, known)
        if document.source != known.source:
            recorded = SourceRecord(document.document_id, document.document)
            if self._ledger.source_record(self._collection, document.source) != recorded:
                self._forget(self._ledger.add_source(document))
        elif wanted is None and document.document != known.document:
            self._ledger.rename(document)
        return wanted

    def _write(self, run: _Run) -> None:
        """Write what waits to all three stores."""
        if not run.cuts:
            return
        versions = self._ledger.put_pending(run.cuts)
        self._write_passages([pair for cut in run.cuts for pair in _with_articles(cut)])
        self._forget(self._ledger.mark_ready(versions))
        run.written()

    def _write_passages(self, passages: Sequence[tuple[Article, Passage]]) -> None:
        for at in range(0, len(passages), BATCH_PASSAGES):
            texts = {
                passage.passage_id: self._chunker.index_text(article, passage)
                for article, passage in passages[at : at + BATCH_PASSAGES]
            }
            self._vectors.upsert(list(texts), self._embedder.embed_passages(list(texts.values())))
            self._terms.upsert(texts)

    # --- removing --------------------------------------------------------------------------------------------------

    def delete(self, document_id: str) -> None:
        """Remove a document: invisible at once, then gone from vectors, terms and ledger.

        Raises:
            NotFoundError: no such document.
        """
        with self._lock:
            self._forget(self._ledger.tombstone(self._collection, document_id))

    def _forget(self, versions: Sequence[int]) -> None:
        """Let all stores go of deleted versions; passages that a visible version still holds stay."""
        if not versions:
            return
        passage_ids = sorted(self._ledger.only_in(versions))
        self._vectors.delete(passage_ids)
        self._terms.delete(passage_ids)
        self._ledger.purge(versions)

    # --- mending ---------------------------------------------------------------------------------------------------

    def check(self) -> Disagreement:
        """Compare what vectors and terms hold with what the ledger shows."""
        visible = self._ledger.passage_ids(self._collection)
        vectors, terms = self._vectors.ids(), self._terms.ids()
        return Disagreement(
            frozenset(visible - vectors),
            frozenset(vectors - visible),
            frozenset(visible - terms),
            frozenset(terms - visible),
        )

    def repair(self) -> Disagreement:
        """Rebuild from the ledger what an index lacks and remove what it holds too many.

        Returns:
            What was mended.
        """
        with self._lock:
            found = self.recover()
            self._vectors.delete(sorted(found.extra_vectors))
            self._terms.delete(sorted(found.extra_terms))
            missing = sorted(found.missing_vectors | found.missing_terms)
            for at in range(0, len(missing), BATCH_PASSAGES):
                stored = self._ledger.passages(self._collection, missing[at : at + BATCH_PASSAGES])
                self._write_passages([(one.article, one.passage) for one in stored.values()])
        return found


def _with_articles(cut: CutDocument) -> Iterable[tuple[Article, Passage]]:
    by_id = {article.article_id: article for article in cut.articles}
    return ((by_id[passage.article_id], passage) for passage in cut.passages)
