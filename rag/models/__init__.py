"""The frozen types every stage shares. Plain data: no I/O, no third-party types, no behaviour but reading themselves.

Flow: Document → Article → Passage → (Query) → Evidence → Draft → Answer | Abstention. A ``Draft`` is unverified and an
``Answer`` is verified; they are different types, so an unchecked draft cannot leave by mistake.
"""

from rag.models.articles import Article, ArticleKind, Byline, Part, PartRole, Passage
from rag.models.copies import Copies, Copy
from rag.models.corrections import (
    Anchor,
    Correction,
    CorrectionKind,
    CorrectionRequest,
    KeptCorrection,
    StoredCorrection,
)
from rag.models.documents import DEFAULT_COLLECTION, Document, ListedDocument, SourceMetadata
from rag.models.prose import Block, BlockKind, Prose, Run
from rag.models.queries import Evidence, Filters, Hit, Leg, LegScore, Origin, Query, Ranking, SoftFilter, Turn, Weighing
from rag.models.record import AnswerRecord, Change, Mark, Replay
from rag.models.replies import (
    Abstention,
    AbstentionCode,
    Answer,
    Citation,
    Claim,
    Conflict,
    Draft,
    DraftClaim,
    Fault,
    Pointer,
    Quote,
    Rewriting,
    Summary,
    SummaryStyle,
    Usage,
    Verdict,
    VerdictLabel,
    Verification,
)
from rag.models.reports import Failure, IngestReport, UnappliedCorrection
from rag.models.turns import Half, TurnLink, TurnState

__all__ = [
    "DEFAULT_COLLECTION",
    "Abstention",
    "AbstentionCode",
    "Anchor",
    "Answer",
    "AnswerRecord",
    "Article",
    "ArticleKind",
    "Block",
    "BlockKind",
    "Byline",
    "Change",
    "Citation",
    "Claim",
    "Conflict",
    "Copies",
    "Copy",
    "Correction",
    "CorrectionKind",
    "CorrectionRequest",
    "Document",
    "Draft",
    "DraftClaim",
    "Evidence",
    "Failure",
    "Fault",
    "Filters",
    "Half",
    "Hit",
    "IngestReport",
    "KeptCorrection",
    "Leg",
    "LegScore",
    "ListedDocument",
    "Mark",
    "Origin",
    "Part",
    "PartRole",
    "Passage",
    "Pointer",
    "Prose",
    "Query",
    "Quote",
    "Ranking",
    "Replay",
    "Rewriting",
    "Run",
    "SoftFilter",
    "SourceMetadata",
    "StoredCorrection",
    "Summary",
    "SummaryStyle",
    "Turn",
    "TurnLink",
    "TurnState",
    "UnappliedCorrection",
    "Usage",
    "Verdict",
    "VerdictLabel",
    "Verification",
    "Weighing",
]
