"""Any text judged against one collection: against all of it, or only against the articles named.

Knows which evidence a claim is judged by; the judging is ``rag.factcheck``'s. Knows nothing of who asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.copies import CopyAwareRetriever
from rag.factcheck import check_text
from rag.ledger import Ledger
from rag.models import Evidence, Filters, Query, Verification
from rag.protocols import Verifier
from rag.replies import whole_article


class Verifying:
    """Checks texts against one collection; ``passages``: how many are looked at for a claim."""

    def __init__(
        self, ledger: Ledger, collection: str, retriever: CopyAwareRetriever, verifier: Verifier, passages: int
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._retriever = retriever
        self._verifier = verifier
        self._passages = passages

    def verify(self, text: str, against: Sequence[str]) -> Verification:
        """Judge every claim of a text; see ``rag.factcheck``.

        Raises:
            NotFoundError: no such article.
        """
        named = [self._whole(article_id) for article_id in against]

        def find(claim: str) -> Sequence[Evidence]:
            query = Query(claim, claim, Filters(), self._collection)
            return named or self._retriever.retrieve(query, self._passages).evidence

        return check_text(text, find, self._verifier)

    def _whole(self, article_id: str) -> Evidence:
        article, document = self._ledger.article(self._collection, article_id)
        return whole_article(article, document, self._ledger.document(self._collection, article.document_id).text)
