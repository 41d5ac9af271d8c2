"""Which visible articles may carry the same report. Index lookups only; whether they do is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, func, select

from rag.ledger.listing import LedgerListing
from rag.ledger.lookup import article_and_name, articles_query, batches
from rag.ledger.schema import READY, article_bands, articles, documents
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
        asked, shared, names = self._neighbours(collection, article_ids)
        found: dict[str, list[str]] = {}
        for place, name in asked.items():
            ranked = sorted((-count, names[at]) for at, count in shared.get(place, {}).items() if at in names)
            found[name] = [other for _, other in ranked if other != name][:MAX_CANDIDATES]
        return found

    def sharing_keys(self, collection: str, article_ids: Collection[str]) -> set[str]:
        """Every visible article that shares a key with one of these: whose likely copies they may be."""
        return set(self._neighbours(collection, article_ids)[2].values())

    def _neighbours(
        self, collection: str, article_ids: Collection[str]
    ) -> tuple[dict[Place, str], dict[Place, dict[Place, int]], dict[Place, str]]:
        """Where these stand, how many keys each shares with whom, and the names of those that are visible."""
        # One lookup after the other, each led by its index: joined in one statement, SQLite begins with all documents.
        with self._connection() as connection:
            asked = _places(connection, collection, article_ids)
            shared = _shared_keys(connection, asked)
            near = {other for others in shared.values() for other in others}
            return asked, shared, _visible(connection, collection, near)

    def articles_by_id(self, collection: str, article_ids: Collection[str]) -> dict[str, tuple[Article, str]]:
        """Visible articles with their document's name; ids that are unknown or deleted are missing from it."""
        found: dict[str, tuple[Article, str]] = {}
        with self._connection() as connection:
            for batch in batches(sorted(article_ids)):
                for row in connection.execute(_WHOLE, {"collection": collection, "ids": batch}):
                    found[row.article_id] = article_and_name(row)
        return found


_MINE, _THEIRS = article_bands.alias("mine"), article_bands.alias("theirs")
_PAIR = (_MINE.c.version, _MINE.c.ordinal, _THEIRS.c.version, _THEIRS.c.ordinal)
_ELSEWHERE = (_THEIRS.c.version != _MINE.c.version) | (_THEIRS.c.ordinal != _MINE.c.ordinal)
_SHARED_KEYS = (
    select(*_PAIR, func.count())
    .select_from(_MINE.join(_THEIRS, (_THEIRS.c.key == _MINE.c.key) & _ELSEWHERE))
    .where(_MINE.c.version.in_(bindparam("versions", expanding=True)))
    .group_by(*_PAIR)
)
_STANDING = (
    select(articles.c.version, articles.c.ordinal, articles.c.article_id)
    .select_from(articles.join(documents, documents.c.version == articles.c.version))
    .where(documents.c.collection == bindparam("collection"), documents.c.state == READY)
)
_BY_ID = _STANDING.where(
    articles.c.collection == bindparam("collection"), articles.c.article_id.in_(bindparam("ids", expanding=True))
)
_WHOLE = articles_query().where(
    articles.c.collection == bindparam("collection"),
    articles.c.article_id.in_(bindparam("ids", expanding=True)),
    documents.c.state == READY,
)
_BY_VERSION = _STANDING.where(articles.c.version.in_(bindparam("versions", expanding=True)))


def _places(connection: Connection, collection: str, article_ids: Collection[str]) -> dict[Place, str]:
    """Where articles stand, in visible versions."""
    found: dict[Place, str] = {}
    for batch in batches(sorted(article_ids)):
        for version, ordinal, name in connection.execute(_BY_ID, {"collection": collection, "ids": batch}):
            found[version, ordinal] = name
    return found


def _shared_keys(connection: Connection, asked: Collection[Place]) -> dict[Place, dict[Place, int]]:
    """How many keys each place shares with others, in any version of any collection."""
    found: dict[Place, dict[Place, int]] = {}
    for batch in batches(sorted({version for version, _ in asked})):
        for version, ordinal, *other, count in connection.execute(_SHARED_KEYS, {"versions": batch}):
            if (version, ordinal) in asked:
                found.setdefault((version, ordinal), {})[other[0], other[1]] = count
    return found


def _visible(connection: Connection, collection: str, places: Collection[Place]) -> dict[Place, str]:
    """Ids of the visible articles among these."""
    found: dict[Place, str] = {}
    for batch in batches(sorted({version for version, _ in places})):
        for version, ordinal, name in connection.execute(_BY_VERSION, {"collection": collection, "versions": batch}):
            found[version, ordinal] = name
    return {place: name for place, name in found.items() if place in places}
