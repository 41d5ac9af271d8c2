"""Cuts stored documents again, and writes those that come out differently. Knows nothing of how pages are cut."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from rag.errors import MalformedSourceError
from rag.index.admission import corrections_of
from rag.index.prepare import Preparer
from rag.index.run import unapplied
from rag.index.stores import Stores
from rag.ledger import CutDocument, Ledger
from rag.models import Failure, Filters, RecutReport, UnappliedCorrection

TOGETHER = 64
"""Documents looked at before anything is written: what differs among them is embedded together."""


class Recutter:
    """One collection. The caller sees to it that one write runs at a time."""

    def __init__(self, ledger: Ledger, stores: Stores, preparer: Preparer, collection: str) -> None:
        self._ledger = ledger
        self._stores = stores
        self._preparer = preparer
        self._collection = collection

    def run(self, document_ids: Sequence[str], told: Callable[[int], None]) -> RecutReport:
        """Cut these again, as they were corrected; stopped anywhere, the next run goes on where this one was.

        Args:
            document_ids: visible documents.
            told: called after every stretch, with the number done.

        Raises:
            NotFoundError: one of them is not there.
            StoreError, ModelError: a store or the embedder failed; what was done stays.
        """
        began = time.perf_counter()
        report = RecutReport()
        for at in range(0, len(document_ids), TOGETHER):
            results = [self._cut(document_id) for document_id in document_ids[at : at + TOGETHER]]
            cuts = [one for one in results if isinstance(one, CutDocument)]
            changed = [cut for cut in cuts if not self._is_stored(cut)]
            if changed:
                self._stores.write(self._preparer.embedded(changed))
            self._ledger.record_cutter(cuts)
            report = replace(
                report,
                documents=report.documents + len(results),
                changed=(*report.changed, *(cut.document.document for cut in changed)),
                failed=(*report.failed, *(one for one in results if isinstance(one, Failure))),
                unapplied=(*report.unapplied, *_unapplied(changed)),
            )
            told(report.documents)
        return replace(report, seconds=time.perf_counter() - began)

    def _cut(self, document_id: str) -> CutDocument | Failure:
        document = self._ledger.document(self._collection, document_id)
        try:
            return self._preparer.cutter.cut(document, corrections_of(self._ledger, self._collection, document_id))
        except MalformedSourceError as error:
            return Failure(document.source, f"{error}; it stays as it was cut before")

    def _is_stored(self, cut: CutDocument) -> bool:
        """Whether articles, passages and what became of each correction are what the ledger holds.

        What is indexed of a passage is the same then: how that is made is in the collection's fingerprint.
        """
        document_id = cut.document.document_id
        pieces = self._ledger.articles(self._collection, document_id=document_id)
        if tuple(article for article, _ in pieces) != cut.articles:
            return False
        passages = self._ledger.allowed_passages(self._collection, Filters(document=document_id)).passage_ids
        if passages != frozenset(passage.passage_id for passage in cut.passages):
            return False
        kept = self._ledger.corrections(self._collection, document_id)
        return tuple(one.kept for one in kept) == cut.corrections


def _unapplied(cuts: Iterable[CutDocument]) -> Iterator[UnappliedCorrection]:
    return (one for cut in cuts for one in unapplied(cut))
