"""What a digest is written from: one item a story, with what its summary says, verified already."""

from __future__ import annotations

from dataclasses import dataclass

from rag.models import Article, Statement


@dataclass(frozen=True, slots=True)
class Item:
    """One story. ``article`` is whole, also where it goes on on other pages.

    ``statements``: its summary, in order. ``headline``: its printed headline, where that could be verified.
    ``others``: pairs of what it says and what another article says otherwise, which is said behind the first.
    ``merged``: articles it also tells.
    """

    article: Article
    document: str
    statements: tuple[Statement, ...]
    headline: Statement | None = None
    others: tuple[tuple[Statement, Statement], ...] = ()
    merged: tuple[str, ...] = ()
    carried_by: int = 1
    independent_sources: int = 1

    @property
    def is_caption(self) -> bool:
        """Whether it is a picture's caption and no report."""
        return self.article.kind == "photo_caption"
