"""What of a stream of documents must be prepared: known bytes are not, and whatever bears on another waits its turn.

Knows the ledger; nothing of how documents are prepared or written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from rag.index.prepare import Order
from rag.ledger import CutDocument, Ledger, SourceRecord, restated
from rag.models import Correction, Document, Failure

BATCH_DOCUMENTS = 256
"""Documents prepared together, at most: enough short ones to fill batches of the encoder."""

BATCH_CHARS = 100_000
"""Characters prepared together, at most (or one document): about 250 passages of news."""

Given = Document | Failure
"""What a reader gives: a document, or why there is none."""


class Admission:
    """One stream into one collection. What it lets through is marked as on its way until ``written`` says otherwise."""

    def __init__(
        self, ledger: Ledger, collection: str, forget: Callable[[Sequence[int]], None], seen: Callable[[int], None]
    ) -> None:
        """Over an open ledger.

        Args:
            ledger: asked what is known; sources and names of known bytes are recorded in it.
            collection: the documents'.
            forget: takes the versions that nothing stands for any more.
            seen: told after every document, with the number taken from the stream so far.
        """
        self._ledger = ledger
        self._collection = collection
        self._forget = forget
        self._seen = seen
        self._taken = 0
        self._on_its_way: set[str] = set()
        self._held_back: Document | None = None
        self._inherited: set[str] = set()
        self.unchanged = 0

    def stretches(self, documents: Iterable[Given]) -> Iterator[Iterator[list[Order | Failure]]]:
        """The stream in stretches of batches: within one, no document bears on what is to be done with another.

        What is on its way decides what a document with the same bytes or source is, so that one opens the next stretch.
        Prepare and write all of a stretch before asking for the next.
        """
        remaining = iter(documents)
        while True:
            self._on_its_way.clear()
            yield in_batches(self._stretch(remaining))
            if self._held_back is None:
                return

    def written(self, cuts: Iterable[CutDocument]) -> None:
        """These are in the ledger now."""
        for cut in cuts:
            self._on_its_way -= _marks(cut.document)

    def _stretch(self, remaining: Iterator[Given]) -> Iterator[Order | Failure]:
        held, self._held_back = self._held_back, None
        for given in remaining if held is None else chain([held], remaining):
            if isinstance(given, Failure):
                self._take()
                yield given
                continue
            known = self._ledger.known_document(self._collection, given.document_id)
            if any(not self._on_its_way.isdisjoint(_marks(one)) for one in (given, known) if one):
                self._held_back = given
                return
            own, bequest = self._said(given)
            if known and bequest and known.document_id not in self._inherited:
                # Before the source moves here: the document it stood for may go with that, not what was said of it.
                self._inherited.add(known.document_id)
                self._held_back = given
                yield Order(known, (*own, *bequest))
                return
            self._take()
            if known and bequest:
                continue  # It could not be cut so, which is reported.
            wanted = self._difference(given, known) if known else given
            if wanted is None:
                self.unchanged += 1
            else:
                self._on_its_way |= _marks(wanted)
                yield Order(wanted, (*own, *bequest))

    def _take(self) -> None:
        self._taken += 1
        self._seen(self._taken)

    def _said(self, document: Document) -> tuple[list[Correction], list[Correction]]:
        """Corrections of a document so far, and those it has yet to take over from what its source stood for."""
        own = corrections_of(self._ledger, self._collection, document.document_id)
        before = self._ledger.document_id_for_source(self._collection, document.source)
        if before is None or before == document.document_id:
            return own, []
        known = {one.correction_id for one in own}
        left = corrections_of(self._ledger, self._collection, before)
        return own, [one for one in left if one.correction_id not in known]

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


def corrections_of(ledger: Ledger, collection: str, document_id: str) -> list[Correction]:
    """What was corrected in a document, in order."""
    return [one.kept.correction for one in ledger.corrections(collection, document_id)]


def _marks(document: Document) -> set[str]:
    return {document.document_id, document.source}


def in_batches(orders: Iterable[Order | Failure]) -> Iterator[list[Order | Failure]]:
    """Lists to be prepared together, bounded in number and characters."""
    batch: list[Order | Failure] = []
    chars = 0
    for order in orders:
        length = len(order.document.text) if isinstance(order, Order) else 0
        if batch and (len(batch) == BATCH_DOCUMENTS or chars + length > BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(order)
        chars += length
    if batch:
        yield batch
