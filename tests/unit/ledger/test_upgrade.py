"""A ledger of an older version opens, is brought up in one transaction, and keeps everything; a newer one is refused.

``version3.sql`` is a dump of a small ledger that the last program of schema version 3 wrote.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from rag.errors import StoreError, StoreMismatchError
from rag.ledger import IndexSettings, Ledger, Opening
from rag.ledger import upgrade as steps
from rag.ledger.schema import SCHEMA_VERSION
from rag.models import Article
from rag.protocols import Signer

HERE = "default"


class EveryArticleHasOneKey:
    """Signs every article with the number of its characters."""

    def keys(self, article: Article) -> tuple[int, ...]:
        return (len(article.text),)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The file of a ledger of version 3."""
    file = tmp_path / "ledger.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript((Path(__file__).parent / "version3.sql").read_text("utf-8"))
    connection.close()
    return file


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_an_older_ledger_keeps_everything(old: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{old}", EveryArticleHasOneKey())
    document = ledger.documents(HERE)[0]
    assert (document.document, document.metadata.paper, document.text.count("\n")) == ("2024-03-05_A2.txt", "某日报", 3)
    pieces = [article for article, _ in ledger.articles(HERE)]
    assert [piece.text for piece in pieces] == document.text.splitlines()
    assert [piece.kind for piece in pieces] == ["article", "article", "furniture"]
    assert len(ledger.passage_ids(HERE)) == 2
    assert [one.text for one in ledger.documents("other")] == ["新馆明天开放。\n"]
    assert ledger.index_settings(HERE) == IndexSettings("e5", 384, "sentences")
    assert ledger.saved_reply(HERE, "key-1") == {"summary": "大桥通车"}
    kept = ledger.answer(HERE, "ans_1")
    assert (kept.record["answer"]["answer"], kept.mark) == ("1280米[1]。", {"verdict": "right"})
    ledger.close()
    assert rows(old, "SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]


def test_what_an_older_version_did_not_know_is_made_up_for(old: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{old}", EveryArticleHasOneKey())
    assert ledger.cut_otherwise(HERE, "now") == [document.document_id for document in ledger.documents(HERE)]
    ledger.close()
    assert rows(old, "SELECT issue_page FROM documents ORDER BY version") == [("A2",), (None,)]
    assert rows(old, "SELECT count(*) FROM article_bands") == [(4,)]


def test_an_upgraded_ledger_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    Ledger.open(f"sqlite:///{old}").close()
    Ledger.open(f"sqlite:///{tmp_path}/new.sqlite").close()
    told = 'SELECT m.name, c.name, c.type, c."notnull" FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1, 2'
    assert rows(old, told) == rows(tmp_path / "new.sqlite", told)
    indexes = "SELECT m.name, c.seqno, c.name FROM sqlite_master m, pragma_index_info(m.name) c ORDER BY 1, 2"
    assert rows(old, indexes) == rows(tmp_path / "new.sqlite", indexes)


def test_a_step_that_fails_leaves_the_ledger_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(old, "SELECT * FROM sqlite_master ORDER BY name")

    whole = steps.STEPS[3]

    def failing_at_its_end(connection: Connection, signer: Signer | None) -> None:
        whole(connection, signer)
        connection.exec_driver_sql("SELECT * FROM no_such_table")

    monkeypatch.setattr(steps, "STEPS", {3: failing_at_its_end})
    with pytest.raises(StoreError, match="no_such_table"):
        Ledger.open(f"sqlite:///{old}")
    assert rows(old, "SELECT * FROM sqlite_master ORDER BY name") == before
    assert rows(old, "SELECT version FROM schema_version") == [(3,)]
    monkeypatch.undo()
    Ledger.open(f"sqlite:///{old}").close()


def test_who_only_looks_upgrades_nothing_and_says_who_does(old: Path) -> None:
    with pytest.raises(StoreMismatchError, match="gazette doctor"):
        Ledger.find(f"sqlite:///{old}")
    assert rows(old, "SELECT version FROM schema_version") == [(3,)]
    found = Ledger.find(f"sqlite:///{old}", Opening(may_upgrade=True))
    assert found is not None
    found.close()


@pytest.mark.parametrize(("version", "remedy"), [(99, "newer program"), (2, "ingest again")])
def test_a_version_no_step_leads_from_is_refused(old: Path, version: int, remedy: str) -> None:
    connection = sqlite3.connect(old)
    with connection:
        connection.execute("UPDATE schema_version SET version = ?", (version,))
    connection.close()
    with pytest.raises(StoreMismatchError, match=f"schema version {version}, this program needs .*{remedy}"):
        Ledger.open(f"sqlite:///{old}")


def test_every_version_since_the_first_step_has_a_step() -> None:
    assert sorted(steps.STEPS) == list(range(min(steps.STEPS), SCHEMA_VERSION))
