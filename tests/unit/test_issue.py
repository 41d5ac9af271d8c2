"""Turns joined across the documents of an issue, from a real ledger and the real cutter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import pytest

from rag.issue import read_piece, turn_states
from rag.ledger import CutDocument, Ledger
from rag.models import Document, SourceMetadata, TurnState
from rag.pages import segment
from tests.unit.turns.halves import BRIDGE, HARVEST, SCHOOL

HERE = "default"
FIRST = f"""北山大桥合龙
本报记者 张三
{BRIDGE[0]}
（下转第3版）

南湖小学开书法课
本报记者 李四
{SCHOOL[0]}（下转第3版）
"""
THIRD = f"东川开镰\n本报记者 王五\n{''.join(HARVEST)}\n\n（上接第1版）\n{SCHOOL[1]}\n\n（上接第1版）\n{BRIDGE[1]}\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


def page_of(text: str, name: str, *, date: str | None = "2023-07-06", paper: str | None = "晨报") -> Document:
    metadata = SourceMetadata(paper=paper, published=date, page=None)
    return Document.from_bytes(
        f"{name}{text}".encode(), text, document=name, source=f"/in/{name}", media_type="text/plain", metadata=metadata
    )


ONE, THREE = page_of(FIRST, "2023-07-06_A01.txt"), page_of(THIRD, "2023-07-06_A03.txt")


NAMED = ((FIRST, "2023-07-06_A01.txt"), (THIRD, "2023-07-06_A03.txt"))


def take_in(ledger: Ledger, *documents: Document) -> None:
    for document in documents:
        ledger.mark_ready(ledger.put_pending([CutDocument(document, segment(document), ())]))


def test_one_page_finds_the_other_though_the_mark_leaves_the_letter_out(ledger: Ledger) -> None:
    take_in(ledger, *(page_of(text, name, date=None, paper=None) for text, name in NAMED))
    for article, _ in ledger.articles(HERE):
        if article.turns_to or article.continues_page:
            assert read_piece(ledger, HERE, article.article_id).halves


def states(ledger: Ledger) -> dict[str, TurnState]:
    return turn_states(ledger, HERE, [article for article, _ in ledger.articles(HERE)])


def texts(ledger: Ledger) -> set[tuple[str, str]]:
    """What was joined, as the first characters of both bodies."""
    pieces = {article.article_id: article for article, _ in ledger.articles(HERE)}

    def opening(article_id: str) -> str:
        piece = pieces[article_id]
        return piece.text[piece.body_spans[0][0] :][:4]

    return {(opening(one.after.head), opening(one.after.continuation)) for one in states(ledger).values() if one.after}


BOTH = {("北山大桥", "六亿元，"), ("南湖小学", "欢迎，学")}


@pytest.mark.parametrize(
    "order", list(permutations((ONE, THREE, page_of(FIRST, "2023-07-07_A01.txt", date="2023-07-07"))))
)
def test_both_turns_of_an_issue_are_joined_whatever_comes_first(ledger: Ledger, order: Sequence[Document]) -> None:
    take_in(ledger, *order)
    assert texts(ledger) == BOTH


def test_deleting_either_page_unjoins_at_once_and_its_return_joins_again(ledger: Ledger) -> None:
    take_in(ledger, ONE, THREE)
    joined = states(ledger)
    for document in (ONE, THREE):
        ledger.purge(ledger.tombstone(HERE, document.document_id))
        assert states(ledger) == {}
        take_in(ledger, document)
        assert states(ledger) == joined


@pytest.mark.parametrize(
    "third",
    [
        page_of(THIRD, "2023-07-06_A03.txt", paper="晚报"),
        page_of(THIRD, "2023-07-06_A03.txt", date="2023-07-05"),
        page_of(THIRD, "2023-07-07_A03.txt", date=None),
        page_of(THIRD, "a3.txt", paper=None),
    ],
)
def test_another_paper_or_date_is_never_joined(ledger: Ledger, third: Document) -> None:
    take_in(ledger, ONE, third)
    assert texts(ledger) == set()


def test_file_names_alone_place_both_pages(ledger: Ledger) -> None:
    take_in(ledger, *(page_of(text, name, date=None, paper=None) for text, name in NAMED))
    assert texts(ledger) == BOTH
    assert {one.before.rule for one in states(ledger).values() if one.before} == {"同一位置的文件，名称只差版次"}


def test_the_bytes_under_another_name_are_placed_by_the_name_that_is_left(ledger: Ledger) -> None:
    one, three = (
        page_of(text, name, date=None, paper=None) for text, name in ((FIRST, "x.txt"), (THIRD, "07_A03.txt"))
    )
    take_in(ledger, one, three)
    assert texts(ledger) == set()
    ledger.add_source(Document(one.document_id, "07_A01.txt", "/in/07_A01.txt", HERE, one.text, one.media_type))
    take_in(
        ledger, Document.from_bytes(b"new", "新的一页。", document="x.txt", source="/in/x.txt", media_type="text/plain")
    )
    assert texts(ledger) == BOTH


def test_pieces_that_do_not_turn_ask_nothing_of_the_ledger() -> None:
    (piece, *_) = segment(page_of("".join(HARVEST), "a.txt"))
    assert turn_states(None, HERE, [piece]) == {}  # type: ignore[arg-type]


def test_a_whole_article_reads_on_across_the_turn_and_knows_where_every_character_stands(ledger: Ledger) -> None:
    take_in(ledger, ONE, THREE)
    (head,) = [article for article, _ in ledger.articles(HERE) if article.title == "北山大桥合龙"]
    reading = read_piece(ledger, HERE, head.article_id)
    whole = reading.summarised
    assert "总投资六亿元，由" in whole.text
    assert "转第3版" not in whole.text
    assert "上接" not in whole.text
    rebuilt = list("\n" * len(whole.text))
    for origin in reading.origins:
        assert origin.document_text in (FIRST, THIRD)
        rebuilt[origin.start : origin.end] = origin.article.text[origin.at : origin.at + origin.end - origin.start]
    assert "".join(rebuilt) == whole.text
    assert "".join(whole.text[start:end] for start, end in whole.body_spans).endswith(BRIDGE[1])
    position = whole.text.index("清水河")
    assert whole.mapped.quote(position, position + 3, FIRST)[0] == "清水河"


def test_a_reading_is_another_one_when_the_other_half_comes_or_goes(ledger: Ledger) -> None:
    take_in(ledger, ONE)
    (head,) = [article for article, _ in ledger.articles(HERE) if article.title == "北山大桥合龙"]
    alone = read_piece(ledger, HERE, head.article_id).stamp
    take_in(ledger, THREE)
    together = read_piece(ledger, HERE, head.article_id).stamp
    ledger.purge(ledger.tombstone(HERE, THREE.document_id))
    assert read_piece(ledger, HERE, head.article_id).stamp == alone != together


def test_a_reply_goes_with_any_document_it_quotes(ledger: Ledger) -> None:
    take_in(ledger, ONE, THREE)
    ledger.save_reply(HERE, "k", {"summary": "一"}, document_id=ONE.document_id, also=[THREE.document_id])
    assert ledger.saved_reply(HERE, "k") == {"summary": "一"}
    ledger.tombstone(HERE, THREE.document_id)
    assert ledger.saved_reply(HERE, "k") is None
    ledger.save_reply(HERE, "k", {"summary": "一"}, document_id=ONE.document_id, also=[THREE.document_id])
    assert ledger.saved_reply(HERE, "k") is None
