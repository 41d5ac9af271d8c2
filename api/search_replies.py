"""The body that goes out for a search, for the documentation. Kept together with ``rag.serialise`` by tests."""

from __future__ import annotations

from pydantic import Field

from api.common import Carried, Found, Reply
from api.replies import SourceSpans
from rag.models import Leg


class LegReply(Reply):
    """Where one leg put a passage."""

    rank: int
    score: float


class SignReply(Reply):
    """Why a passage stands higher or lower than by its words and meaning alone; ``adds`` before scores are scaled."""

    seen: str
    adds: float


class ResultReply(Carried):
    """One passage found. ``legs`` only with `explain`."""

    rank: int
    score: float
    document: str
    document_id: str
    article_id: str
    passage_id: str
    title: str | None
    published: str | None
    place: str | None
    text: str
    source_spans: SourceSpans
    legs: dict[Leg, LegReply] | None = None
    raised: float | None = Field(None, description="What soft filters added to the score; with `explain`.")
    reranked: float | None = Field(None, description="The reranker's own score, if it read this; with `explain`.")
    signs: list[SignReply] | None = Field(None, description="What it shows of an answer, if anything; with `explain`.")


class WeighingReply(Reply):
    """How meaning was weighed against words: a fixed share, or how many times the cosine's usual weight."""

    rule: str
    dense: float
    crowding: float | None = Field(description="Mean word score of the ten best as a share of the best.")
    agreement: float | None = Field(description="What passages that say the same gain at most.")
    held: float | None = Field(description="What holding all of the question's words gains.")


class SearchReply(Found):
    """Passages in rank order. ``weighing`` only with `explain`."""

    results: list[ResultReply]
    weighing: WeighingReply | None = None
