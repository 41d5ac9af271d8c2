"""Filters to SQL conditions. Knows nothing of ranking.

Dates are inclusive and only full dates are compared: an article dated without a year, or not at all, satisfies no date
filter and is counted as left out. A place matches when either name contains the other, in either script.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, func, or_, select

from rag.ledger.rows import folded
from rag.ledger.schema import READY, articles, documents, passages
from rag.models import Filters


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which passages a query may find: all of them when ``passage_ids`` is None.

    ``undated_left_out``: articles (counted as in ``Counts``) that satisfy every other filter but have no full date to
    compare.
    """

    passage_ids: frozenset[str] | None
    undated_left_out: int = 0


def ready_in(collection: str) -> ColumnElement[bool]:
    """Rows joined to a visible document."""
    return (documents.c.collection == collection) & (documents.c.state == READY)


def is_article() -> ColumnElement[bool]:
    """Rows of ``articles`` that count as articles: ``rag.ledger.rows.article_count`` in SQL."""
    return articles.c.kind != "furniture"


def conditions(connection: Connection, collection: str, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions over ``articles`` joined with ``documents``, visibility included."""
    found = [ready_in(collection)]
    if filters.date_from or filters.date_to:
        found.append(articles.c.published_on.is_not(None))
    if filters.date_from:
        found.append(articles.c.published_on >= filters.date_from)
    if filters.date_to:
        found.append(articles.c.published_on <= filters.date_to)
    if filters.place:
        found.append(articles.c.place_folded.in_(_places(connection, collection, filters.place)))
    if filters.paper:
        found.append(articles.c.paper_folded == folded(filters.paper))
    if filters.document:
        found.append(or_(documents.c.name == filters.document, documents.c.document_id == filters.document))
    if filters.kind:
        found.append(articles.c.kind == filters.kind)
    return found


def _places(connection: Connection, collection: str, place: str) -> list[str]:
    """The stored places that match. Compared here, for no portable SQL asks which column values a text contains."""
    wanted = folded(place)
    if wanted is None:
        return []
    known = connection.scalars(select(articles.c.place_folded).distinct().where(articles.c.collection == collection))
    return [name for name in known if name and (name in wanted or wanted in name)]


def allowed_passages(connection: Connection, collection: str, filters: Filters) -> Allowed:
    """Passages of the articles that satisfy the filters, and how many articles a date filter left out undated."""
    if filters.is_empty:
        return Allowed(None)
    joined = passages.join(
        articles, (articles.c.version == passages.c.version) & (articles.c.ordinal == passages.c.ordinal)
    ).join(documents, documents.c.version == passages.c.version)
    wanted = conditions(connection, collection, filters)
    ids = frozenset(connection.scalars(select(passages.c.passage_id).select_from(joined).where(*wanted)))
    if not (filters.date_from or filters.date_to):
        return Allowed(ids)
    dateless = conditions(connection, collection, replace(filters, date_from=None, date_to=None))
    undated = (
        select(func.count())
        .select_from(articles.join(documents, documents.c.version == articles.c.version))
        .where(*dateless, articles.c.published_on.is_(None), is_article())
    )
    return Allowed(ids, connection.scalar(undated) or 0)
