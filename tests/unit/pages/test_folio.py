"""The strip of a page says date, page number and paper; lines of the news are not taken for it."""

from __future__ import annotations

import pytest

from rag.models import SourceMetadata
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import page

NEWS = "青石镇抓好春耕服务\n\n本报青石1月2日讯(记者 李强)春耕服务队昨天把种子送到村口,农户在家门口就能买到种子。\n"


@pytest.mark.parametrize(
    ("strip", "paper", "number", "date"),
    [
        ("青石日报 2021年1月3日 星期日 第2版", "青石日报", "2", "2021-01-03"),
        ("第三版 要闻 2021年1月3日 星期日", None, "3", "2021-01-03"),
        ("A4 2021.01.03 星期日", None, "A4", "2021-01-03"),
        ("1月3日 星期日 第12版", None, "12", "01-03"),
        ("第十二版 责任编辑 王强 2021年1月3日", None, "12", "2021-01-03"),
    ],
)
def test_a_strip_is_read(strip: str, paper: str | None, number: str, date: str) -> None:
    article = next(one for one in segment(page(f"{strip}\n\n{NEWS}")) if one.kind == "article")
    assert (article.paper, article.page, article.published) == (paper, number, date)


def test_the_sender_knows_better_than_the_strip() -> None:
    sent = SourceMetadata(paper="某晚报", page="7", published="2021-01-04")
    pieces = segment(page(f"青石日报 2021年1月3日 第2版\n\n{NEWS}", metadata=sent))
    assert {(one.paper, one.page, one.published) for one in pieces} == {("某晚报", "7", "2021-01-04")}


def test_pages_a_front_page_points_to_are_not_its_number() -> None:
    pieces = segment(page(f"第1版 2021年1月3日\n\n第2版 要闻\n\n{NEWS}"))
    assert {one.page for one in pieces} == {None}


def test_a_paper_named_in_the_news_is_not_the_pages() -> None:
    article = next(one for one in segment(page(NEWS.replace("昨天", "据青石日报报道昨天"))) if one.kind == "article")
    assert article.paper is None
    assert article.published == "01-02"
