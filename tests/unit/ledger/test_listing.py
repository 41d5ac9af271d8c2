"""Lists of documents: what they tell, in which order, and that no text is read for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from rag.errors import NotFoundError
from rag.ledger import CutDocument, Ledger
from rag.models import Document, ListedDocument
from tests.fakes import make_document

HERE = "default"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


def take_in(ledger: Ledger, *documents: Document) -> None:
    ledger.mark_ready(ledger.put_pending([CutDocument(one, (), ()) for one in documents]))


def test_a_list_tells_what_the_documents_tell(ledger: Ledger) -> None:
    documents = [make_document("大桥" * n + "𠮷\u0301\n", name=f"{n}.txt") for n in range(1, 4)]
    take_in(ledger, *documents)
    assert ledger.listed_documents(HERE) == [ListedDocument.of(one) for one in documents]
    assert [one.chars for one in ledger.listed_documents(HERE)] == [5, 7, 9]


def test_a_list_goes_on_where_it_stopped(ledger: Ledger) -> None:
    documents = [make_document(f"甲{n}", name=f"{n}.txt") for n in range(4)]
    take_in(ledger, *documents)
    listed = ledger.listed_documents(HERE, limit=2, after=documents[0].document_id)
    assert [one.document for one in listed] == ["1.txt", "2.txt"]
    with pytest.raises(NotFoundError, match="start the list again"):
        ledger.listed_documents(HERE, after="doc_0")


def test_what_is_not_visible_is_not_listed(ledger: Ledger) -> None:
    document = make_document("大桥通车")
    take_in(ledger, document)
    ledger.tombstone(HERE, document.document_id)
    assert ledger.listed_documents(HERE) == []


def test_no_text_leaves_the_database_for_a_list(ledger: Ledger) -> None:
    take_in(ledger, make_document("大桥通车"))
    sent: list[str] = []
    event.listen(ledger._engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    ledger.listed_documents(HERE)
    (statement,) = sent
    assert "documents.text" not in statement.replace("length(documents.text)", "")
