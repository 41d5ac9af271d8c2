"""One newspaper issue as its reader has it: articles with what goes on from them on other pages.

Everything is worked out from the ledger when it is asked for, so nothing is to be kept in step when a page comes, goes
or is cut again. Knows nothing of retrieval or replies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from rag.errors import NotFoundError
from rag.ledger import Ledger
from rag.mapping import SEPARATOR, MappedText, Run
from rag.models import Article, Half, Origin, Part, TurnState
from rag.text.turn_marks import read_mark
from rag.turns import join_turns

_CLOSED = re.compile(r"[。！？!?…；;：:][”’\"'」』）)】》]*\s*$")
_NOT_REPEATED = frozenset(("kicker", "headline", "subtitle", "column_label", "byline", "dateline", "marks"))
"""What a continuation prints besides its text: its head has said it."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An article put together from several pages, under the id and with the fields of its head.

    ``origins`` say where each stretch of its text really stands; ``halves`` are the pieces in reading order.
    """

    article: Article
    origins: tuple[Origin, ...]
    halves: tuple[Half, ...]


class Issue:
    """The turning pieces of the issues that some articles belong to, with their joins."""

    def __init__(self, halves: Iterable[Half]) -> None:
        self._halves = {half.article.article_id: half for half in halves}
        self.states = join_turns(self._halves.values())

    @classmethod
    def of(cls, ledger: Ledger, collection: str, articles: Iterable[Article]) -> Self:
        """The issues of these articles; asks the ledger only where one of them turns."""
        documents = {article.document_id for article in articles if article.turns_to or article.continues_page}
        return cls(ledger.turning(collection, documents) if documents else ())

    def halves(self, article_id: str) -> tuple[Half, ...]:
        """The pieces of the article that a piece belongs to, in reading order; none for a piece that is alone."""
        first = [article_id]
        while (state := self.states.get(first[-1])) and state.before and state.before.head not in first:
            first.append(state.before.head)
        found = first[-1:]
        while (state := self.states.get(found[-1])) and state.after and state.after.continuation not in found:
            found.append(state.after.continuation)
        return tuple(self._halves[one] for one in found) if len(found) > 1 else ()

    def whole(self, article_id: str) -> Whole | None:
        """The article that a piece belongs to, put together; None for a piece that is alone."""
        halves = self.halves(article_id)
        return _put_together(halves) if halves else None


@dataclass(frozen=True, slots=True)
class Reading:
    """How one piece is read: alone, as the head of a whole, or with the whole it belongs to (``head``)."""

    article: Article
    document: str
    whole: Whole | None = None
    head: Half | None = None
    turns: TurnState = field(default_factory=TurnState)

    @property
    def halves(self) -> tuple[Half, ...]:
        """All pieces it is read with, itself among them; none where it is alone."""
        return self.whole.halves if self.whole else ()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where its text stands, if it goes on elsewhere."""
        return self.whole.origins if self.whole else ()

    @property
    def summarised(self) -> Article:
        """What its summary is made of: the whole where it is the head, itself otherwise.

        Raises:
            NotFoundError: a piece that is never summarised (furniture, a repeated piece).
        """
        article = self.article
        if article.kind == "furniture" or article.duplicate_of:
            what = "furniture" if article.kind == "furniture" else f"a repetition of {article.duplicate_of}"
            name = article.article_id
            raise NotFoundError(f"{name} is {what}; only articles, captions and continuations are summarised")
        return self.whole.article if self.whole and self.head is None else article

    @property
    def stamp(self) -> str:
        """Different for any two readings that differ in text, fields, place or joins."""
        joined = [(half.article, half.document) for half in self.halves]
        # Whole articles as printed by Python: a field added one day is in the stamp without anybody thinking of it.
        return repr((self.document, self.article, self.head is not None, joined))


def read_piece(ledger: Ledger, collection: str, article_id: str) -> Reading:
    """A piece with what it is joined to.

    Raises:
        NotFoundError: no such article.
    """
    article, document = ledger.article(collection, article_id)
    issue = Issue.of(ledger, collection, [article])
    whole = issue.whole(article_id)
    head = whole.halves[0] if whole and whole.article.article_id != article_id else None
    return Reading(article, document, whole, head, issue.states.get(article_id, TurnState()))


def turn_states(ledger: Ledger, collection: str, articles: Sequence[Article]) -> dict[str, TurnState]:
    """What is known of the turns of these articles, by id; those that nothing is known of are left out."""
    states = Issue.of(ledger, collection, articles).states
    return {one.article_id: states[one.article_id] for one in articles if one.article_id in states}


def _put_together(halves: Sequence[Half]) -> Whole:
    """Text, parts and origins of the pieces one after the other, without marks and repeated titles.

    A sentence that the turn cuts reads on; otherwise a line break stands between two pieces.
    """
    text, parts, origins = "", list[Part](), list[Origin]()
    for half in halves:
        article, end = half.article, None
        for part in _kept(article, is_first=half is halves[0]):
            reads_on = part.start == end if end is not None else not _CLOSED.search(text)
            text += "" if reads_on or not text else SEPARATOR
            low, end = len(text), part.end
            text += article.text[part.start : part.end]
            _note(origins, Origin(low, len(text), article, part.start, half.document, half.document_text))
            last = parts[-1] if parts else None
            if last and part.role == last.role == "body" and last.end == low:
                parts[-1] = replace(last, end=len(text))
            else:
                parts.append(Part(part.role, low, len(text)))
    head = halves[0].article
    mine = [origin for origin in origins if origin.article is head]
    runs = tuple(run for origin in mine for run in _runs(head, origin))
    return Whole(replace(head, mapped=MappedText(text, runs), parts=tuple(parts)), tuple(origins), tuple(halves))


def _note(origins: list[Origin], fresh: Origin) -> None:
    """Add a stretch; one that goes on right behind the last one in the same piece makes that one longer."""
    last = origins[-1] if origins else None
    touches = last is not None and (last.end, last.at - last.start) == (fresh.start, fresh.at - fresh.start)
    if last is not None and touches and last.article is fresh.article:
        origins[-1] = replace(last, end=fresh.end)
    else:
        origins.append(fresh)


def _kept(article: Article, *, is_first: bool) -> Iterator[Part]:
    """Parts of a piece that belong to the whole article's text."""
    parts = article.parts or (Part("body", 0, len(article.text)),)
    for part in parts:
        is_mark = part.role == "credit" and read_mark(article.text[part.start : part.end]) is not None
        if not is_mark and (is_first or part.role not in _NOT_REPEATED):
            yield part


def _runs(head: Article, origin: Origin) -> Iterator[Run]:
    """The head's own map, moved to where its stretches stand now."""
    for run in head.mapped.runs:
        low = max(run.clean_start, origin.at)
        high = min(run.clean_start + run.length, origin.at + origin.end - origin.start)
        if low < high:
            yield Run(origin.start + low - origin.at, run.source_start + low - run.clean_start, high - low)
