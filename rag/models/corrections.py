"""What a person said about the cut of a page, anchored in the words of the document and never in ids of articles.

Ids of articles change with the cut, and a cutter improves; the words on the page stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.mapping import Span
from rag.models.articles import ArticleKind

CorrectionKind = Literal["merge", "split", "retitle", "rekind"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words of a document as received: ``words[i]`` stood at ``spans[i]`` when the correction was made."""

    spans: tuple[Span, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str, spans: tuple[Span, ...]) -> Anchor:
        """The words of ``text`` at the spans."""
        return cls(spans, tuple(text[start:end] for start, end in spans))


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one document's cut.

    ``anchors``: *merge*: every piece that belongs together, in reading order; *split*: the last words of the first
    article and the first words of the second; *retitle*: the article and its headline; *rekind*: the piece, which is
    ``to_kind``. ``made_on``: id of the document whose text the anchors' spans index. ``created``: ISO 8601, UTC.
    """

    correction_id: str
    kind: CorrectionKind
    made_on: str
    anchors: tuple[Anchor, ...]
    created: str
    to_kind: ArticleKind | None = None


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """A correction as asked for: by ids of articles as they are cut now, and words of the page.

    ``words``: where the second article begins (*split*), or the headline (*retitle*).
    """

    kind: CorrectionKind
    article_ids: tuple[str, ...]
    words: str | None = None
    to_kind: ArticleKind | None = None


@dataclass(frozen=True, slots=True)
class KeptCorrection:
    """A correction and what became of it in one cut: the pieces it made, or why it could not be applied."""

    correction: Correction
    article_ids: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A kept correction of a visible document."""

    kept: KeptCorrection
    document_id: str
    document: str
