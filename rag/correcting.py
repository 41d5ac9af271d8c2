"""Corrects how a page was cut, and takes corrections back: the corpus shows it when the call returns.

Knows nothing of how corrections are anchored or applied, or of who asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from rag.corrections import made
from rag.errors import CorrectionError, NotFoundError
from rag.index import Index
from rag.models import Article, CorrectionRequest, StoredCorrection
from rag.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Amendment:
    """A correction made or taken back, and the articles it left, each with its document's name."""

    correction: StoredCorrection
    articles: tuple[tuple[Article, str], ...]


async def correct(pipeline: Pipeline, request: CorrectionRequest) -> Amendment:
    """Correct a document's cut.

    Raises:
        NotFoundError: no such article.
        CorrectionError: the correction cannot be made as asked.
    """

    def work(index: Index) -> Amendment:
        named = [pipeline.article(article_id) for article_id in request.article_ids]
        ids = {article.document_id for article, _ in named}
        if len(ids) != 1:
            raise CorrectionError(
                f"a correction is about articles of one document; these are of {len(ids)}: {', '.join(sorted(ids))}"
            )
        document = pipeline.document(ids.pop())
        created = datetime.now(UTC).isoformat(timespec="seconds")
        correction = made(request, [article for article, _ in named], document, created)
        cut = index.correct(document.document_id, correction)
        kept = cut.corrections[-1]
        result = tuple((one, document.document) for one in cut.articles if one.article_id in kept.article_ids)
        return Amendment(StoredCorrection(kept, document.document_id, document.document), result)

    return await pipeline.change(work)


async def undo(pipeline: Pipeline, correction_id: str) -> Amendment:
    """Take a correction back, wherever it was inherited.

    Returns:
        The correction as it was, and the articles that are different now.

    Raises:
        NotFoundError: no such correction.
    """

    def work(index: Index) -> Amendment:
        found = pipeline.ledger.corrections(pipeline.collection, correction_id=correction_id)
        if not found:
            raise NotFoundError(
                f"no correction {correction_id} in collection {pipeline.collection!r}; "
                "`gazette correct list` lists them"
            )
        changed: list[tuple[Article, str]] = []
        for stored in found:
            pieces = pipeline.ledger.articles(pipeline.collection, document_id=stored.document_id)
            before = {article for article, _ in pieces}
            cut = index.undo(stored.document_id, correction_id)
            changed += [(one, stored.document) for one in cut.articles if one not in before]
        return Amendment(found[0], tuple(changed))

    return await pipeline.change(work)
