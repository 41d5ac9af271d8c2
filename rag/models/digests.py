"""Digests and timelines: many articles told together, every one of them accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.models.articles import ArticleKind
from rag.models.queries import Filters
from rag.models.replies import Citation, Claim, Conflict, Usage, VerdictLabel

LeftOutReason = Literal["over_length", "not_supported", "undated", "told_before", "with_head", "model_failed"]
Grain = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One verified statement with its own citations, before it has a place in a text."""

    text: str
    verdict: VerdictLabel
    reason: str | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a digest is asked to cover.

    ``topic``: only articles about it. ``since_last``: only what no recorded digest of the same request accounted for.
    ``max_chars``: longest text in characters; None for a line of every story.
    """

    filters: Filters = field(default_factory=Filters)
    topic: str | None = None
    since_last: bool = False
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that was asked for and is not told, and why; its document and headline for whoever looks for it."""

    article_id: str
    reason: LeftOutReason
    document: str = ""
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every article asked for, once: quoted by the text (``used``), told by what is quoted from another
    (``merged``: a copy, a piece repeated on its page, a continuation), or ``left_out``."""

    used: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a digest: the article it is told from, the claims (indices) that tell it, who else carries it.

    ``claims`` is its line; ``opening`` what the opening paragraph says of it. ``merged``: articles it also tells.
    """

    article_id: str
    document: str
    kind: ArticleKind
    title: str | None
    published: str | None
    place: str | None
    claims: tuple[int, ...]
    opening: tuple[int, ...] = ()
    merged: tuple[str, ...] = ()
    carried_by: int = 1
    independent_sources: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """Stories (indices) of one place and one subject, each named in words of the articles; None where they share none.
    Stories that share neither are grouped by the desk of a newsroom they would go to (财经, 体育), as their subject.

    ``name``: how the text heads it.
    """

    name: str
    place: str | None
    subject: str | None
    stories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Many articles told together. ``text`` is plain, without markers; claims point into it; None where none is told.

    ``nothing_new``: asked for what is new since the last one, and there is nothing. ``undated_left_out``: articles
    that a date range left out for want of a full date; they stand in the coverage too.
    """

    request: DigestRequest
    text: str | None
    opening: tuple[int, ...]
    groups: tuple[Group, ...]
    stories: tuple[Story, ...]
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    coverage: Coverage
    model: str
    dropped: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    nothing_new: bool = False

    @property
    def undated_left_out(self) -> int:
        """Articles that a date range left out for want of a full date."""
        return sum(one.reason == "undated" for one in self.coverage.left_out)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: as ISO as far as is known (``MM-DD`` or ``MM`` where no year is), how fine, in which words.

    ``rule``: ``printed`` in the statement, the ``dateline`` of the article, or the day it was ``published``.
    """

    day: str
    grain: Grain
    words: str
    rule: Literal["printed", "dateline", "published"]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated claim (index). ``conflicts``: other claims (indices) that give its fact with another figure."""

    moment: Moment
    claim: int
    conflicts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the pages say of a subject, in order of time; ``undated`` claims (indices) stand apart."""

    subject: str
    filters: Filters
    entries: tuple[TimelineEntry, ...]
    undated: tuple[int, ...]
    text: str | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...] = ()
    articles: tuple[str, ...] = field(default=())
