"""Corrections in the index: they and their cut are one step, and they outlive re-ingest, cutters and new bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.chunk import Chunker
from rag.corrections import made
from rag.errors import CorrectionError, NotFoundError
from rag.index import Index
from rag.ledger import CutDocument, Ledger
from rag.models import Article, Correction, CorrectionRequest, Document, SourceMetadata
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex, make_document, one_line_one_article

HERE = "default"
TEXT = "河堤加固全部完工。\n共修堤十二公里,其中新修的有三公里,其余都是加高加宽。\n图书馆开放到晚上十点。\n"
READ_BETTER = (
    "第三版\n河堤加固全部完工。\n共修堤十三公里,其中新修的有三公里,其余都是加高加宽。\n图书馆开放到晚上十点。\n"
)


class PowerCutError(BaseException):
    """Stands for the process dying: nothing may catch it."""


class House:
    """All stores, and a cutter that can be changed for another."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/ledger.sqlite"
        self.ledger = Ledger.open(self.url)
        self.vectors, self.terms, self.embedder = MemoryVectorIndex(), MemoryLexicalIndex(), HashingEmbedder()
        self.segment: Callable[[Document], tuple[Article, ...]] = one_line_one_article

    @property
    def index(self) -> Index:
        chunker = Chunker(self.embedder.count_tokens, 50, 100)
        cutter = lambda document: self.segment(document)  # noqa: E731 - looked up when it cuts
        return Index(self.ledger, self.vectors, self.terms, self.embedder, chunker, cutter, HERE)

    def reopen(self) -> None:
        self.ledger.close()
        self.ledger = Ledger.open(self.url)

    def articles(self) -> list[Article]:
        return [article for article, _ in self.ledger.articles(HERE)]

    def texts(self) -> list[str]:
        return [article.text for article in self.articles()]

    def ask(self, kind: str, *which: int, **more: Any) -> Correction:
        named = [self.articles()[n] for n in which]
        document = self.ledger.document(HERE, named[0].document_id)
        request = CorrectionRequest(kind, tuple(one.article_id for one in named), **more)  # type: ignore[arg-type]
        return made(request, named, document, "2024-05-01T00:00:00+00:00")

    def correct(self, kind: str, *which: int, **more: Any) -> CutDocument:
        document_id = self.articles()[which[0]].document_id
        return self.index.correct(document_id, self.ask(kind, *which, **more))

    def agree(self) -> bool:
        return self.ledger.passage_ids(HERE) == self.vectors.ids() == self.terms.ids()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.index.ingest([make_document(TEXT)])
    yield opened
    opened.ledger.close()


MERGED = ["河堤加固全部完工。\n共修堤十二公里,其中新修的有三公里,其余都是加高加宽。", "图书馆开放到晚上十点。"]


def test_a_correction_is_in_all_stores_when_it_returns(house: House) -> None:
    cut = house.correct("merge", 0, 1)
    assert house.texts() == MERGED
    assert house.agree()
    (stored,) = house.ledger.corrections(HERE)
    assert stored.kept == cut.corrections[0]
    assert stored.kept.article_ids == (house.articles()[0].article_id,)


def test_replies_kept_about_the_document_go_with_its_old_cut(house: House) -> None:
    document_id = house.articles()[0].document_id
    house.ledger.save_reply(HERE, "summary:1", {"summary": "…"}, document_id=document_id)
    house.correct("merge", 0, 1)
    assert house.ledger.saved_reply(HERE, "summary:1") is None


def test_a_correction_outlives_a_restart_and_the_same_bytes_again(house: House) -> None:
    house.correct("merge", 0, 1)
    house.reopen()
    assert house.index.recover().is_empty
    assert house.index.ingest([make_document(TEXT)]).unchanged == 1
    assert house.texts() == MERGED
    house.index.ingest([make_document(TEXT, place="安庆")])
    assert house.texts() == MERGED
    assert house.articles()[1].place == "安庆"


def test_a_correction_holds_when_another_cutter_cuts_the_document_again(house: House) -> None:
    house.correct("merge", 0, 1)
    house.segment = lambda document: tuple(replace(one, kicker="新") for one in one_line_one_article(document))
    house.index.ingest([make_document(TEXT, paper="某报")])
    assert house.texts() == MERGED


