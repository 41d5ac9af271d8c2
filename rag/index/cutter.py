"""From a document to everything that is stored of it: articles as corrected, and their passages. Knows no store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from rag.corrections import corrected
from rag.ledger import CutDocument, check_storable
from rag.models import Article, Correction, Document, Passage

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


class Cutter:
    """Cuts documents as a cutter does and a person corrected it."""

    def __init__(self, segment: Segment, chunker: PassageCutter, revision: str = "") -> None:
        """``revision`` names what cuts: equal ones cut equally."""
        self._segment = segment
        self._chunker = chunker
        self.revision = revision

    def cut(self, document: Document, corrections: Iterable[Correction]) -> CutDocument:
        """The document with its articles and passages, and what became of each correction.

        Raises:
            GazetteError: it cannot be cut, or the ledger could not give it back exactly.
        """
        result = corrected(self._segment(document), tuple(corrections), document)
        passages = tuple(passage for article in result.pieces for passage in self._chunker.chunk(article))
        cut = CutDocument(document, result.pieces, passages, result.kept, self.revision)
        check_storable(cut)
        return cut
