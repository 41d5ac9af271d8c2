"""Which visible articles may carry the same report. Index lookups only; whether they do is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from rag.ledger.listing import LedgerListing
from rag.ledger.reading import article_and_name, articles_query, batches
from rag.ledger.schema import article_bands, articles, documents
from rag.ledger.selection import ready_in
from rag.models import Article

Place = tuple[int, int]
"""A version and the ordinal of an article in it."""

MAX_CANDIDATES = 64
"""Candidates of one article, those that share most first: bulletins made from one form all share a little."""


class LedgerAlikeness(LedgerListing):
    """Candidates for copies, by the keys stored with each article."""

    def likely_copies(self, collection: str, article_ids: Collection[str]) -> dict[str, list[str]]:
        """Visible articles that share a key with each of these, most keys first, at most ``MAX_CANDIDATES`` each.

        Articles that are not visible are missing from it; those without any have an empty list.
        """
        # One lookup after the other, each led by its index: joined in one statement, SQLite begins with all documents.
        with self._connection() as connection:
            asked = _places(connection, collection, article_ids)
            shared = _shared_keys(connection, asked)
            near = {other for others in shared.values() for other in others}
            names = _visible(connection, collection, near)
        found: dict[str, list[str]] = {}
        for place, name in asked.items():
            ranked = sorted((-count, names[at]) for at, count in shared.get(place, {}).items() if at in names)
            found[name] = [other for _, other in ranked if other != name][:MAX_CANDIDATES]
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


def _places(connection: Connection, collection: str, article_ids: Collection[str]) -> dict[Place, str]:
    """Where articles stand, in visible versions."""
    found: dict[Place, str] = {}
    joined = articles.join(documents, documents.c.version == articles.c.version)
    for batch in batches(sorted(article_ids)):
        wanted = (articles.c.collection == collection) & articles.c.article_id.in_(batch)
        query = select(articles.c.version, articles.c.ordinal, articles.c.article_id).select_from(joined)
        for row in connection.execute(query.where(wanted, ready_in(collection))):
            found[row.version, row.ordinal] = row.article_id
    return found


def _shared_keys(connection: Connection, asked: Collection[Place]) -> dict[Place, dict[Place, int]]:
    """How many keys each place shares with others, in any version of any collection."""
    mine, theirs = article_bands.alias("mine"), article_bands.alias("theirs")
    elsewhere = (theirs.c.version != mine.c.version) | (theirs.c.ordinal != mine.c.ordinal)
    columns = (mine.c.version, mine.c.ordinal, theirs.c.version, theirs.c.ordinal)
    found: dict[Place, dict[Place, int]] = {}
    for batch in batches(sorted({version for version, _ in asked})):
        query = (
            select(*columns, func.count())
            .select_from(mine.join(theirs, (theirs.c.key == mine.c.key) & elsewhere))
            .where(mine.c.version.in_(batch))
            .group_by(*columns)
        )
        for version, ordinal, other_version, other_ordinal, count in connection.execute(query):
            if (version, ordinal) in asked:
                found.setdefault((version, ordinal), {})[other_version, other_ordinal] = count
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
