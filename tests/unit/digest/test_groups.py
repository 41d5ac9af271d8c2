"""Places and subjects are named in words of the stories, and only where several share them."""

from __future__ import annotations

from rag.digest.desks import desk, desk_names
from rag.digest.places import place_names
from rag.digest.subjects import subject_names
from rag.digest.worth import worth
from tests.unit.digest.stories import article, item


def test_stories_of_a_place_go_under_it_as_it_is_printed() -> None:
    stories = [
        article("a", "甘泉县新建学校三所。", place="甘泉县"),
        article("b", "近日，甘泉县石门镇举办集市。", place="石门镇"),
        article("c", "清水市召开会议。", place="清水市", document_id="doc_2"),
    ]
    assert place_names(stories) == ["甘泉县", "甘泉县", None]


def test_a_story_that_names_no_place_goes_with_the_page_it_stands_on() -> None:
    local = [article(name, f"甘泉县{what}。", place="甘泉县") for name, what in (("a", "修路"), ("b", "植树"))]
    assert place_names([*local, article("c", "我县举办书画展。")])[2] == "甘泉县"


def test_a_wire_report_keeps_its_own_place_on_a_local_page() -> None:
    local = [article(name, f"甘泉县{what}。", place="甘泉县") for name, what in (("a", "修路"), ("b", "植树"))]
    wire = article("w", "新华社北京5月3日电 甘泉县入选名单。", place="北京", dateline="新华社北京5月3日电")
    assert place_names([*local, wire])[2] is None


def test_a_development_zone_counts_for_the_place_it_is_named_after() -> None:
    stories = [article("a", "近日，清河经济技术开发区办起夜校。"), article("b", "清河开发区企业增加两家。")]
    assert place_names(stories) == ["清河", "清河"]


def test_a_subject_is_a_word_that_headlines_share_with_changing_neighbours() -> None:
    stories = [
        article("a", "冬小麦长势好。今年种植冬小麦三万亩，冬小麦普遍浇水。", title="冬小麦浇水忙"),
        article("b", "农技人员到田间看冬小麦。冬小麦施肥。", title="专家指导冬小麦"),
        article("c", "图书馆开馆。", title="图书馆开馆"),
        article("d", "公交线路调整。", title="公交线路有变"),
        article("e", "剧团下乡演出。", title="好戏连台"),
    ]
    assert subject_names(stories, "甘泉县") == ["冬小麦", "冬小麦", None, None, None]


def test_places_and_subjects_are_named_in_the_script_of_the_page() -> None:
    stories = [
        article("a", "甘泉縣農會推廣蓮霧。今年蓮霧豐收，蓮霧外銷。", title="蓮霧豐收", place="甘泉縣"),
        article("b", "甘泉縣舉辦品嚐會。蓮霧價格上揚。", title="品嚐蓮霧", place="甘泉縣"),
        article("c", "甘泉縣圖書館開放。", title="圖書館開放", place="甘泉縣"),
        article("d", "甘泉縣公車改線。", title="公車改線", place="甘泉縣"),
    ]
    assert set(place_names(stories)) == {"甘泉縣"}
    assert subject_names(stories, "甘泉縣")[:2] == ["蓮霧", "蓮霧"]


def test_stories_of_one_column_stand_under_its_name() -> None:
    stories = [article("a", column_label="文化长廊"), article("b", column_label="文化长廊"), article("c")]
    assert subject_names(stories, "甘泉县") == ["文化长廊", "文化长廊", None]


def test_figures_and_sources_make_news_and_slogans_and_captions_do_not() -> None:
    plain = worth(item("a", "县里开了会。"))
    assert worth(item("b", "5月3日，县里投资3亿元建成水库12座。")) > plain
    assert worth(item("c", "坚持不懈，开好会。")) < plain
    assert worth(item("d", "县里开了会。", kind="photo_caption")) < plain


def test_on_a_local_page_a_town_named_without_its_county_is_of_the_pages_place() -> None:
    local = [article(name, f"甘泉县{what}。", place="甘泉县") for name, what in (("a", "修路"), ("b", "植树"))]
    town = article("c", "近日，清水镇举办书画展。")
    elsewhere = article("d", "近日，白河市双桥镇举办书画展。")
    assert place_names([*local, town, elsewhere]) == ["甘泉县", "甘泉县", "甘泉县", None]


NATIONAL = (
    ("今日沪指收盘上涨，两市个股普涨，证券板块领涨。", "财经"),
    ("女足联赛第八轮比赛昨晚进行，主场球队两球获胜。", "体育"),
    ("中央气象台发布暴雨预警，预计明天有大到暴雨。", "天气与灾害"),
    ("A股三大指数收盘涨跌不一，银行板块走强。", "财经"),
    ("世锦赛男子决赛中，中国选手夺冠，获得金牌。", "体育"),
)


def test_national_stories_that_share_nothing_go_to_the_desk_whose_words_they_print() -> None:
    stories = [article(name, text) for name, (text, _) in zip("abcde", NATIONAL, strict=True)]
    assert [desk(story) for story in stories] == [name for _, name in NATIONAL]
    # A desk with one story heads nothing; a story with a subject of its own keeps it.
    assert desk_names(stories, [None] * 5) == ["财经", "体育", None, "财经", "体育"]
    assert desk_names(stories, ["股市", None, None, None, None]) == ["股市", "体育", None, None, "体育"]


def test_a_story_with_a_single_word_of_a_desk_goes_to_none() -> None:
    assert (
        desk(
            article("a", "老街上的铺子都开了张，来往的人不少，热闹非凡，街坊邻里拉着家常，说起从前的光景和后来的银行。")
        )
        is None
    )


def test_desks_are_read_in_either_script_and_in_headlines_first() -> None:
    assert desk(article("a", "颱風登陸,多地降雨,教師停課。", title="颱風登陸")) == "天气与灾害"
