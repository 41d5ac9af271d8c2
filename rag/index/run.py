"""One ingest under way: what is cut but not yet written, and the report so far. Knows nothing of stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.ledger import CutDocument, article_count
from rag.models import Document, Failure, IngestReport, UnappliedCorrection


@dataclass(slots=True)
class Run:
    """Documents wait here until there are enough of them to be written together."""

    report: IngestReport
    cuts: list[CutDocument] = field(default_factory=list)

    @property
    def passages(self) -> int:
        """How many wait."""
        return sum(len(cut.passages) for cut in self.cuts)

    def holds(self, *documents: Document | None) -> bool:
        """Whether the bytes or the source of one of these are among what is not yet written."""
        given = {mark for document in documents if document for mark in (document.document_id, document.source)}
        return any(given & {cut.document.document_id, cut.document.source} for cut in self.cuts)

    def size(self) -> int:
        """Passages, or documents where those have none: what a batch is measured by."""
        return max(self.passages, len(self.cuts))

    def fail(self, failure: Failure) -> None:
        """A source that could not be taken in."""
        self.report = replace(self.report, failed=(*self.report.failed, failure))

    def written(self) -> None:
        """Count what is written now, and begin anew."""
        self.report = replace(
            self.report,
            documents=self.report.documents + len(self.cuts),
            articles=self.report.articles + sum(article_count(cut.articles) for cut in self.cuts),
            passages=self.report.passages + self.passages,
            unapplied=(*self.report.unapplied, *(one for cut in self.cuts for one in _unapplied(cut))),
        )
        self.cuts = []


def _unapplied(cut: CutDocument) -> Iterator[UnappliedCorrection]:
    for kept in cut.corrections:
        if kept.reason is not None:
            yield UnappliedCorrection(kept.correction.correction_id, cut.document.document, kept.reason)
