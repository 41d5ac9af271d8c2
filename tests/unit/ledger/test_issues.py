"""Which documents are pages of one issue."""

from __future__ import annotations

import pytest

from rag.ledger.issues import document_issue, file_issue, told_issue


@pytest.mark.parametrize(
    ("one", "other", "pages"),
    [
        ("/in/2023-07-06_A01.txt", "/in/2023-07-06_A03.txt", ("A1", "A3")),
        ("/in/2023-07-06/01.txt", "/in/2023-07-06/12.txt", ("1", "12")),
        ("rmrb2023070601.txt", "rmrb2023070602.txt", ("1", "2")),
        ("/in/晨报20230706第01版要闻.txt", "/in/晨报20230706第02版时政.txt", ("1", "2")),
        ("/in/晨报 2023年7月6日 第一版.txt", "/in/晨报 2023年7月6日 第三版.txt", ("1", "3")),
        ("issue_page_1.md", "issue_page_2.md", ("1", "2")),
    ],
)
def test_names_that_differ_in_the_page_alone_are_one_issue(one: str, other: str, pages: tuple[str, str]) -> None:
    here, there = file_issue(one), file_issue(other)
    assert here is not None
    assert there is not None
    assert here[0] == there[0]
    assert (here[1], there[1]) == pages


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/in/2023-07-06_A01.txt", "/in/2023-07-07_A03.txt"),
        ("/in/2023-07-06_A01.txt", "/other/2023-07-06_A03.txt"),
        ("/in/晨报_2023-07-06_01.txt", "/in/晚报_2023-07-06_03.txt"),
        ("/in/2023-07-06_A01.txt", "/in/2023-07-06_A03.md"),
        ("/in/2023-07-06.txt", "/in/2023-07-07.txt"),
        ("/in/20230706.txt", "/in/20230707.txt"),
        ("/in/000_9f3c.txt", "/in/001_77ab.txt"),
    ],
)
def test_names_that_differ_in_more_or_hold_no_page_are_not(one: str, other: str) -> None:
    here, there = file_issue(one), file_issue(other)
    assert here is None or there is None or here[0] != there[0]


def test_paper_and_date_must_both_be_told() -> None:
    assert told_issue("晨报", "2023-07-06") == told_issue("晨报", "2023-07-06") != told_issue("晚报", "2023-07-06")
    assert told_issue("晨报", None) is None
    assert told_issue(None, "2023-07-06") is None


def test_a_name_that_contradicts_the_sender_or_names_a_record_places_nothing() -> None:
    assert document_issue("/in/07-06_A03.txt", "A3", is_record=False)[1] == "A3"
    assert document_issue("/in/07-06_A03.txt", "5", is_record=False) == (None, None)
    assert document_issue("/in/07-06_A03.txt", None, is_record=True) == (None, None)
