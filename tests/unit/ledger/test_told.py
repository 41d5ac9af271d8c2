"""What digests told is remembered by collection and request, outlives deletion, and goes with erasure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.ledger import Ledger, ToldArticle

ONE = ToldArticle(f"art_{1:016x}", f"doc_{1:016x}", "1.txt", "hash1")
TWO = ToldArticle(f"art_{2:016x}", f"doc_{2:016x}", "2.txt", "hash2")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def test_what_was_told_is_known_to_the_same_request_of_the_same_collection_only(ledger: Ledger) -> None:
    ledger.save_told("default", "morning", [TWO, ONE])
    assert ledger.told_articles("default", "morning") == [ONE, TWO]
    assert ledger.told_articles("default", "evening") == []
    assert ledger.told_articles("other", "morning") == []


def test_telling_twice_changes_nothing_and_other_words_of_an_article_are_another_telling(ledger: Ledger) -> None:
    ledger.save_told("default", "morning", [ONE, ONE])
    ledger.save_told("default", "morning", [ONE, replace(ONE, text_hash="hash3")])
    assert [one.text_hash for one in ledger.told_articles("default", "morning")] == ["hash1", "hash3"]


def test_recording_is_no_write_of_the_corpus(ledger: Ledger) -> None:
    before = ledger.changes
    ledger.save_told("default", "morning", [ONE])
    assert ledger.changes == before


def test_erasing_a_document_erases_that_it_was_told(ledger: Ledger) -> None:
    ledger.save_told("default", "morning", [ONE, TWO])
    assert ledger.drop_mentions("default", {ONE.document_id}, set()) == 1
    assert ledger.told_articles("default", "morning") == [TWO]
    assert ledger.drop_mentions_of_the_gone("default") == 1
    assert ledger.told_articles("default", "morning") == []
