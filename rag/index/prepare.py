"""Documents → articles, passages and vectors: the part of an ingest that needs no store and may run anywhere.

Knows nothing of ledgers, indexes or of where it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.errors import GazetteError
from rag.index.cutter import Cutter, PassageCutter
from rag.ledger import CutDocument
from rag.models import Article, Correction, Document, Failure, Passage, TruncatedPassage
from rag.protocols import Embedder, Vectors

EMBEDDED_AT_ONCE = 256
"""Texts handed to the embedder at a time: they fill sorted encoder batches and fit into memory."""


@dataclass(frozen=True, slots=True)
class Order:
    """A document to be cut, as it was corrected so far."""

    document: Document
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Indexed:
    """What vectors and terms hold of some passages: row ``i`` of ``vectors`` belongs to ``passage_ids[i]``."""

    passage_ids: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with everything cut from it and what is to be indexed, not yet in any store.

    ``truncated``: passages that the embedder did not read to the end.
    """

    cut: CutDocument
    indexed: Indexed
    truncated: tuple[TruncatedPassage, ...] = ()


class Preparer:
    """Cuts and embeds. Call it with orders; failures among them, and of cutting, keep their place."""

    def __init__(self, cutter: Cutter, chunker: PassageCutter, embedder: Embedder) -> None:
        self.cutter = cutter
        self._chunker = chunker
        self._embedder = embedder

    def __call__(self, orders: Sequence[Order | Failure]) -> list[Prepared | Failure]:
        """One result an order, in order.

        Raises:
            ModelError: the embedder failed.
        """
        cuts = [self._cut(order) for order in orders]
        prepared = iter(self.embedded([cut for cut in cuts if isinstance(cut, CutDocument)]))
        return [cut if isinstance(cut, Failure) else next(prepared) for cut in cuts]

    def embedded(self, cuts: Sequence[CutDocument]) -> list[Prepared]:
        """Cut documents with what is to be indexed of them.

        Raises:
            ModelError: the embedder failed.
        """
        whole = indexed([pair for cut in cuts for pair in with_articles(cut)], self._chunker, self._embedder)
        results: list[Prepared] = []
        at = 0
        for cut in cuts:
            mine = slice(at, at + len(cut.passages))
            own = Indexed(whole.passage_ids[mine], whole.texts[mine], whole.vectors[mine])
            results.append(Prepared(cut, own, tuple(self._truncated(cut, own))))
            at += len(cut.passages)
        return results

    def _truncated(self, cut: CutDocument, own: Indexed) -> Iterator[TruncatedPassage]:
        limit = self._embedder.max_tokens
        for passage, tokens in zip(cut.passages, self._embedder.count_tokens(own.texts), strict=True):
            if tokens > limit:
                yield TruncatedPassage(cut.document.document, passage.article_id, passage.passage_id, tokens, limit)

    def _cut(self, order: Order | Failure) -> CutDocument | Failure:
        if isinstance(order, Failure):
            return order
        try:
            return self.cutter.cut(order.document, order.corrections)
        except GazetteError as error:
            return Failure(order.document.source, str(error))


def with_articles(cut: CutDocument) -> Iterator[tuple[Article, Passage]]:
    """Every passage of a document with its article."""
    by_id = {article.article_id: article for article in cut.articles}
    return ((by_id[passage.article_id], passage) for passage in cut.passages)


def indexed(pairs: Iterable[tuple[Article, Passage]], chunker: PassageCutter, embedder: Embedder) -> Indexed:
    """What is to be indexed for passages, in order.

    Raises:
        ModelError: the embedder failed.
    """
    texts = [(passage.passage_id, chunker.index_text(article, passage)) for article, passage in pairs]
    rows = [
        embedder.embed_passages([text for _, text in texts[at : at + EMBEDDED_AT_ONCE]])
        for at in range(0, len(texts), EMBEDDED_AT_ONCE)
    ]
    vectors = np.concatenate(rows) if rows else np.zeros((0, embedder.dim), np.float32)
    return Indexed(tuple(passage_id for passage_id, _ in texts), tuple(text for _, text in texts), vectors)
