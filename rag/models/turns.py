"""Turns: an article that goes on on another page, the piece that goes on with it, and what joins the two."""

from __future__ import annotations

from dataclasses import dataclass

from rag.models.articles import Article


@dataclass(frozen=True, slots=True)
class Half:
    """A piece that says it goes on elsewhere, or comes from elsewhere, with what places it in an issue.

    ``page``: the page it stands on, as ``rag.text.turn_marks.page_number`` writes it. ``told``: its issue by paper and
    date; ``named``: its issue by file name. Each None where unknown.
    """

    article: Article
    document: str
    document_text: str
    page: str | None
    told: str | None
    named: str | None


@dataclass(frozen=True, slots=True)
class TurnLink:
    """A continuation joined to its head (article ids).

    ``rule`` says why both are of one issue, ``reason`` why they belong together, both for a person; ``confidence`` is
    in [0, 1].
    """

    head: str
    continuation: str
    rule: str
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TurnState:
    """A piece's turns. ``doubt``: which pieces of its issue might belong to it, but were not joined."""

    before: TurnLink | None = None
    after: TurnLink | None = None
    doubt: str | None = None
