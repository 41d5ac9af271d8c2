"""Marks, blocks, healing, headline form, furniture: what a line is by its look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.pages.blocks import fold_page, read_blocks
from rag.pages.cohesion import Cohesion
from rag.pages.furniture import is_furniture_line, is_stray, slogan_weight
from rag.pages.headlines import assign_roles, close_letterspacing, grouping, headline_odds
from rag.pages.healing import heal
from rag.pages.marks import find_marks


def healed(text: str, *, keep_blanks: bool = False) -> str:
    return "|".join(
        "".join(text[s:e] for s, e in stretch) for stretch in heal(text, [(0, len(text))], keep_blanks=keep_blanks)
    )


def test_blanks_between_chinese_characters_are_closed() -> None:
    assert healed("发展 经济\n建设 城市, 大家") == "发展经济建设城市,大家"


def test_blanks_between_latin_words_stay() -> None:
    assert healed("他说 good morning 然后走了") == "他说good morning然后走了"


def test_latin_words_parted_by_a_line_break_are_not_run_together() -> None:
    assert healed("good\nmorning") == "good|morning"


def test_a_headline_keeps_the_blank_between_its_phrases() -> None:
    assert healed("喜迎新春 共话未来", keep_blanks=True) == "喜迎新春 共话未来"


def test_letterspacing_is_closed_also_in_a_headline() -> None:
    assert healed("喜迎新春 共 话 未 来", keep_blanks=True) == "喜迎新春 共话未来"
    assert close_letterspacing("喜迎新春 共 话 未 来") == "喜迎新春 共话未来"


@given(st.text(alphabet="中文ab 1\n\t。,", max_size=60), st.booleans())
def test_healing_loses_white_space_only(text: str, keep: bool) -> None:
    spans = [span for stretch in heal(text, [(0, len(text))], keep_blanks=keep) for span in stretch]
    assert "".join("".join(text[s:e] for s, e in spans).split()) == "".join(text.split())
    assert "\n" not in "".join(text[s:e] for s, e in spans)


def test_marks_are_found_and_levels_counted() -> None:
    text = "## 标题\n正文**粗体**与![图](a.png)"
    marks = find_marks(text)
    assert [text[s:e] for s, e in marks.spans] == ["##", "**", "**", "![图](a.png)"]
    assert list(marks.levels.values()) == [2]


@pytest.mark.parametrize("text", ["车牌号为晋A***号小型", "#话题#很热", "5 * 3 = 15"])
def test_signs_that_are_text_are_no_marks(text: str) -> None:
    assert find_marks(text).spans == ()


def test_folding_keeps_every_position() -> None:
    text = "機關黨建，説產（A）"
    assert len(fold_page(text)) == len(text)
    assert fold_page(text) == "机关党建,说产(A)"


def test_hard_wrapped_lines_are_one_block() -> None:
    line = "我们在这里说一说今年以来全市经济发展的情况"
    text = "\n".join([line] * 9 + ["到此结束。", line + "。"])
    blocks, _ = read_blocks(text)
    assert [block.lines for block in blocks] == [10, 1]


def test_a_line_a_paragraph_stays_a_line_a_block() -> None:
    text = "\n".join(f"第{n}段说了很多事情,{'长' * n}。" for n in range(40, 60))
    assert len(read_blocks(text)[0]) == 20


@pytest.mark.parametrize("line", ["全市召开经济工作会议", "喜迎新春 共话未来", "——一座小城的变化"])
def test_headlines_look_like_headlines(line: str) -> None:
    assert headline_odds(line.replace(" ", ""), line, wrapped=False) > 0


@pytest.mark.parametrize(
    "line", ["近日,某市召开了工作会议,听取各部门的", "会议由李强主持。", "(记者 李强)", "来源:某某网"]
)
def test_text_does_not_look_like_a_headline(line: str) -> None:
    assert headline_odds(line.replace(" ", ""), line, wrapped=False) < 0


def test_kicker_headline_and_subtitle_are_told_apart() -> None:
    lines = [("抓重点 补短板", 0), ("某市全力推进农村道路建设三年行动", 0), ("——来自乡村的报告", 0)]
    assert assign_roles(lines, [0.1, 0.6, 0.2]) == ["kicker", "headline", "subtitle"]


def test_levels_may_be_upside_down() -> None:
    lines = [("聚焦民生实事", 1), ("抓重点 补短板 见实效", 2), ("某市全力推进农村道路建设", 1)]
    assert assign_roles(lines, [0.0, 0.1, 0.7]) == ["column_label", "kicker", "headline"]


def test_a_subtitle_goes_with_the_line_above_and_two_full_headlines_do_not() -> None:
    assert grouping("某市全力推进道路建设", "——来自乡村的报告", 0, 0) > 0
    assert grouping("某市全力推进农村道路建设三年行动", "某县医院开展义诊活动服务群众", 0, 0) < 0


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑 李强 王芳 版式设计 赵敏",
        "责编:李强 | 校对:王芳".replace(" | ", " "),
        "2021年3月4日 星期四 第5版",
        "遗失声明 李强遗失驾驶证,声明作废。",
        "新闻热线:0555-1234567 广告热线:0555-7654321",
        "明天阴转小雨 东北风3-4级 气温 9~14℃",
        "本市天气预报 多云 气温-3-5℃",
        "文明驾车 礼让行人 公益广告",
        "春运特别报道",
    ],
)
def test_furniture_is_known_by_its_form(line: str) -> None:
    assert is_furniture_line(line.replace(" ", ""), line)


@pytest.mark.parametrize(
    "line",
    [
        "全市召开经济工作会议",
        "会议由李强主持。",
        "关于公开征集线索的通告发布",
        "今日天气晴好 果农采摘忙",
        "气温骤降 蔬菜价稳",
    ],
)
def test_news_is_no_furniture(line: str) -> None:
    assert not is_furniture_line(line.replace(" ", ""), line)


def test_a_slogan_weighs_more_than_a_kicker() -> None:
    assert slogan_weight("共建和谐幸福家园 同创文明宜居城市") > 0.75 > slogan_weight("抓重点 补短板")


def test_a_headline_that_names_what_was_done_is_no_slogan() -> None:
    assert slogan_weight("“植树节”造林添新绿 守护家园送树苗") < 0.75
    assert slogan_weight("义诊进村守初心 服务百姓送健康") < 0.75


def test_four_words_of_one_length_are_a_motto_three_may_be_a_kicker() -> None:
    assert slogan_weight("忠诚 干净 担当 奉献") == 1.0
    assert slogan_weight("抓重点 补短板 强弱项") < 0.75
    assert slogan_weight("忠诚 干净 担当 甘于奉献") < 0.75


def test_a_single_character_is_a_stray_a_bracket_is_not() -> None:
    assert is_stray("专")
    assert not is_stray("】")


def test_texts_on_one_subject_are_closer_than_others() -> None:
    cohesion = Cohesion(
        [
            "水库除险加固工程开工,水库大坝加高",
            "水库大坝加高工程进展顺利",
            "学校举办运动会,学生踊跃参加",
            "图书馆新书上架",
        ]
    )
    assert cohesion.cosine(0, 1) > cohesion.cosine(0, 2)
    assert cohesion.contained(1, 0) > cohesion.contained(3, 0) == 0.0
