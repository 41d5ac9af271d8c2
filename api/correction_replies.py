"""The bodies that go out about corrections, for the documentation; the JSON itself is ``rag.serialise``'s."""

from __future__ import annotations

from api.common import Reply
from api.replies import ArticleReply, Next, SourceSpans
from rag.models import ArticleKind, CorrectionKind


class AnchorReply(Reply):
    """Words a correction holds on to, and where they stood in the document it was made on, span by span."""

    words: list[str]
    source_spans: SourceSpans


class CorrectionReply(Reply):
    """One correction. ``reason``: why it does not apply to the document as it is now; it is kept all the same."""

    correction_id: str
    kind: CorrectionKind
    to_kind: ArticleKind | None
    document: str
    document_id: str
    applied: bool
    reason: str | None
    article_ids: list[str]
    anchors: list[AnchorReply]
    made_on: str
    created: str


class AmendmentReply(Reply):
    """A correction, and the articles it made."""

    correction: CorrectionReply
    articles: list[ArticleReply]


class CorrectionsReply(Reply):
    """Corrections by document, in the order in which they are applied."""

    items: list[CorrectionReply]
    next: Next
