"""What a search reads of the ledger, kept at hand until it is written. Knows nothing of ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from rag.ledger import Allowed, Kept, Ledger, StoredPassage, Whereabouts
from rag.models import Article, Filters
from rag.text.normalise import fold

V = TypeVar("V")

Key = tuple[str, str]
"""Collection and passage id."""

Dateline = tuple[str | None, str | None]

MAX_PLACES = 20_000
"""Passages whose place in the corpus is kept: 0.3 kB each."""

MAX_TEXTS = 16_384
"""Folded texts that are kept, at most 2 kB each: all of 10,000 articles, so that a new question finds them at hand."""

MAX_WHOLE_CHARS = 8_000_000
"""Characters of the passages kept whole, each with its article and its document's text: 2 to 4 bytes each, at most, for
passages of one document share its text. A question reads 50; more kept, fewer are read and put together again."""

MAX_ALLOWED = 200_000
"""Passage ids kept for the filters used last: 0.1 kB each. A filter that lets more through is read every time."""


class Shelf:
    """Reads of one ledger. Safe to use from several threads."""

    def __init__(self, ledger: Ledger) -> None:
        def changes() -> int:
            return ledger.changes

        def stale(since: int, until: int, _: object) -> frozenset[Key] | None:
            touched = ledger.touched(since, until)
            return None if touched is None else touched.passages

        self._ledger = ledger
        self._places = Kept[Key, Whereabouts](changes, MAX_PLACES, stale=stale)
        self._datelines = Kept[Key, Dateline](changes, MAX_PLACES, stale=stale)
        self._texts = Kept[Key, str](changes, MAX_TEXTS, stale=stale)
        self._whole = Kept[Key, StoredPassage](changes, MAX_WHOLE_CHARS, _chars, stale)
        # Any new document may pass a filter.
        self._allowed = Kept[tuple[str, Filters], Allowed](
            changes, MAX_ALLOWED, lambda allowed: 1 + len(allowed.passage_ids or ())
        )

    def allowed(self, collection: str, filters: Filters) -> Allowed:
        """As ``Ledger.allowed_passages``."""
        key = (collection, filters)
        return self._allowed.of([key], lambda _: {key: self._ledger.allowed_passages(collection, filters)})[key]

    def whereabouts(self, collection: str, passage_ids: Sequence[str]) -> dict[str, Whereabouts]:
        """As ``Ledger.whereabouts``; what is kept whole is not looked up again."""
        known = {name: _place(found) for name, found in self._at_hand(collection, passage_ids).items()}
        left = [name for name in passage_ids if name not in known]
        return known | _of(self._places, collection, left, lambda ids: self._ledger.whereabouts(collection, ids))

    def datelines(self, collection: str, passage_ids: Sequence[str]) -> dict[str, Dateline]:
        """As ``Ledger.datelines``; what is kept whole is not looked up again."""
        whole = self._at_hand(collection, passage_ids)
        known = {name: (found.article.published, found.article.place) for name, found in whole.items()}
        left = [name for name in passage_ids if name not in known]
        return known | _of(self._datelines, collection, left, lambda ids: self._ledger.datelines(collection, ids))

    def passages(self, collection: str, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
        """As ``Ledger.passages``."""
        return _of(self._whole, collection, passage_ids, lambda ids: self._ledger.passages(collection, ids))

    def _at_hand(self, collection: str, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
        return _of(self._whole, collection, passage_ids, lambda _: {})

    def read_texts(self, collection: str, passage_ids: Sequence[str]) -> dict[str, str]:
        """Headline, place and text of the visible ones, as they stand."""
        return _read(self.passages(collection, passage_ids))

    def folded_texts(self, collection: str, passage_ids: Sequence[str]) -> dict[str, str]:
        """Headline, place and text of the visible ones, as they are compared with the question's terms."""
        return _of(self._texts, collection, passage_ids, lambda ids: _folded(self.passages(collection, ids)))


def folded_texts(ledger: Ledger, collection: str, passage_ids: Sequence[str]) -> dict[str, str]:
    """Headline, place and text of the visible ones, as they are compared with the question's terms."""
    return _folded(ledger.passages(collection, passage_ids))


def _chars(stored: StoredPassage) -> int:
    return len(stored.document_text) + len(stored.article.text)


def _place(stored: StoredPassage) -> Whereabouts:
    return Whereabouts(stored.article.article_id, stored.article.document_id, stored.document)


def _folded(stored: Mapping[str, StoredPassage]) -> dict[str, str]:
    return {name: fold(text) for name, text in _read(stored).items()}


def _read(stored: Mapping[str, StoredPassage]) -> dict[str, str]:
    return {name: _read_with(found.article, found.passage.text) for name, found in stored.items()}


def _of(
    kept: Kept[Key, V], collection: str, ids: Sequence[str], read: Callable[[list[str]], Mapping[str, V]]
) -> dict[str, V]:
    """Kept values by passage id alone."""

    def keyed(missing: list[Key]) -> dict[Key, V]:
        return {(collection, name): value for name, value in read([name for _, name in missing]).items()}

    return {name: value for (_, name), value in kept.of([(collection, name) for name in ids], keyed).items()}


def _read_with(article: Article, text: str) -> str:
    """The passage with what stands over it on the page, unless it is in it."""
    over = (article.kicker, article.title, article.subtitle, article.place)
    return "\n".join((*(line for line in over if line and line not in text), text))