def test_a_corrected_corpus_is_another_one_until_the_correction_is_undone(house: House) -> None:
    before = house.ledger.corpus_fingerprint(HERE)
    cut = house.correct("merge", 0, 1)
    assert house.ledger.corpus_fingerprint(HERE) != before
    house.index.undo(cut.document.document_id, cut.corrections[0].correction.correction_id)
    assert house.ledger.corpus_fingerprint(HERE) == before


def test_undo_brings_back_the_cut_of_the_program(house: House) -> None:
    before = house.articles()
    cut = house.correct("merge", 0, 1)
    house.index.undo(cut.document.document_id, cut.corrections[0].correction.correction_id)
    assert house.articles() == before
    assert house.ledger.corrections(HERE) == []
    assert house.agree()


def test_new_bytes_under_the_same_source_inherit_what_still_stands_there(house: House) -> None:
    house.correct("merge", 0, 1)
    report = house.index.ingest([make_document(READ_BETTER)])
    assert report.unapplied == ()
    assert house.texts() == [
        "第三版",
        "河堤加固全部完工。\n共修堤十三公里,其中新修的有三公里,其余都是加高加宽。",
        "图书馆开放到晚上十点。",
    ]
    (stored,) = house.ledger.corrections(HERE)
    assert stored.kept.correction.made_on == make_document(TEXT).document_id
    assert stored.document_id == make_document(READ_BETTER).document_id


def test_what_finds_no_place_in_new_bytes_is_kept_and_reported(house: House) -> None:
    house.correct("merge", 0, 1)
    report = house.index.ingest([make_document("全无关系的另一页。")])
    (unapplied,) = report.unapplied
    assert unapplied.document == "a.txt"
    (stored,) = house.ledger.corrections(HERE)
    assert stored.kept.reason == unapplied.reason
    assert house.texts() == ["全无关系的另一页。"]
    house.index.ingest([make_document(TEXT)])
    assert house.texts() == MERGED


def test_what_was_said_of_a_document_moves_to_known_bytes_that_take_its_place(house: House) -> None:
    house.correct("merge", 0, 1)
    house.index.ingest([make_document(READ_BETTER, name="b.txt")])
    house.index.ingest([make_document(READ_BETTER, name="a.txt")])
    assert house.texts()[1] == "河堤加固全部完工。\n共修堤十三公里,其中新修的有三公里,其余都是加高加宽。"
    assert len(house.ledger.documents(HERE)) == 1
    assert len(house.ledger.corrections(HERE)) == 1
    assert house.agree()


def test_a_deleted_document_takes_its_corrections_with_it(house: House) -> None:
    cut = house.correct("merge", 0, 1)
    house.index.delete(cut.document.document_id)
    assert house.ledger.corrections(HERE) == []
    house.index.ingest([make_document(TEXT)])
    assert len(house.texts()) == 3


def test_nothing_is_stored_of_a_correction_that_changes_nothing(house: House) -> None:
    correction = house.ask("merge", 0, 1)
    document_id = house.articles()[0].document_id
    house.index.correct(document_id, correction)
    with pytest.raises(CorrectionError, match="already cut like this"):
        house.index.correct(document_id, replace(correction, correction_id="cor_2"))
    with pytest.raises(NotFoundError):
        house.index.correct("doc_0", correction)
    assert len(house.ledger.corrections(HERE)) == 1


@pytest.mark.parametrize("store", ["vectors", "terms"])
def test_a_correction_interrupted_anywhere_is_whole_or_not_there(house: House, store: str) -> None:
    def power_cut(*_: object) -> None:
        raise PowerCutError

    before = house.texts()
    broken = getattr(house, store)
    whole = broken.upsert
    broken.upsert = power_cut
    with pytest.raises(PowerCutError):
        house.correct("merge", 0, 1)
    assert house.texts() == before
    assert house.ledger.corrections(HERE) == []
    broken.upsert = whole
    house.reopen()
    assert house.index.recover().is_empty
    assert house.texts() == MERGED
    assert len(house.ledger.corrections(HERE)) == 1


def test_a_correction_comes_back_from_the_ledger_as_it_was(house: House) -> None:
    house.correct("rekind", 2, to_kind="furniture")
    cut = house.correct("split", 0, words="全部完工")
    assert [one.kept for one in house.ledger.corrections(HERE)] == list(cut.corrections)
    assert house.ledger.corrections(HERE, correction_id="cor_0") == []
    assert house.ledger.corrections("other") == []
    assert cut.document.metadata == SourceMetadata()
