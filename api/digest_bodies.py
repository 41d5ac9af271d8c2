"""The bodies of digests and timelines, in and out. The JSON itself is ``rag.telling``'s; tests hold both together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.common import Reply
from api.replies import CitationReply, ClaimReply, ConflictReply, UsageReply
from api.schemas import FilteredBody
from rag.models import ArticleKind, DigestRequest, Grain, LeftOutReason

Topic = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Field(description="In 简 or 繁.")
]
Index = Annotated[int, Field(ge=0, description="Into `claims`.")]

MAX_ARTICLES = 1000
"""Articles one request may ask for: about what a request may wait for; more is work for `gazette digest`."""


class DigestBody(FilteredBody):
    """Body of ``POST /v1/digests``; without anything in it: a digest of the whole corpus."""

    topic: Topic | None = Field(None, description="Only articles about this.")
    since: Literal["last"] | None = Field(
        None,
        description="Only what `gazette digest --since last` has not told for the same filters and topic. Asking "
        "records nothing: nobody knows whether the reply arrives.",
    )
    max_chars: int | None = Field(None, ge=20, le=100_000, description="Longest text; unset: a line of every story.")

    def request(self) -> DigestRequest:
        """As the engine takes it."""
        return DigestRequest(self.limits(), self.topic, self.since == "last", self.max_chars)


class TimelineBody(FilteredBody):
    """Body of ``POST /v1/timelines``."""

    subject: Topic


class AskedReply(Reply):
    """The limits of a timeline, as they were asked for."""

    from_: str | None = Field(alias="from")
    to: str | None
    place: str | None
    paper: str | None
    document: str | None
    kind: ArticleKind | None


class DigestAskedReply(AskedReply):
    """What a digest was asked for."""

    topic: str | None
    since: Literal["last"] | None
    max_chars: int | None


class GroupReply(Reply):
    """Stories of one place and one subject, named in words of the articles, or of one desk of a newsroom (财经)."""

    name: str
    place: str | None
    subject: str | None
    stories: list[int] = Field(description="Into `stories`, in the order of the text.")


class StoryReply(Reply):
    """One story: the article it is told from, the claims of its line, and who else carries it."""

    article_id: str
    document: str
    kind: ArticleKind
    title: str | None
    published: str | None
    place: str | None
    claims: list[Index]
    opening: list[Index] = Field(description="What the opening paragraph says of it.")
    merged: list[str] = Field(description="Articles it also tells: copies, repeated pieces, continuations.")
    carried_by: int
    independent_sources: int


class LeftOutReply(Reply):
    """An article that is not told, and why."""

    article_id: str
    reason: LeftOutReason
    document: str
    title: str | None
    message: str


class CoverageReply(Reply):
    """Every article asked for, once."""

    used: list[str] = Field(description="Quoted by the text.")
    merged: list[str] = Field(description="Told by what is quoted from another.")
    left_out: list[LeftOutReply]


class DigestReply(Reply):
    """Many articles told together. ``digest`` is plain text that claims point into; null where nothing is told."""

    digest: str | None
    nothing_new: bool
    request: DigestAskedReply
    opening: list[Index]
    groups: list[GroupReply]
    stories: list[StoryReply]
    claims: list[ClaimReply]
    conflicts: list[ConflictReply]
    citations: list[CitationReply]
    coverage: CoverageReply
    undated_left_out: int
    dropped: list[str]
    model: str
    usage: UsageReply


class EntryReply(Reply):
    """One dated claim. ``date`` is ISO as far as it is known; ``rule`` says where it stands."""

    date: str
    grain: Grain
    words: str
    rule: Literal["printed", "dateline", "published"]
    claim: Index
    conflicts: list[Index]


class TimelineReply(Reply):
    """What the pages say of a subject in order of time; ``undated`` claims stand apart."""

    subject: str
    request: AskedReply
    timeline: str | None
    entries: list[EntryReply]
    undated: list[Index]
    claims: list[ClaimReply]
    conflicts: list[ConflictReply]
    citations: list[CitationReply]
    articles: list[str]
