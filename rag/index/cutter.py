"""What an index needs to cut a document: articles out of it, passages out of those. Knows nothing of how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rag.models import Article, Document, Passage

Segment = Callable[[Document], tuple[Article, ...]]


class PassageCutter(Protocol):
    """Cuts articles into passages, and says what is indexed for each. ``fingerprint`` names how."""

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints: equal passages and equal indexed text."""

    def chunk(self, article: Article) -> tuple[Passage, ...]:
        """Passages in order, without overlap; none for what is not to be found."""

    def index_text(self, article: Article, passage: Passage) -> str:
        """What vectors and terms are made from."""
