"""Visible passages looked up by id, each statement built once: building it took half of the time of a look-up.

Knows nothing of ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, select

from rag.ledger.rows import StoredPassage, article_of, passage_of
from rag.ledger.schema import READY, articles, documents, passages
from rag.models import Article

T = TypeVar("T")

BATCH = 500
"""Ids in one query; databases bound the number of parameters (SQLite 32,766, older ones 999)."""


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of up to ``size`` values."""
    remaining = iter(values)
    while batch := list(islice(remaining, size)):
        yield batch


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which article and document a visible passage belongs to."""

    article_id: str
    document_id: str
    document: str


ARTICLE_COLUMNS = (
    articles.c.article_id,
    articles.c.kind,
    articles.c.content,
    documents.c.document_id,
    documents.c.name,
    documents.c.text,
)
"""What ``article_and_name`` takes."""


def articles_query() -> Select[Any]:
    """Rows that ``article_and_name`` takes, not yet limited to anything."""
    return select(*ARTICLE_COLUMNS).select_from(articles.join(documents, documents.c.version == articles.c.version))


def article_and_name(row: Any) -> tuple[Article, str]:
    """The article of a row and the name of its document."""
    return article_of(row.article_id, row.kind, row.content, row.document_id, row.text), row.name


def _by_id(*columns: Any) -> Select[Any]:
    same_article = (articles.c.version == passages.c.version) & (articles.c.ordinal == passages.c.ordinal)
    joined = passages.join(articles, same_article).join(documents, documents.c.version == passages.c.version)
    return (
        select(passages.c.passage_id, *columns)
        .select_from(joined)
        .where(passages.c.collection == bindparam("collection"), documents.c.state == READY)
        .where(passages.c.passage_id.in_(bindparam("ids", expanding=True)))
    )


_WHEREABOUTS = _by_id(articles.c.article_id, documents.c.document_id, documents.c.name)
_DATELINES = _by_id(
    articles.c.content["published"].as_string().label("published"),
    articles.c.content["place"].as_string().label("place"),
)
_WHOLE = _by_id(passages.c.span_start, passages.c.span_end, *ARTICLE_COLUMNS)


def _rows(connection: Connection, query: Select[Any], collection: str, ids: Sequence[str]) -> Iterator[Row[Any]]:
    for batch in batches(ids):
        yield from connection.execute(query, {"collection": collection, "ids": batch})


def whereabouts(connection: Connection, collection: str, passage_ids: Sequence[str]) -> dict[str, Whereabouts]:
    """Article and document by passage id."""
    rows = _rows(connection, _WHEREABOUTS, collection, passage_ids)
    return {row.passage_id: Whereabouts(row.article_id, row.document_id, row.name) for row in rows}


def datelines(
    connection: Connection, collection: str, passage_ids: Sequence[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Date and place by passage id."""
    rows = _rows(connection, _DATELINES, collection, passage_ids)
    return {row.passage_id: (row.published, row.place) for row in rows}


def whole(connection: Connection, collection: str, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
    """Passages with article and document, by id; what two of them share stands in memory once."""
    found: dict[str, StoredPassage] = {}
    built: dict[tuple[str, str], Article] = {}
    texts: dict[str, str] = {}
    for row in _rows(connection, _WHOLE, collection, passage_ids):
        identity = row.document_id, row.article_id
        article = built.get(identity) or built.setdefault(identity, article_and_name(row)[0])
        text = texts.setdefault(row.document_id, row.text)
        found[row.passage_id] = StoredPassage(passage_of(row, article), article, row.name, text)
    return found
