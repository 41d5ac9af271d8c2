"""Which visible articles may carry the same report. Index lookups only; whether they do is decided elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, select

from rag.ledger.reading import LedgerReader, article_and_name, articles_query, batches
from rag.ledger.schema import article_bands, articles, documents
from rag.ledger.selection import ready_in
from rag.models import Article

Place = tuple[int, int]
"""A version and the ordinal of an article in it."""

MAX_CANDIDATES = 64
"""Candidates of one article, those that share most first: bulletins made from one form all share a little."""


class LedgerAlikeness(LedgerReader):
    """Candidates for copies, by the keys stored with each article."""

    def likely_copies(self, collection: str, article_ids: Collection[str]) -> dict[str, list[str]]:
        """Visible articles that share a key with each of these, most keys first, at most ``MAX_CANDIDATES`` each.

        Articles without any are missing from it.
        """
        # One lookup after the other, each led by its index: joined in one statement, SQLite begins with all documents.
        with self._connection() as connection:
            asked = _keys(connection, collection, article_ids)
            holders = _holders(connection, {key for keys in asked.values() for key in keys})
            names = _visible(connection, collection, {place for places in holders.values() for place in places})
        found: dict[str, list[str]] = {}
        for article_id, keys in asked.items():
            shared = Counter(names[place] for key in keys for place in holders[key] if place in names)
            shared.pop(article_id, None)
            near = sorted(shared, key=lambda name: (-shared[name], name))[:MAX_CANDIDATES]
            if near:
                found[article_id] = near
        return found

    def articles_by_id(self, collection: str, article_ids: Collection[str]) -> dict[str, tuple[Article, str]]:
        """Visible articles with their document's name; ids that are unknown or deleted are missing from it."""
        found: dict[str, tuple[Article, str]] = {}
        with self._connection() as connection:
            for batch in batches(sorted(article_ids)):
                wanted = (articles.c.collection == collection) & articles.c.article_id.in_(batch)
                for row in connection.execute(articles_query().where(wanted, ready_in(collection))):
                    found[row.article_id] = article_and_name(row)
        return found


def _keys(connection: Connection, collection: str, article_ids: Collection[str]) -> dict[str, list[int]]:
    """The keys of articles, visible or not."""
    found: dict[str, list[int]] = {}
    same = (article_bands.c.version == articles.c.version) & (article_bands.c.ordinal == articles.c.ordinal)
    for batch in batches(sorted(article_ids)):
        wanted = (articles.c.collection == collection) & articles.c.article_id.in_(batch)
        query = select(articles.c.article_id, article_bands.c.key).select_from(articles.join(article_bands, same))
        for row in connection.execute(query.where(wanted)):
            found.setdefault(row.article_id, []).append(row.key)
    return found


def _holders(connection: Connection, keys: Collection[int]) -> dict[int, list[Place]]:
    """Where each key stands, in any version of any collection."""
    found: dict[int, list[Place]] = {key: [] for key in keys}
    for batch in batches(sorted(keys)):
        for row in connection.execute(select(article_bands).where(article_bands.c.key.in_(batch))):
            found[row.key].append((row.version, row.ordinal))
    return found


def _visible(connection: Connection, collection: str, places: Collection[Place]) -> dict[Place, str]:
    """Ids of the visible articles among these."""
    found: dict[Place, str] = {}
    joined = articles.join(documents, documents.c.version == articles.c.version)
    for batch in batches(sorted({version for version, _ in places})):
        query = select(articles.c.version, articles.c.ordinal, articles.c.article_id).select_from(joined)
        for row in connection.execute(query.where(articles.c.version.in_(batch), ready_in(collection))):
            found[row.version, row.ordinal] = row.article_id
    return {place: name for place, name in found.items() if place in places}
