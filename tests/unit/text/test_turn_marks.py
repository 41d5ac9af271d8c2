"""Marks of a turn, in the forms papers print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.turn_marks import page_number, read_mark

OUT = """（下转第3版）|(下转第三版)|下转3版|转第3版|（转3版）|→3版|▶▶下转第3版|【下转第03版】
（下轉第三版）|（下 转 第 3 版）|下转第3版▶|（紧转第3版）|（下转3版要闻版）""".replace("\n", "|").split("|")
IN = """（上接第3版）|上接三版|◀◀上接第3版|▲上接3版|（紧接第3版）|【上接第3版】|（上接第三版）|(接第3版)
（上 接 第 3 版）|上接自第3版""".replace("\n", "|").split("|")


@pytest.mark.parametrize("line", OUT)
def test_a_line_that_says_the_article_goes_on_is_read_with_its_page(line: str) -> None:
    mark = read_mark(line)
    assert mark is not None
    assert (mark.direction, mark.pages, mark.span) == ("out", ("3",), (0, len(line)))


@pytest.mark.parametrize("line", IN)
def test_a_line_that_says_the_article_comes_from_elsewhere_is_read_with_its_page(line: str) -> None:
    mark = read_mark(line)
    assert mark is not None
    assert (mark.direction, mark.pages, mark.span) == ("in", ("3",), (0, len(line)))


@pytest.mark.parametrize(
    ("line", "direction", "mark"),
    [
        ("全市新增就业达到（下转第三版）", "out", "（下转第三版）"),
        ("全市新增就业达到下转A3版", "out", "下转A3版"),
        ("全市新增就业稳步增长。▶▶下转第2版", "out", "▶▶下转第2版"),
        ("全市新增就业稳步增长。” （下转2、3版）", "out", "（下转2、3版）"),
        ("（上接第一版）十二万人，比去年多。", "in", "（上接第一版）"),
        ("◀◀上接A1版十二万人，比去年多。", "in", "◀◀上接A1版"),
        ("（上接第1版）“十二万人，比去年多。”", "in", "（上接第1版）"),
        ("就业稳步增长（上接第1版）", "in", "（上接第1版）"),
    ],
)
def test_a_mark_printed_with_its_text_is_told_from_it(line: str, direction: str, mark: str) -> None:
    found = read_mark(line)
    assert found is not None
    assert (found.direction, line[slice(*found.span)]) == (direction, mark)


def test_several_pages_and_section_letters_are_kept() -> None:
    marks = [read_mark(line) for line in ("（下转第二、三版）", "（下转A03版）", "（上接本版）")]
    assert [mark.pages for mark in marks if mark] == [("2", "3"), ("A3",), ()]


@pytest.mark.parametrize(
    "line",
    [
        "就业形势稳步向好 →3版",  # a front page announces another article
        "（详见第3版）",
        "责任编辑 张三 电话 12345 第3版",
        "他把头转向第3版",
        "市民上接受检查，下转车站",
        "工作人员接第3版编辑部来电后赶到现场，把情况一一记录下来。",
        "",
    ],
)
def test_what_only_looks_like_a_turn_is_none(line: str) -> None:
    assert read_mark(line) is None


@pytest.mark.parametrize(
    ("printed", "number"),
    [("A01", "A1"), ("第03版", "3"), ("十二", "12"), ("第一版", "1"), ("ａ３", "A3"), ("要闻", "要闻"), ("10", "10")],
)
def test_page_numbers_have_one_form(printed: str, number: str) -> None:
    assert page_number(printed) == number


@given(st.text(alphabet="（下转第3版）上接→A、。本 一\n", max_size=30))
def test_a_mark_lies_within_its_line_and_page_numbers_are_stable(line: str) -> None:
    mark = read_mark(line)
    if mark is not None:
        assert 0 <= mark.span[0] < mark.span[1] <= len(line)
        assert all(page_number(page) == page for page in mark.pages)
