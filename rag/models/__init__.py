"""The frozen types every stage shares. Plain data: no I/O, no third-party types, no behaviour but reading themselves.

Flow: Document → Article → Passage → (Query) → Evidence → Draft → Answer | Abstention. A ``Draft`` is unverified and an
``Answer`` is verified; they are different types, so an unchecked draft cannot leave by mistake.
"""

from rag.models.articles import Article, ArticleKind, Byline, Part, PartRole, Passage
from rag.models.documents import DEFAULT_COLLECTION, Document, SourceMetadata
from rag.models.queries import Evidence, Filters, Hit, Leg, LegScore, Query, Ranking, Turn
from rag.models.replies import (
    Abstention,
    AbstentionCode,
    Answer,
    Citation,
    Claim,
    Conflict,
    Draft,
    DraftClaim,
    Pointer,
    Quote,
    Summary,
    SummaryStyle,
    Usage,
    Verdict,
    VerdictLabel,
    Verification,
)
from rag.models.reports import Failure, IngestReport

__all__ = [
    "DEFAULT_COLLECTION",
    "Abstention",
    "AbstentionCode",
    "Answer",
    "Article",
    "ArticleKind",
    "Byline",
    "Citation",
    "Claim",
    "Conflict",
    "Document",
    "Draft",
    "DraftClaim",
    "Evidence",
    "Failure",
    "Filters",
    "Hit",
    "IngestReport",
    "Leg",
    "LegScore",
    "Part",
    "PartRole",
    "Passage",
    "Pointer",
    "Query",
    "Quote",
    "Ranking",
    "SourceMetadata",
    "Summary",
    "SummaryStyle",
    "Turn",
    "Usage",
    "Verdict",
    "VerdictLabel",
    "Verification",
]
