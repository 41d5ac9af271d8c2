"""What several bodies that go out share: who carries a report, what retrieval adds. Knows nothing of routes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.models import Leg


class Reply(BaseModel):
    """Base of all replies."""

    model_config = ConfigDict(extra="forbid")


class CopyReply(Reply):
    """Another article that carries the same report."""

    article_id: str
    document_id: str
    document: str
    paper: str | None
    published: str | None


class Carried(Reply):
    """Who else carries a report."""

    copies: list[CopyReply] | None = Field(None, description="Reprints, wire copy and edited copies, earliest first.")
    carried_by: int | None = Field(None, description="Papers (documents where unknown) that carry it, this one's too.")
    independent_sources: int | None = Field(None, description="The same, with one news agency's copies counted once.")


class SoftFilterReply(Reply):
    """A date or place the question names: articles published then, or from there, rank higher; none is left out."""

    kind: Literal["date", "place"]
    value: str
    words: str
    effect: str


class OverlongReply(Reply):
    """A question of more tokens than the embedder reads: beyond ``limit`` it is searched by its words alone."""

    tokens: int
    limit: int


class Found(Reply):
    """What retrieval adds to a reply when there is something to say."""

    degraded: list[Leg] | None = Field(None, description="Legs that were missing; absent when all took part.")
    undated_left_out: int | None = Field(None, description="Articles a date filter left out; absent when none.")
    soft_filters: list[SoftFilterReply] | None = Field(None, description="Dates and places the question names.")
    question_truncated: OverlongReply | None = Field(None, description="That the embedder did not read all of it.")
