"""Finds the pieces of an issue that say they go on elsewhere or come from elsewhere, by index.

Knows nothing of which of them belong together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from string import ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from rag.ledger.rows import article_of
from rag.ledger.schema import articles, documents
from rag.ledger.selection import ready_in
from rag.models import Half
from rag.text.turn_marks import page_number

_COLUMNS = (
    articles.c.article_id, articles.c.kind, articles.c.content, articles.c.issue_told,
    documents.c.document_id, documents.c.name, documents.c.text, documents.c.issue_file, documents.c.issue_page,
)  # fmt: skip

BATCH = 25
"""Keys in one query; databases bound the number of parameters."""


def halves_of_issues(connection: Connection, collection: str, document_ids: Collection[str]) -> list[Half]:
    """Every turning piece of these documents, and all that their issues hold for them, in a stable order.

    Of an issue known by paper and date: all its turning pieces. Of one known by file names: those on the pages that
    marks name, and those on the pages that theirs name.
    """
    found: dict[str, Half] = {}
    asked: set[tuple[str, str]] = set()
    wanted: list[ColumnElement[bool]] = [documents.c.document_id.in_(some) for some in _batched(sorted(document_ids))]
    while wanted:
        fresh = [half for one in wanted for half in _halves(connection, collection, one)]
        found.update({half.article.article_id: half for half in fresh})
        keys = {key for half in fresh for key in _keys(half)} - asked
        asked |= keys
        wanted = [or_(*map(_matches, some)) for some in _batched(sorted(keys))]
    return sorted(found.values(), key=lambda half: (half.document, half.article.document_id, half.article.article_id))


def _keys(half: Half) -> Iterator[tuple[str, str]]:
    """Where its other half may be: the issue told, or file name and page."""
    if half.told:
        yield half.told, ""
    if half.named:
        for pages in (half.article.turns_to, half.article.continues_page):
            yield from ((half.named, page) for page in (pages or "").split("、") if page)


def _matches(key: tuple[str, str]) -> ColumnElement[bool]:
    issue, page = key
    if not page:
        return articles.c.issue_told == issue
    return and_(documents.c.issue_file == issue, documents.c.issue_page.in_(_spellings(page)))


def _spellings(page: str) -> list[str]:
    """A page as names may write it: marks and file names often leave the section's letter out."""
    bare = page.lstrip(ascii_uppercase)
    return [page, bare] if bare != page else [page, *(letter + page for letter in ascii_uppercase)]


def _halves(connection: Connection, collection: str, wanted: ColumnElement[bool]) -> list[Half]:
    query = (
        select(*_COLUMNS)
        .select_from(articles.join(documents, documents.c.version == articles.c.version))
        .where(ready_in(collection), articles.c.turning, wanted)
    )
    return [_half(row) for row in connection.execute(query)]


def _half(row: Any) -> Half:
    article = article_of(row.article_id, row.kind, row.content, row.document_id, row.text)
    # A PDF counts its own leaves; a file named A03.pdf is page A3 whatever leaf of it a piece stands on.
    page = row.issue_page or (page_number(article.page) if article.page else None)
    return Half(article, row.name, row.text, page, row.issue_told, row.issue_file)


def _batched(values: list[Any]) -> Iterator[list[Any]]:
    return (values[at : at + BATCH] for at in range(0, len(values), BATCH))
