"""Small invented pages: what belongs together comes together, what does not stays apart."""

from __future__ import annotations

from rag.models import Article, SourceMetadata
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import check, page

RESERVOIR = [
    "水库除险加固工程昨天正式开工,大坝将加高两米,溢洪道将拓宽,工程总投资八千万元,除险加固由市水利局组织实施,水库下游的群众十分关心。",
    "水库建成已有五十年,大坝渗漏严重,溢洪道狭窄,每到汛期下游三个村庄的群众都要转移,水利局多次加固大坝,除险加固工程列入今年的计划。",
    "工程完工后,水库防洪能力将大幅提高,大坝安全有了保障,下游村庄的群众不必再为汛期担心,水利局将继续加固溢洪道,确保水库除险加固工程质量。",
]
LIBRARY = [
    "少年儿童图书馆新馆昨天开放,新馆藏书二十万册,设有绘本阅览室和自习室,吸引不少孩子前来阅读,图书馆还为小读者准备了阅读礼物和绘本。",
    "绘本阅览室里,孩子们坐在地毯上翻看绘本,图书馆馆员为小读者讲故事,家长们也在一旁安静阅读,自习室里坐满了爱阅读的孩子,新馆藏书很受欢迎。",
    "图书馆馆长说,新馆每周举办阅读活动,邀请作家与小读者见面,让更多孩子爱上阅读和图书馆,绘本阅览室周末也向小读者开放。",
]


def cut(*lines: str) -> tuple[Article, ...]:
    document = page("\n\n".join(lines))
    articles = segment(document)
    check(document, articles)
    return articles


def named(articles: tuple[Article, ...], title: str) -> Article:
    (found,) = [article for article in articles if article.title == title]
    return found


def test_headlines_bylines_and_text_make_articles() -> None:
    articles = cut(
        "水库除险加固工程开工",
        "■ 记者 李强",
        *RESERVOIR,
        "少儿图书馆新馆开放 孩子爱上阅读",
        "本报讯(记者 王芳)" + LIBRARY[0],
        *LIBRARY[1:],
    )
    assert [article.title for article in articles] == ["水库除险加固工程开工", "少儿图书馆新馆开放 孩子爱上阅读"]
    assert [[byline.name for byline in article.bylines] for article in articles] == [["李强"], ["王芳"]]
    assert len(articles[0].body_spans) == 3


def test_a_word_broken_by_a_column_is_whole_again() -> None:
    first, second = RESERVOIR[1][:17], RESERVOIR[1][17:]
    (article,) = cut("水库除险加固工程开工", "■ 记者 李强", RESERVOIR[0], first, second, RESERVOIR[2])
    assert RESERVOIR[1] in article.text


def test_a_caption_inside_an_article_is_a_piece_of_its_own() -> None:
    first, second = RESERVOIR[1][:17], RESERVOIR[1][17:]
    articles = cut(
        "水库除险加固工程开工",
        "■ 记者 李强",
        RESERVOIR[0],
        first,
        "昨天,市民在公园里赏菊,满园菊花盛开。 赵敏 摄",
        second,
    )
    assert sorted(article.kind for article in articles) == ["article", "photo_caption"]
    assert RESERVOIR[1] in named(articles, "水库除险加固工程开工").text
    (caption,) = [article for article in articles if article.kind == "photo_caption"]
    assert [byline.name for byline in caption.bylines] == ["赵敏"]


def test_a_repeated_caption_points_to_the_first() -> None:
    caption = "昨天,市民在公园里赏菊,满园菊花盛开,香气扑鼻。 赵敏 摄"
    first, second = cut(caption, caption)
    assert first.duplicate_of is None
    assert second.duplicate_of == first.article_id


