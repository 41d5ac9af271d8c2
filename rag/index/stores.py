"""One collection in ledger, vectors and terms, written to and emptied in an order that survives being stopped.

Every write goes ledger (pending) → vectors → terms → ledger (ready), every removal ledger (deleted) → vectors → terms →
ledger (gone), so whatever stops the program, the ledger knows what is left to do. Knows nothing of how text is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from rag.errors import StoreError
from rag.index.agreement import Disagreement
from rag.index.cutter import PassageCutter
from rag.index.prepare import Indexed, Prepared, indexed
from rag.ledger import Ledger
from rag.models import Article, Passage
from rag.protocols import Embedder, LexicalIndex, StoredVectors, VectorIndex

BATCH_PASSAGES = 256
"""Passages (or documents without any) written at a time, at least."""

WATERMARK_PASSAGES = 100
"""How many of the newest passages both indexes must hold when a collection is opened."""


class Stores:
    """The three stores of one collection. The caller sees to it that one write runs at a time."""

    def __init__(
        self,
        ledger: Ledger,
        vectors: StoredVectors,
        terms: LexicalIndex,
        embedder: Embedder,
        chunker: PassageCutter,
        collection: str,
    ) -> None:
        self.ledger = ledger
        self.vectors = vectors
        self.terms = terms
        self.embedder = embedder
        self.chunker = chunker
        self.collection = collection

    # --- writing and removing --------------------------------------------------------------------------------------

    def write(self, prepared: Sequence[Prepared]) -> None:
        """Documents become visible together, in place of those they replace.

        Raises:
            StoreError: a store failed. What is in the ledger by then is finished by ``finish``, which the message says.
        """
        versions = self.ledger.put_pending([one.cut for one in prepared])
        try:
            self._write_indexed([one.indexed for one in prepared])
        except StoreError as error:
            raise type(error)(
                f"{error}; {len(versions)} documents are in the ledger, but not to be found yet: they are completed at "
                "the next start, or by `gazette doctor --repair`"
            ) from error
        self.forget(self.ledger.mark_ready(versions))

    def write_passages(self, passages: Sequence[tuple[Article, Passage]]) -> None:
        """Vectors and terms of passages, in place of what is stored for them."""
        for at in range(0, len(passages), BATCH_PASSAGES):
            self._write_indexed([indexed(passages[at : at + BATCH_PASSAGES], self.chunker, self.embedder)])

    def _write_indexed(self, indexed: Sequence[Indexed]) -> None:
        texts = {name: text for one in indexed for name, text in zip(one.passage_ids, one.texts, strict=True)}
        rows = {name: row for one in indexed for name, row in zip(one.passage_ids, one.vectors, strict=True)}
        if texts:
            self.vectors.upsert(list(texts), np.stack([rows[name] for name in texts]))
            self.terms.upsert(texts)

    def forget(self, versions: Sequence[int]) -> None:
        """Let all stores go of deleted versions; passages that a visible version still holds stay."""
        if not versions:
            return
        passage_ids = sorted(self.ledger.only_in(versions))
        self.vectors.delete(passage_ids)
        self.terms.delete(passage_ids)
        self.ledger.purge(versions)

    def copy(self, vectors: VectorIndex | None, terms: LexicalIndex) -> None:
        """Write what the ledger shows into empty indexes (vectors None: terms only); nothing is embedded again.

        Raises:
            StoreError: a vector is missing or cannot be read.
        """
        for passage_ids in _batches(sorted(self.ledger.passage_ids(self.collection))):
            stored = self.ledger.passages(self.collection, passage_ids)
            if vectors is not None:
                vectors.upsert(passage_ids, self.vectors.vectors_of(passage_ids))
            terms.upsert({name: self.chunker.index_text(one.article, one.passage) for name, one in stored.items()})

    # --- mending ---------------------------------------------------------------------------------------------------

    def finish(self) -> int:
        """Finish what an interrupted run began; returns how many documents became visible by it.

        Written together as an ingest does it: no two pending versions are of one document or source.
        """
        pending = self.ledger.pending(self.collection)
        versions: list[int] = []
        waiting: list[tuple[Article, Passage]] = []
        for version in pending:
            versions.append(version)
            waiting += self.ledger.passages_of(version)
            if len(waiting) >= BATCH_PASSAGES or version == pending[-1]:
                self.write_passages(waiting)
                self.forget(self.ledger.mark_ready(versions))
                versions, waiting = [], []
        self.forget(self.ledger.deleted(self.collection))
        return len(pending)

    def seem_in_step(self) -> bool:
        """Whether counts agree and both indexes hold the newest passages: what an opening looks at, in milliseconds.

        A stopped run leaves pending or deleted rows, which ``finish`` sees to; this is for what happens to the files
        in between (lost, emptied, an older copy put back). ``compare`` looks at every passage.
        """
        expected = self.ledger.passage_count(self.collection)
        if (self.vectors.count(), self.terms.count()) != (expected, expected):
            return False
        newest = self.ledger.newest_passages(self.collection, WATERMARK_PASSAGES)
        return self.vectors.held(newest) == self.terms.held(newest) == set(newest)

    def compare(self) -> Disagreement:
        """Compare what vectors and terms hold with what the ledger shows."""
        visible = self.ledger.passage_ids(self.collection)
        vectors, terms = self.vectors.ids(), self.terms.ids()
        return Disagreement(
            frozenset(visible - vectors),
            frozenset(vectors - visible),
            frozenset(visible - terms),
            frozenset(terms - visible),
        )

    def mend(self, found: Disagreement) -> None:
        """Rebuild from the ledger what an index lacks and remove what it holds too many."""
        self.vectors.delete(sorted(found.extra_vectors))
        self.terms.delete(sorted(found.extra_terms))
        for passage_ids in _batches(sorted(found.missing_vectors | found.missing_terms)):
            stored = self.ledger.passages(self.collection, passage_ids)
            self.write_passages([(one.article, one.passage) for one in stored.values()])


def _batches(passage_ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (passage_ids[at : at + BATCH_PASSAGES] for at in range(0, len(passage_ids), BATCH_PASSAGES))
