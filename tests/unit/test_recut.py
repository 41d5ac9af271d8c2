"""Documents cut again: what comes out differently is written, everything else is left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.chunk import Chunker
from rag.corrections import made
from rag.errors import MalformedSourceError, NotFoundError, StoreError
from rag.index import Index, Segment
from rag.ledger import Ledger
from rag.models import Article, CorrectionRequest, Document
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex, make_document, one_line_one_article

HERE = "default"


def last_line_only(document: Document) -> tuple[Article, ...]:
    """A cutter that leaves all but the last line of a page away."""
    if "坏" in document.text:
        raise MalformedSourceError(document.source, "cannot be cut")
    return one_line_one_article(document)[-1:]


class House:
    """All stores, and an index that cuts as it is told."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        self.vectors, self.terms, self.embedder = MemoryVectorIndex(), MemoryLexicalIndex(), HashingEmbedder()

    def index(self, segment: Segment = one_line_one_article, revision: str = "first") -> Index:
        chunker = Chunker(self.embedder.count_tokens, 50, 100)
        stores = self.ledger, self.vectors, self.terms
        return Index(*stores, self.embedder, chunker, segment, HERE, revision=revision)

    def texts(self) -> list[str]:
        return sorted(article.text for article, _ in self.ledger.articles(HERE))

    def agree(self) -> bool:
        return self.ledger.passage_ids(HERE) == self.vectors.ids() == self.terms.ids()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made_ = House(tmp_path)
    made_.index().ingest([make_document("甲一\n甲二"), make_document("乙", name="b.txt")])
    yield made_
    made_.ledger.close()


def test_only_what_comes_out_differently_is_written_and_embedded(house: House) -> None:
    index = house.index(last_line_only, "second")
    assert len(index.cut_otherwise()) == 2
    before = house.embedder.embedded
    report = index.recut()
    assert (report.documents, report.changed, report.failed) == (2, ("a.txt",), ())
    assert house.embedder.embedded - before == 1
    assert house.texts() == ["乙", "甲二"]
    assert house.agree()


def test_cutting_again_twice_changes_nothing_more(house: House) -> None:
    index = house.index(last_line_only, "second")
    index.recut()
    state = house.ledger.changes, house.texts()
    assert index.cut_otherwise() == []
    assert index.recut().documents == 0
    ids = [document.document_id for document in house.ledger.documents(HERE)]
    assert index.recut(ids).changed == ()
    assert (house.ledger.changes, house.texts()) == state


def test_the_same_cut_by_another_program_is_only_noted(house: House) -> None:
    changes = house.ledger.changes
    report = house.index(revision="second").recut()
    assert (report.documents, report.changed) == (2, ())
    assert house.ledger.changes == changes
    assert house.index(revision="second").cut_otherwise() == []
    assert len(house.index(revision="third").cut_otherwise()) == 2


def test_corrections_are_kept_whatever_cuts(house: House) -> None:
    index = house.index()
    articles = [article for article, _ in house.ledger.articles(HERE) if article.text.startswith("甲")]
    document = house.ledger.document(HERE, articles[0].document_id)
    request = CorrectionRequest("merge", tuple(one.article_id for one in articles))
    index.correct(document.document_id, made(request, articles, document, "2024-05-01T00:00:00+00:00"))
    merged = house.texts()
    assert house.index(revision="second").recut().changed == ()
    assert house.texts() == merged
    house.index(last_line_only, "third").recut([document.document_id])
    assert len(house.ledger.corrections(HERE)) == 1
    house.index(revision="fourth").recut()
    assert house.texts() == merged


def test_what_cannot_be_cut_any_more_stays_as_it_was_and_is_reported(house: House) -> None:
    house.index().ingest([make_document("坏\n丙", name="c.txt")])
    index = house.index(last_line_only, "second")
    report = index.recut()
    assert [failure.source for failure in report.failed] == ["/in/c.txt"]
    assert "stays as it was cut before" in report.failed[0].error
    assert house.texts() == ["丙", "乙", "坏", "甲二"]
    assert len(index.cut_otherwise()) == 1


def test_a_run_that_is_stopped_is_gone_on_with(house: House) -> None:
    house.index().ingest([make_document(f"{at}头\n{at}尾", name=f"{at}.txt") for at in range(150)])
    index = house.index(last_line_only, "second")

    def fail(stage: str, done: int, total: int | None) -> None:
        assert (stage, total) == ("recut", 152)
        house.vectors.fails = True

    with pytest.raises(StoreError, match="told to fail"):
        index.recut(progress=fail)
    house.vectors.fails = False
    house.index(last_line_only, "second").recover()
    assert house.agree()
    left = len(index.cut_otherwise())
    assert 0 < left < 150
    assert index.recut().documents == left
    assert house.texts() == sorted(["乙", "甲二", *(f"{at}尾" for at in range(150))])
    assert house.agree()


def test_a_document_that_is_not_there_is_named(house: House) -> None:
    with pytest.raises(NotFoundError, match="doc_none"):
        house.index().recut(["doc_none"])
