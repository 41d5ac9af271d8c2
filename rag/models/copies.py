"""Who else carries a report: reprints, wire copy and edited copies of one article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article that carries the same report."""

    article_id: str
    document_id: str
    document: str
    paper: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Copies:
    """What is known of one article's copies.

    ``others``: every other article with the report, the earliest first. ``carried_by``: papers (documents, where the
    paper is unknown) that carry it, this article's included. ``independent_sources``: the same, all that credit one
    news agency counted once.
    """

    others: tuple[Copy, ...] = ()
    carried_by: int = 1
    independent_sources: int = 1
