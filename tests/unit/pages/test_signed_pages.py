"""Bylines and sources in the places a page puts them."""

from __future__ import annotations

import pytest

from rag.models import Article
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import check, page

HEAD = "青石镇抓好春耕服务"
BODY = (
    "青石镇春耕服务队昨天把种子送到村口,农户在家门口就能买到春耕的种子,镇里的农资门店也备足了化肥。",
    "农机手轮流上阵,春耕的种子下田不误农时,青石镇春耕服务队还定期下田查看苗情。",
)


def cut(*lines: str) -> Article:
    document = page("\n\n".join(lines))
    articles = segment(document)
    check(document, articles)
    (article,) = [found for found in articles if found.kind == "article"]
    return article


@pytest.mark.parametrize("line", ["赵大勇 李小明", "赵大勇", "王 强", "王 强 李小明"])
def test_bare_names_between_headline_and_text_are_its_byline(line: str) -> None:
    article = cut(HEAD, line, *BODY)
    assert article.title == HEAD
    assert [byline.name for byline in article.bylines] == line.replace("王 强", "王强").split()
    assert article.parts[1].role == "byline"


def test_a_short_line_of_common_words_under_a_headline_is_no_byline() -> None:
    assert cut(HEAD, "文明 和谐", *BODY).bylines == ()


def test_an_agency_below_the_text_is_its_source_and_no_headline() -> None:
    article = cut(HEAD, *BODY, "(据新华社)")
    assert (article.title, article.dateline) == (HEAD, "据新华社")
    assert article.parts[-1].role in ("dateline", "credit")


def test_a_reporter_in_front_of_the_text_is_no_dateline() -> None:
    article = cut(HEAD, "新华社记者李强报道:" + BODY[0], BODY[1])
    assert article.dateline is None
    assert [(byline.name, byline.role) for byline in article.bylines] == [("李强", "记者")]
    assert article.parts[1].role == "byline"


def test_furniture_keeps_the_blanks_between_names() -> None:
    line = "本版责任编辑 储大勇 谢小菊 版式设计 李娟"
    document = page("\n\n".join([HEAD, *BODY, line]))
    assert [found.text for found in segment(document) if found.kind == "furniture"] == [line]
