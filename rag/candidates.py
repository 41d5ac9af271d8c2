"""Which articles a digest is asked for: within its filters, about its topic, and new since the last one where wanted.

Knows nothing of what is told of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from rag.issue import Issue
from rag.ledger import Ledger, ToldArticle
from rag.models import Article, DigestRequest, Filters
from rag.text.normalise import fold

OnTopic = Callable[[str, Filters], Collection[str]]
"""Ids of the articles within filters that are about a topic."""

FULL_DATE = len("2024-07-06")


@dataclass(frozen=True, slots=True)
class Asked:
    """One article that is asked for, whole where it goes on on other pages, and how it is known again."""

    article: Article
    document: str
    mark: ToldArticle


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a digest is asked for. ``undated``: left out of a date range for want of a full date.

    ``told_before``: ids of articles that earlier digests of the request accounted for; empty unless only news is asked.
    """

    articles: tuple[Asked, ...]
    undated: tuple[Asked, ...]
    told_before: frozenset[str]

    @property
    def ids(self) -> tuple[str, ...]:
        """Every article asked for, in a stable order."""
        return tuple(one.article.article_id for one in (*self.articles, *self.undated))


class Candidates:
    """Chooses among the articles of one collection."""

    def __init__(self, ledger: Ledger, collection: str, on_topic: OnTopic) -> None:
        self._ledger = ledger
        self._collection = collection
        self._on_topic = on_topic

    def choose(self, request: DigestRequest) -> Chosen:
        """The articles of a request, by document and in reading order; furniture is none."""
        found = self._asked(request.filters, request.topic)
        told = self._told(request) if request.since_last else []
        known = {(one.article_id, one.text_hash) for one in told} | {(one.document, one.text_hash) for one in told}
        old = frozenset(one.article.article_id for one in found if _keys(one.mark) & known)
        news = [one for one in found if one.article.article_id not in old]
        has_range = request.filters.date_from is not None or request.filters.date_to is not None
        undated = [one for one in news if has_range and not _is_dated(one.article)]
        dated = [one for one in news if not has_range or _is_dated(one.article)]
        return Chosen(tuple(dated), tuple(undated), old)

    def record(self, request: DigestRequest, marks: Sequence[ToldArticle]) -> None:
        """Remember articles as accounted for by a digest of this request."""
        self._ledger.save_told(self._collection, request_key(request), marks)

    def _told(self, request: DigestRequest) -> list[ToldArticle]:
        return self._ledger.told_articles(self._collection, request_key(request))

    def _asked(self, filters: Filters, topic: str | None) -> list[Asked]:
        """Articles of every kind but furniture; those without a full date too, which no date range holds."""
        dateless = replace(filters, date_from=None, date_to=None)
        wanted = self._on_topic(topic, dateless) if topic is not None else None
        stored = [
            (article, document)
            for article, document in self._ledger.articles(self._collection, filters=dateless)
            if article.kind != "furniture"
            and (wanted is None or article.article_id in wanted)
            and _within(article, filters)
        ]
        issue = Issue.of(self._ledger, self._collection, [article for article, _ in stored])
        return [_marked(article, document, issue) for article, document in stored]


def request_key(request: DigestRequest) -> str:
    """Names what a request asks for; its length and what is new do not count."""
    named = repr((request.filters, request.topic))
    return sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _marked(article: Article, document: str, issue: Issue) -> Asked:
    """A head is known by its whole text: when its continuation comes, it is news again."""
    whole = issue.whole(article.article_id)
    text = whole.article.text if whole and whole.article.article_id == article.article_id else article.text
    name = sha256(fold(f"{article.title}|{text}").encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Asked(article, document, ToldArticle(article.article_id, article.document_id, document, name))


def _keys(mark: ToldArticle) -> set[tuple[str, str]]:
    return {(mark.article_id, mark.text_hash), (mark.document, mark.text_hash)}


def _is_dated(article: Article) -> bool:
    return article.published is not None and len(article.published) == FULL_DATE


def _within(article: Article, filters: Filters) -> bool:
    """Whether an article is in the date range, or cannot be told to be outside it."""
    day = article.published if _is_dated(article) else None
    return day is None or (filters.date_from or day) <= day <= (filters.date_to or day)