def test_neighbours_read_in_turn_are_taken_apart() -> None:
    articles = cut(
        "水库除险加固工程开工",
        "■ 记者 李强",
        RESERVOIR[0],
        "少儿图书馆新馆开放 孩子爱上阅读",
        "■ 记者 王芳",
        LIBRARY[0],
        RESERVOIR[1],
        LIBRARY[1],
        RESERVOIR[2],
        LIBRARY[2],
    )
    assert all(text in named(articles, "水库除险加固工程开工").text for text in RESERVOIR)
    assert all(text in named(articles, "少儿图书馆新馆开放 孩子爱上阅读").text for text in LIBRARY)
    assert all(article.confidence < 1 and article.doubts for article in articles)


def test_a_headline_under_its_text_comes_first() -> None:
    articles = cut(
        "水库除险加固工程开工",
        "■ 记者 李强",
        *RESERVOIR,
        "本报讯(记者 王芳)" + LIBRARY[0],
        LIBRARY[1],
        "少儿图书馆新馆开放 孩子爱上阅读",
        LIBRARY[2],
    )
    library = named(articles, "少儿图书馆新馆开放 孩子爱上阅读")
    assert library.text.startswith("少儿图书馆新馆开放")
    assert all(text in library.text for text in LIBRARY)


def test_subheads_do_not_cut_an_article() -> None:
    articles = cut(
        "水库除险加固工程开工",
        "■ 记者 李强",
        "大坝加高保安全",
        RESERVOIR[0],
        "群众转移成往事",
        RESERVOIR[1],
        "汛期不再愁水患",
        RESERVOIR[2],
    )
    assert len([article for article in articles if article.kind == "article"]) == 1


def test_an_article_that_turns_on_the_same_page_is_joined() -> None:
    articles = cut(
        "水库除险加固工程开工",
        "■ 记者 李强",
        *RESERVOIR[:2],
        "(下转本版)",
        "少儿图书馆新馆开放",
        "■ 记者 王芳",
        *LIBRARY,
        "上接本版",
        RESERVOIR[2],
    )
    assert all(text in named(articles, "水库除险加固工程开工").text for text in RESERVOIR)


def test_what_comes_from_another_page_is_a_continuation() -> None:
    articles = cut("◀◀◀上接第3版", *RESERVOIR, "少儿图书馆新馆开放", "■ 记者 王芳", *LIBRARY)
    assert (articles[0].kind, articles[0].title, articles[0].continues) == ("continuation", None, "3")


def test_marks_are_one_furniture_piece() -> None:
    articles = cut(
        "## 水库除险加固工程开工", "■ 记者 李强", RESERVOIR[0], "## 少儿图书馆新馆开放", "■ 记者 王芳", LIBRARY[0]
    )
    (marks,) = [article for article in articles if article.kind == "furniture"]
    assert {part.role for part in marks.parts} == {"marks"}
    assert "#" not in "".join(article.text for article in articles if article is not marks)


def test_a_traditional_page_keeps_its_script_but_for_the_words_of_roles() -> None:
    articles = cut(
        "水庫除險加固工程開工", "■ 記者 趙強", "本報訊 " + "水庫除險加固工程昨天正式開工,大壩將加高兩米,溢洪道將拓寬。"
    )
    assert articles[0].title == "水庫除險加固工程開工"
    assert [(byline.name, byline.role) for byline in articles[0].bylines] == [("趙強", "记者")]
    assert articles[0].dateline == "本報訊"


def test_the_date_is_the_senders_or_the_pages_or_the_datelines() -> None:
    text = "\n\n".join(["水库除险加固工程开工", "新华社上海1月2日电 " + RESERVOIR[0]])
    assert segment(page(text))[0].published == "01-02"
    dated = segment(page("2021年1月3日 星期日 第2版\n\n" + text))
    assert named(dated, "水库除险加固工程开工").published == "2021-01-03"
    sent = segment(page(text, metadata=SourceMetadata(published="2020-01-03", paper="某日报", page="4")))
    assert (sent[0].published, sent[0].paper, sent[0].page) == ("2020-01-03", "某日报", "4")
