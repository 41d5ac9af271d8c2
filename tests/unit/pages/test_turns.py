"""Marks of a turn on a page: parted from the text, noted on the article."""

from __future__ import annotations

import pytest

from rag.models import Article, SourceMetadata
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import check, page

HEAD = "清水河治理工程全面提速\n本报记者 张三\n清水河治理工程今年新修堤防二十公里，受益农田四十万亩，总投资超过"
REST = "六亿元，其中省级资金占三成。水利部门负责人介绍，清水河治理工程明年将继续推进，计划新增绿化带五公里。"
OTHER = "\n\n南湖小学开设书法课\n本报记者 李四\n新学期第一天，书法课开讲，退休教师走进教室，学生们听得津津有味。\n"


def piece(text: str, holding: str) -> Article:
    document = page(text)
    articles = segment(document)
    check(document, articles)
    (found,) = [article for article in articles if holding in article.text]
    return found


@pytest.mark.parametrize("mark", ["（下转第3版）", "下转3版", "（下轉第三版）", "▶▶下转第3版", "→3版"])
@pytest.mark.parametrize("before", ["", "\n"])
def test_a_head_notes_where_it_goes_on_wherever_the_mark_stands(mark: str, before: str) -> None:
    found = piece(HEAD + before + mark + OTHER, "二十公里")
    assert (found.kind, found.turns_to, found.continues_page) == ("article", "3", None)
    body = "".join(found.text[start:end] for start, end in found.body_spans)
    assert body.endswith("总投资超过")


@pytest.mark.parametrize("mark", ["（上接第1版）", "上接1版", "（上接第一版）", "◀◀上接第1版", "▲上接A1版"])
@pytest.mark.parametrize("after", ["", "\n"])
def test_a_continuation_notes_where_it_comes_from_and_keeps_its_title(mark: str, after: str) -> None:
    for text in (
        f"清水河治理提速\n{mark}{after}{REST}{OTHER}",
        f"{OTHER.strip()}\n\n清水河治理提速\n{mark}{after}{REST}",
    ):
        found = piece(text, "三成")
        assert (found.kind, found.title) == ("continuation", "清水河治理提速")
        assert found.continues_page == ("A1" if "A1" in mark else "1")
        assert "".join(found.text[start:end] for start, end in found.body_spans).startswith("六亿元")


def test_halves_joined_on_one_page_say_nothing_of_another() -> None:
    found = piece(f"{HEAD}\n（下转本版）{OTHER}\n（上接本版）\n{REST}", "二十公里")
    assert "三成" in found.text
    assert (found.turns_to, found.continues_page) == (None, None)


def test_the_date_of_the_issue_is_the_senders_or_the_pages() -> None:
    from dataclasses import replace

    document = page(f"{HEAD}（下转第3版）")
    dated = replace(document, metadata=SourceMetadata(published="2023-07-06"))
    assert {article.issued for article in segment(dated)} == {"2023-07-06"}
    assert {article.issued for article in segment(document)} == {None}
