"""Files of several pages, with form feeds between: nothing runs over the edge but a sentence that goes on."""

from __future__ import annotations

from rag.models import Article, Document, SourceMetadata
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import check, page

ROAD = [
    "北山县修通盘山公路",
    "■ 记者 李强",
    "北山县盘山公路昨天通车,公路全长二十公里,沿线八个村的群众出行不再绕路,运货也方便了。",
]
REST = "公路修通以后,北山县还将在沿线八个村建设停车场和驿站,方便群众出行。"
PARK = ["南湖公园换新颜", "■ 记者 王芳", "南湖公园改造完工,昨天重新开放,湖边添了步道和座椅,市民说公园环境好多了。"]
BREAK = "\n\f\n"


def cut(*leaves: list[str], metadata: SourceMetadata | None = None) -> tuple[Article, ...]:
    document = page(BREAK.join("\n\n".join(leaf) for leaf in leaves), metadata=metadata)
    articles = segment(document)
    check(document, articles)
    return articles


def test_articles_end_with_their_page_and_name_it() -> None:
    articles = cut(ROAD, PARK)
    assert [(article.title, article.page) for article in articles] == [(ROAD[0], "1"), (PARK[0], "2")]


def test_text_at_the_top_of_a_page_is_not_of_the_article_before() -> None:
    road, rest, _ = cut(ROAD, [REST], PARK)
    assert REST not in road.text
    assert (rest.text, rest.page) == (REST, "2")


def test_a_sentence_that_goes_on_joins_two_pages() -> None:
    whole = ROAD[2]
    road, park = cut([*ROAD[:2], whole[:25]], [whole[25:], *PARK])
    assert whole in road.text
    assert road.page == "1"
    assert "断句处跨页,接续为推断" in road.doubts
    assert park.title == PARK[0]


def test_a_new_paragraph_is_not_joined_to_a_sentence_without_an_end() -> None:
    road, *others = cut([*ROAD[:2], ROAD[2][:25]], ["近日,南湖公园改造完工,昨天重新开放,市民说公园环境好多了。"])
    assert "南湖公园" not in road.text
    assert [article.page for article in others] == ["2"]


def test_a_headline_at_the_foot_of_a_page_names_nothing_overleaf() -> None:
    articles = cut([*ROAD, PARK[0]], PARK[2:])
    assert [article.page for article in articles if PARK[2] in article.text] == ["2"]
    assert all(PARK[0] not in article.text for article in articles if PARK[2] in article.text)


def test_hard_wrapped_lines_stop_at_the_page() -> None:
    lines = [REST[at : at + 12] for at in range(0, 24, 12)] * 6
    document = page("\n".join([*lines, "\f" + REST[:12], *lines]))
    check(document, segment(document))
    assert all(article.page in ("1", "2") for article in segment(document))


def test_an_empty_page_counts() -> None:
    assert [article.page for article in cut(ROAD, [], PARK)] == ["1", "3"]


def test_the_senders_page_is_believed_before_the_count() -> None:
    assert {article.page for article in cut(ROAD, PARK, metadata=SourceMetadata(page="A7"))} == {"A7"}


def test_a_pdf_of_one_page_is_page_one_and_plain_text_has_none() -> None:
    text = "\n\n".join(ROAD)
    pdf = Document.from_bytes(b"%PDF", text, document="a.pdf", source="a.pdf", media_type="application/pdf")
    assert [article.page for article in segment(pdf)] == ["1"]
    assert [article.page for article in segment(page(text))] == [None]
