"""A rehearsal: it counts what an ingest would, and leaves everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.chunk import Chunker
from rag.errors import MalformedSourceError
from rag.index import Index
from rag.intake import Intake, rehearse
from rag.ledger import Ledger
from rag.models import Article, Document, Failure, SourceMetadata
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex, one_line_one_article


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text("甲事\n甲事二\n~版面", "utf-8")
    (folder / "b.txt").write_text("乙事", "utf-8")
    (folder / "twin.txt").write_text("乙事", "utf-8")
    (folder / "table.xls").write_bytes(b"\0")
    return folder


def intake(pages: Path, **metadata: str) -> Intake:
    return Intake([pages], "default", 1_000_000, metadata=SourceMetadata(**metadata))


def taken_in(pages: Path) -> Ledger:
    ledger, embedder = Ledger.open("sqlite://"), HashingEmbedder()
    chunker = Chunker(embedder.count_tokens, 50, 100)
    index = Index(ledger, MemoryVectorIndex(), MemoryLexicalIndex(), embedder, chunker, one_line_one_article, "default")
    given = intake(pages)
    index.ingest(given.documents(given.walk()))
    return ledger


def test_a_rehearsal_counts_documents_twins_articles_and_skipped_files_but_no_passages(pages: Path) -> None:
    report = rehearse(intake(pages), one_line_one_article)
    assert (report.documents, report.unchanged, report.articles) == (2, 1, 3)
    assert (report.passages, report.skipped, report.failed) == (0, 1, ())


def test_what_the_ledger_knows_is_unchanged_and_what_is_said_anew_about_it_is_not(pages: Path) -> None:
    ledger = taken_in(pages)
    (pages / "c.txt").write_text("丙事", "utf-8")
    report = rehearse(intake(pages), one_line_one_article, ledger)
    assert (report.documents, report.unchanged, report.articles) == (1, 3, 1)
    dated = rehearse(intake(pages, published="2024-03-05"), one_line_one_article, ledger)
    assert (dated.documents, dated.unchanged) == (3, 1)
    assert ledger.counts("default").documents == 2
    assert {document.metadata for document in ledger.documents("default")} == {SourceMetadata()}
    ledger.close()


def test_a_page_that_cannot_be_cut_is_a_failure_and_the_rest_goes_on(pages: Path) -> None:
    def segment(document: Document) -> tuple[Article, ...]:
        if document.document == "a.txt":
            raise MalformedSourceError(document.source, "cannot be cut")
        return one_line_one_article(document)

    report = rehearse(intake(pages), segment)
    source = str(pages / "a.txt")
    assert (report.documents, report.failed) == (1, (Failure(source, f"{source}: cannot be cut"),))
