"""Passages by their terms, in a tantivy folder; BM25. Knows nothing of where terms come from or what passages say."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from math import log
from pathlib import Path
from typing import Any, Self

from rag.errors import StoreError
from rag.models import Hit

_WRITER_BYTES = 64_000_000
"""Memory the writer may fill before it writes a segment by itself."""

_DELETE_BATCH = 1000

_OVERFETCH = 1.5
"""First guess at how many more hits than ``k / share allowed`` must be asked for."""

_DEEPER = 4


class TantivyLexicalIndex:
    """One folder, one collection. Terms are given to tantivy joined by spaces, so its analysis never interferes."""

    def __init__(self, index: Any, folder: Path, terms: Callable[[str], list[str]]) -> None:
        self._index = index
        self._folder = folder
        self._terms = terms
        self._writer: Any = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, terms: Callable[[str], list[str]]) -> Self:
        """Open a folder, made if missing.

        Args:
            folder: tantivy's own; nothing else may write there.
            terms: search terms of a text, without white space, the same for passages and questions.

        Raises:
            StoreError: the folder is damaged or of another make.
        """
        import tantivy

        with _store_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            schema = (
                tantivy.SchemaBuilder()
                .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
                .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
                .build()
            )
            return cls(tantivy.Index(schema, path=str(folder)), folder, terms)

    def close(self) -> None:
        """Let running merges end and release the folder."""
        with self._lock, _store_errors(self._folder):
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None

    def upsert(self, passages: Mapping[str, str]) -> None:
        """Index texts by passage id; visible when this returns."""
        import tantivy

        if not passages:
            return
        with self._writing() as writer:
            self._delete(writer, list(passages))
            for passage_id, text in passages.items():
                document = tantivy.Document()
                document.add_text("id", passage_id)
                document.add_text("terms", " ".join(self._terms(text)))
                writer.add_document(document)

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Forget passages; unknown ids are no error."""
        if passage_ids:
            with self._writing() as writer:
                self._delete(writer, passage_ids)

    def search(self, text: str, k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The ``k`` best of the allowed passages (all when None) by BM25, best first, ties by id.

        A term asked for twice counts twice. A text without terms finds nothing.
        """
        with _store_errors(self._folder):
            searcher = self._index.searcher()
            asked = max(k, 1)
            if allowed:
                asked = int(asked * max(1.0, searcher.num_docs / len(allowed)) * _OVERFETCH)
            if allowed and asked < len(allowed):
                scored = self._kept(searcher, text, k, frozenset(allowed), asked)
            else:
                query = self._query(text, allowed)
                scored = [] if query is None else _scored(searcher, query, max(k, 1))
        return [Hit(passage_id, -score, rank) for rank, (score, passage_id) in enumerate(scored[:k], 1)]

    def _kept(self, searcher: Any, text: str, k: int, allowed: frozenset[str], asked: int) -> list[tuple[float, str]]:
        """The allowed ones of more hits than wanted: faster than naming them all, where they are many."""
        query = self._query(text, None)
        while query is not None:
            found = _scored(searcher, query, asked)
            kept = [one for one in found if one[1] in allowed]
            if len(kept) >= k or len(found) < asked:
                return kept
            if asked * _DEEPER >= len(allowed):
                return _scored(searcher, self._query(text, allowed), max(k, 1))
            asked *= _DEEPER
        return []

    def rarity(self, text: str) -> dict[str, float]:
        """The distinct terms of a text, each with BM25's inverse document frequency, as tantivy computes it."""
        with _store_errors(self._folder):
            searcher = self._index.searcher()
            held = searcher.num_docs
            counts = {term: searcher.doc_freq("terms", term) for term in dict.fromkeys(self._terms(text))}
        # Passages deleted but not yet merged away are still in a term's count.
        return {
            term: log(1 + (held - min(count, held) + 0.5) / (min(count, held) + 0.5)) for term, count in counts.items()
        }

    def ids(self) -> set[str]:
        """Every passage that can be found."""
        import tantivy

        with _store_errors(self._folder):
            # With a filter, deleted passages that still wait for a merge do not count.
            live = tantivy.Query.all_query()
            return {term for term, _ in self._index.searcher().terms_with_prefix("id", "", filter_query=live)}

    def count(self) -> int:
        """How many passages can be found."""
        with _store_errors(self._folder):
            return int(self._index.searcher().num_docs)

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        """Which of these passages can be found."""
        import tantivy

        if not passage_ids:
            return set()
        with _store_errors(self._folder):
            searcher = self._index.searcher()
            query = tantivy.Query.term_set_query(self._index.schema, "id", list(passage_ids))
            found = searcher.search(query, len(passage_ids), count=False).hits
            return {searcher.doc(address).get_first("id") for _, address in found}

    def _query(self, text: str, allowed: Collection[str] | None) -> Any:
        import tantivy

        counted = Counter(self._terms(text))
        if not counted or (allowed is not None and not allowed):
            return None
        query, occur, schema = tantivy.Query, tantivy.Occur, self._index.schema
        wanted = query.boolean_query(
            [
                (occur.Should, query.boost_query(query.term_query(schema, "terms", term, "freq"), float(count)))
                for term, count in counted.items()
            ]
        )
        if allowed is None:
            return wanted
        among = query.const_score_query(query.term_set_query(schema, "id", list(allowed)), 0.0)
        return query.boolean_query([(occur.Must, wanted), (occur.Must, among)])

    def _delete(self, writer: Any, passage_ids: Sequence[str]) -> None:
        import tantivy

        for at in range(0, len(passage_ids), _DELETE_BATCH):
            batch = list(passage_ids[at : at + _DELETE_BATCH])
            writer.delete_documents_by_query(tantivy.Query.term_set_query(self._index.schema, "id", batch))

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """The folder's only writer; what was done is on disk and visible afterwards, or undone."""
        with self._lock, _store_errors(self._folder):
            if self._writer is None:
                self._writer = self._swept()
            try:
                yield self._writer
                self._writer.commit()
            except BaseException:
                self._let_go()
                raise
            self._index.reload()

    def _swept(self) -> Any:
        """A writer, once what a commit that never ended left behind is removed.

        tantivy names a file of deletions by its segment and the operation's number, and counts on from the last whole
        commit: the same deletions done again would meet that file, and be refused.
        """
        writer = self._index.writer(_WRITER_BYTES, 1)
        writer.garbage_collect_files()
        return writer

    def _let_go(self) -> None:
        """Give up what was not committed, and the writer: after a commit that failed tantivy takes no more of it."""
        writer, self._writer = self._writer, None
        # What went wrong is being raised; the same may be said again of each of the writer's threads.
        with suppress(ValueError, OSError, RuntimeError):
            writer.wait_merging_threads()


def _scored(searcher: Any, query: Any, k: int) -> list[tuple[float, str]]:
    """``(-score, id)`` of the ``k`` best, best first, ties by id."""
    hits = searcher.search(query, k, count=False).hits
    return sorted((-score, searcher.doc(address).get_first("id")) for score, address in hits)


@contextmanager
def _store_errors(folder: Path) -> Iterator[None]:
    """tantivy reports everything, damage and full disks too, as ValueError or OSError."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise StoreError(
            f"term index {folder}: {error}; it can be rebuilt from the ledger: remove that folder and run "
            "`gazette doctor --repair`"
        ) from error
