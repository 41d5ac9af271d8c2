"""Make articles of stitched units: parts in reading order, the map to the source, and the fields that can be read off.

Reading order is column label, kicker, headline, subtitle, byline, then text, wherever each was printed. Knows nothing
of how units were found or joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.mapping import MappedText, Span
from rag.models import Article, ArticleKind, Byline, Document, Part, PartRole
from rag.pages.healing import heal


@dataclass(slots=True)
class Draft:
    """An article being written down.

    ``stretches``: groups of (role, source spans); one group reads on without a break.
    """

    kind: ArticleKind
    stretches: list[list[tuple[PartRole, tuple[Span, ...]]]] = field(default_factory=list)
    bylines: list[Byline] = field(default_factory=list)
    dateline: str | None = None
    dated: tuple[str | None, str] | None = None
    place: str | None = None
    title: str | None = None
    continues: str | None = None
    confidence: float = 1.0
    doubts: list[str] = field(default_factory=list)

    def add(self, role: PartRole, spans: Iterable[Span], *, joined: bool = False) -> None:
        """Append source spans in a role; ``joined``: they read on from what stands before, without a break."""
        kept = tuple(spans)
        if not kept:
            return
        if joined and self.stretches:
            self.stretches[-1].append((role, kept))
        else:
            self.stretches.append([(role, kept)])

    def doubt(self, reason: str) -> None:
        """Note a reason to check this article."""
        if reason not in self.doubts:
            self.doubts.append(reason)


_SPACED_ROLES = frozenset(
    {"kicker", "headline", "subtitle", "column_label", "byline", "dateline", "credit", "marks", "subhead"}
)
"""Parts whose blanks part phrases or names and so stay."""


def write_down(document: Document, draft: Draft) -> Article:
    """The article: clean text, map, parts and fields."""
    mapped, parts = _map(document.text, draft.stretches, spaced=draft.kind == "furniture")
    metadata = document.metadata
    return Article(
        article_id=Article.identify(document.document_id, min(run.source_start for run in mapped.runs)),
        document_id=document.document_id,
        kind=draft.kind,
        mapped=mapped,
        parts=parts,
        title=draft.title or _field(mapped.text, parts, "headline"),
        kicker=_field(mapped.text, parts, "kicker"),
        subtitle=_field(mapped.text, parts, "subtitle"),
        column_label=_field(mapped.text, parts, "column_label"),
        bylines=_unique(draft.bylines),
        dateline=draft.dateline,
        place=draft.place,
        paper=metadata.paper,
        page=metadata.page,
        continues=draft.continues,
        confidence=round(draft.confidence, 3),
        doubts=tuple(draft.doubts),
    )


def _map(
    text: str, groups: Sequence[Sequence[tuple[PartRole, tuple[Span, ...]]]], *, spaced: bool
) -> tuple[MappedText, tuple[Part, ...]]:
    """Clean text and parts of the stretches, white space healed; ``spaced``: blanks part phrases everywhere."""
    stretches: list[list[Span]] = []
    parts: list[Part] = []
    clean = 0
    for group in groups:
        fresh = True
        for role, spans in group:
            healed = heal(text, spans, keep_blanks=spaced or role in _SPACED_ROLES)
            start: int | None = None
            for n, words in enumerate(healed):
                if fresh or n:
                    clean += 1 if stretches else 0
                    stretches.append([])
                    fresh = False
                start = clean if start is None else start
                stretches[-1] += words
                clean += sum(high - low for low, high in words)
            if start is None:
                continue
            if role == "body" and parts and parts[-1].role == role and parts[-1].end == start:
                parts[-1] = Part(role, parts[-1].start, clean)
            else:
                parts.append(Part(role, start, clean))
    return MappedText.from_pieces(text, stretches), tuple(parts)


def _field(text: str, parts: Iterable[Part], role: PartRole) -> str | None:
    """The text of all parts of one role, with a blank between."""
    found = [text[part.start : part.end].replace("\n", " ") for part in parts if part.role == role]
    return " ".join(found) or None


def _unique(names: Iterable[Byline]) -> tuple[Byline, ...]:
    """Names once each, the first role kept."""
    seen: dict[str, Byline] = {}
    for name in names:
        seen.setdefault(name.name, name)
    return tuple(seen.values())
