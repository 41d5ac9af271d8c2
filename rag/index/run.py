"""One ingest under way: what is prepared but not yet written, and the report so far. Knows nothing of stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.errors import StoreError
from rag.index.prepare import Prepared
from rag.ledger import CutDocument, article_count
from rag.models import Failure, IngestReport, UnappliedCorrection


@dataclass(slots=True)
class Run:
    """Documents wait here until there are enough of them to be written together."""

    report: IngestReport
    waiting: list[Prepared] = field(default_factory=list)

    @property
    def passages(self) -> int:
        """How many wait."""
        return sum(len(one.cut.passages) for one in self.waiting)

    def size(self) -> int:
        """Passages, or documents where those have none: what a batch is measured by."""
        return max(self.passages, len(self.waiting))

    def take(self, batch: Sequence[Prepared | Failure]) -> None:
        """Let prepared documents wait, and report sources that could not be taken in."""
        failed = tuple(one for one in batch if isinstance(one, Failure))
        self.report = replace(self.report, failed=(*self.report.failed, *failed))
        self.waiting += [one for one in batch if isinstance(one, Prepared)]

    def stopped(self, error: StoreError) -> None:
        """Report what could not be written, and that nothing after it was read."""
        told = f"{error}; what comes after it was not read: ingest again"
        sources = dict.fromkeys(one.cut.document.source for one in self.waiting)
        failed = tuple(Failure(source, told) for source in sources)
        self.report = replace(self.report, failed=(*self.report.failed, *failed))
        self.waiting = []

    def written(self) -> None:
        """Count what is written now, and begin anew."""
        cuts = [one.cut for one in self.waiting]
        self.report = replace(
            self.report,
            documents=self.report.documents + len(cuts),
            articles=self.report.articles + sum(article_count(cut.articles) for cut in cuts),
            passages=self.report.passages + self.passages,
            unapplied=(*self.report.unapplied, *(one for cut in cuts for one in unapplied(cut))),
            truncated=(*self.report.truncated, *(one for ready in self.waiting for one in ready.truncated)),
        )
        self.waiting = []


def unapplied(cut: CutDocument) -> Iterator[UnappliedCorrection]:
    """Corrections that found no place in this cut."""
    for kept in cut.corrections:
        if kept.reason is not None:
            yield UnappliedCorrection(kept.correction.correction_id, cut.document.document, kept.reason)
