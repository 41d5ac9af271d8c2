"""What digests have accounted for, by collection and request: so that the next one can tell only what is new.

An article is known again by its text together with its id (its document was renamed) or with its document's name (new
bytes came under the same name, and this article is as it was). Knows nothing of how digests are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from sqlalchemy import insert, select

from rag.ledger.lookup import batches
from rag.ledger.records import LedgerRecords
from rag.ledger.schema import told_articles


@dataclass(frozen=True, slots=True)
class ToldArticle:
    """One article as a digest accounted for it; ``text_hash`` names its words."""

    article_id: str
    document_id: str
    document: str
    text_hash: str


class LedgerTold(LedgerRecords):
    """Records what was told, and says what was."""

    def told_articles(self, collection: str, request: str) -> list[ToldArticle]:
        """Everything that digests of this request accounted for, also of documents that are gone by now."""
        columns = [told_articles.c[name] for name in (one.name for one in fields(ToldArticle))]
        mine = (told_articles.c.collection == collection) & (told_articles.c.request == request)
        with self._connection() as connection:
            rows = connection.execute(select(*columns).where(mine).order_by(*columns))
            return [ToldArticle(*row) for row in rows]

    def save_told(self, collection: str, request: str, told: Iterable[ToldArticle]) -> None:
        """Record articles as accounted for, all of them or none; those recorded before stay so."""
        fresh = {(one.article_id, one.text_hash): one for one in told}
        mine = (told_articles.c.collection == collection) & (told_articles.c.request == request)
        with self._recording() as connection:
            for batch in batches(fresh):
                ids = [article_id for article_id, _ in batch]
                known = connection.execute(
                    select(told_articles.c.article_id, told_articles.c.text_hash).where(
                        mine, told_articles.c.article_id.in_(ids)
                    )
                )
                same = {(row.article_id, row.text_hash) for row in known}
                rows = [asdict(fresh[key]) for key in batch if key not in same]
                if rows:
                    connection.execute(
                        insert(told_articles), [{"collection": collection, "request": request, **row} for row in rows]
                    )
