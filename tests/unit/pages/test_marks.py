"""Characters that are no text: Markdown marks and characters without width are in no article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models import Article
from rag.pages import segment
from rag.pages.marks import find_marks
from tests.unit.pages.test_segment_invariants import check, page

TEXT = "# 北山县修通盘山公路\n\n■ 记者 李强\n\n北山县盘山公路昨天通车,全长**二十公里**,沿线八个村的群众出行不再绕路。"
UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e"


def cut(text: str) -> tuple[Article, Article]:
    document = page(text)
    articles = segment(document)
    check(document, articles)
    (article,) = [found for found in articles if found.kind != "furniture"]
    (marks,) = [found for found in articles if found.kind == "furniture"]
    assert {part.role for part in marks.parts} == {"marks"}
    return article, marks


def test_a_byte_order_mark_moves_every_span_by_one_and_nothing_else() -> None:
    plain, _ = cut(TEXT)
    marked, marks = cut("\ufeff" + TEXT)
    assert (marked.title, marked.text, marked.bylines) == (plain.title, plain.text, plain.bylines)
    assert marked.source_spans == tuple((start + 1, end + 1) for start, end in plain.source_spans)
    assert marks.source_spans[0][0] == 0


@pytest.mark.parametrize("mark", UNSEEN)
@pytest.mark.parametrize(
    "line",
    [
        "{}# 北山县修通盘山公路",
        "#{} 北山县修通盘山公路",
        "# {}北山县修通盘山公路",
        "# 北山{}县修通盘山公路{}",
        "{} # 北山县修通盘山公路",
    ],
)
def test_no_character_without_width_hides_a_headline(mark: str, line: str) -> None:
    article, _ = cut(TEXT.replace("# 北山县修通盘山公路", line.replace("{}", mark)))
    assert article.title == "北山县修通盘山公路"


@pytest.mark.parametrize("byline", ["{}■ 记者 李强", "■{} 记者 李强{}", "■ 记{}者 {}李强", "■ 记者 李{}强"])
def test_no_character_without_width_hides_a_byline(byline: str) -> None:
    article, _ = cut(TEXT.replace("■ 记者 李强", byline.replace("{}", "\u200b\u2060")))
    assert [(name.name, name.role) for name in article.bylines] == [("李强", "记者")]


def test_a_character_without_width_inside_bold_marks_is_no_text_either() -> None:
    article, _ = cut(TEXT.replace("二十", "二\u200d十"))
    assert "全长二十公里" in article.text


def test_a_mark_inside_a_picture_is_part_of_the_picture() -> None:
    assert find_marks("![\u200b图](a.png)\u200b").spans == ((0, 12), (12, 13))


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(UNSEEN)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_characters_without_width_never_reach_an_article(places: list[tuple[int, str]]) -> None:
    text = TEXT
    for at, mark in places:
        text = text[: at % len(text)] + mark + text[at % len(text) :]
    document = page(text)
    articles = segment(document)
    check(document, articles)
    texts = "".join(found.text for found in articles if found.parts[0].role != "marks")
    assert not set(texts) & set(UNSEEN)
