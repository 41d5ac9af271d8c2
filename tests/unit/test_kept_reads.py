"""What a search keeps at hand is what it would read now, whatever was taken in, replaced, renamed or deleted since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.adapters.rensa import RensaSigner
from rag.copies import CopyFinder
from rag.duplicates import signed_hashes
from rag.ledger import CutDocument, Ledger
from rag.models import Document, Filters, Passage
from rag.retrieve.shelf import Shelf
from tests.fakes import make_document, one_line_one_article
from tests.unit.test_duplicates import prose

HERE = "default"
REPORT = "园区非公组织党员达到1647人。" + prose(1)
TEXTS = (REPORT, REPORT[:200], prose(2) + REPORT, prose(2), prose(2)[:180] + "。", prose(3), f"{prose(3)}\n{REPORT}")
NAMES = st.sampled_from("abcde")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("take in"), st.lists(st.tuples(NAMES, st.sampled_from(TEXTS)), min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["delete", "rename", "also as"]), st.lists(st.tuples(NAMES, NAMES), max_size=1)),
    ),
    min_size=2,
    max_size=10,
)


class House:
    """A ledger, who reads it and keeps what was read, and every id that was ever there."""

    def __init__(self) -> None:
        self.ledger = Ledger.open("sqlite://", RensaSigner(signed_hashes))
        self.shelf, self.finder = Shelf(self.ledger), CopyFinder(self.ledger, HERE)
        self.passages, self.articles = dict[str, None](), dict[str, None]()
        self.documents = dict[str, Document]()

    def take_in(self, *told: tuple[str, str]) -> None:
        """Documents by the name of their source, in one step; a batch never names a source or a text twice."""
        texts = {text: name for name, text in dict(told).items()}
        documents = [make_document(text, name=name) for text, name in texts.items()]
        cuts = []
        for document in documents:
            articles = one_line_one_article(document)
            passages = [Passage.of(article, 0, len(article.text)) for article in articles]
            cuts.append(CutDocument(document, articles, tuple(passages)))
            self.passages |= {passage.passage_id: None for passage in passages}
            self.articles |= {article.article_id: None for article in articles}
            self.documents[document.source] = document
        self.forget(self.ledger.mark_ready(self.ledger.put_pending(cuts)))

    def change(self, what: str, name: str, other: str) -> None:
        """Delete a document, or record its bytes under another name, instead or besides."""
        visible = {document.source: document for document in self.ledger.documents(HERE)}
        found = next((document for document in visible.values() if document.document == name), None)
        if found is None:
            return
        if what == "delete":
            self.forget(self.ledger.tombstone(HERE, found.document_id))
        elif what == "rename":
            self.ledger.rename(replace(found, document=f"{name}-{other}"))
        else:
            self.forget(self.ledger.add_source(make_document(found.text, name=other)))

    def forget(self, versions: list[int]) -> None:
        if versions:
            self.ledger.purge(versions)

    def told(self, shelf: Shelf, finder: CopyFinder) -> tuple[object, ...]:
        """All that is read of the corpus for a search."""
        ids = list(self.passages)
        return (
            shelf.whereabouts(HERE, ids),
            shelf.datelines(HERE, ids),
            shelf.folded_texts(HERE, ids),
            shelf.passages(HERE, ids),
            shelf.allowed(HERE, Filters(document="a")),
            finder.copies(list(self.articles)),
        )


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_what_is_kept_is_what_would_be_read_now(steps: list[tuple[str, list[tuple[str, str]]]]) -> None:
    house = House()
    try:
        for what, told in steps:
            if what == "take in":
                house.take_in(*told)
            for name, other in told if what != "take in" else ():
                house.change(what, name, other)
            fresh = house.told(Shelf(house.ledger), CopyFinder(house.ledger, HERE))
            assert house.told(house.shelf, house.finder) == fresh
    finally:
        house.ledger.close()


@pytest.fixture
def house() -> Iterator[House]:
    opened = House()
    yield opened
    opened.ledger.close()


class Reads:
    """Counts what is read of a ledger's passages."""

    def __init__(self, ledger: Ledger, patched: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        read = ledger.passages

        def passages(collection: str, passage_ids: list[str]) -> object:
            self.asked += passage_ids
            return read(collection, passage_ids)

        patched.setattr(ledger, "passages", passages)


def test_taking_in_one_document_leaves_what_is_known_of_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take_in(("a", TEXTS[0]), ("b", TEXTS[3]))
    known = list(house.passages)
    reads = Reads(house.ledger, monkeypatch)
    house.shelf.passages(HERE, known)
    assert sorted(reads.asked) == sorted(known)
    house.take_in(("c", TEXTS[5]))
    assert set(house.shelf.passages(HERE, list(house.passages))) == set(house.passages)
    assert sorted(reads.asked) == sorted(house.passages)


def test_what_is_not_visible_yet_or_any_more_changes_nothing_for_who_reads(house: House) -> None:
    house.take_in(("a", TEXTS[0]))
    before = house.ledger.changes
    document = make_document(TEXTS[5], name="b")
    versions = house.ledger.put_pending([CutDocument(document, one_line_one_article(document), ())])
    assert house.ledger.changes == before
    house.ledger.mark_ready(versions)
    gone = house.ledger.tombstone(HERE, document.document_id)
    before = house.ledger.changes
    house.ledger.purge(gone)
    assert house.ledger.changes == before
