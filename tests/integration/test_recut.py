"""`gazette recut` over real stores and pages: doctor says how many documents it is about, and it changes the rest."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from rag import build
from rag.build import build_pipeline
from rag.cli import gazette
from rag.ledgers import open_ledger
from rag.models import Article, Document
from rag.pages import segment
from tests.conftest import SEEDS
from tests.integration.stores_on_disk import settings_of, take_in
from tests.torture.world import use_fake_embedder

HERE = "default"


def command(store: Path, *words: str) -> Result:
    return CliRunner().invoke(gazette, ["--store", str(store), *words])


def as_if_cut_by_an_older_program(store: Path) -> None:
    with closing(open_ledger(settings_of(store))) as ledger, ledger._engine.begin() as connection:
        connection.execute(text("UPDATE documents SET cutter = 'older'"))


def halves(document: Document) -> tuple[Article, ...]:
    """A worse cutter: every second article of a page is lost."""
    return segment(document)[::2]


def articles(store: Path) -> list[str]:
    with closing(open_ledger(settings_of(store))) as ledger:
        return [article.text for article, _ in ledger.articles(HERE)]


def test_pages_cut_by_an_older_program_are_told_of_and_cut_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_embedder(monkeypatch.setattr)
    store = tmp_path / "store"
    with monkeypatch.context() as older:
        older.setattr(build, "segment", halves)
        take_in(settings_of(store), SEEDS)
        few = articles(store)
    assert "cut by another version" not in command(store, "doctor").output
    as_if_cut_by_an_older_program(store)
    told = command(store, "doctor")
    assert (told.exit_code, "5 documents were cut by another version" in told.output) == (0, True)
    assert "`gazette recut`" in told.output

    report = json.loads(command(store, "recut", "--json").stdout)
    assert (report["documents"], len(report["changed"]), report["failed"]) == (5, 4, [])  # one page holds one article
    assert len(articles(store)) > len(few)
    fresh = tmp_path / "fresh"
    take_in(settings_of(fresh), SEEDS)
    assert articles(store) == articles(fresh)
    assert "cut by another version" not in command(store, "doctor").output
    assert "0 documents cut differently, 0 as before" in command(store, "recut").output
    as_if_cut_by_an_older_program(store)
    assert "0 documents cut differently, 5 as before" in command(store, "recut").output
    with closing(build_pipeline(settings_of(store))) as pipeline:
        documents = [one.document_id for one in pipeline.documents()]
    assert "0 documents cut differently, 2 as before" in command(store, "recut", *documents[:2]).output
    assert command(store, "recut", "doc_none").exit_code == 1
