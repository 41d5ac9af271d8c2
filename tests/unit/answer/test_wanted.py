"""What is asked exactly is answered exactly: the office, the date of the figure, the kind of thing wanted."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.bylines import signature
from rag.answer.dating import dated_otherwise, is_base, standing_dates
from rag.answer.question import analyse, with_plain_dates
from rag.models import Byline, Draft, Query
from rag.settings import AnswerSettings
from rag.text.dates import find_dates
from tests.unit.answer.newspaper import answers, evidence_of

CITY = (
    "赤水市检查渡口安全",
    (
        "本报讯5月2日,赤水市委常委、常务副市长钱国梁检查渡口安全,副市长孙一鸣参加。钱国梁指出,渡口安全无小事。"
        "2015年底,赤水市渡口验收合格率为91%,比2012年提高8个百分点。北溪县石桥镇渡口改造投资350万元。"
        "游客参观了企业长风船舶、金帆茶厂。老船工周长顺守渡口四十年。"
    ),
    (),
)


def _ask(question: str, *pages: tuple[str, str, tuple[Byline, ...]]) -> Draft:
    return ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(*(pages or (CITY,))))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("谁是市长?", "not_stated"),
        ("赤水市市长是谁?", "not_stated"),
        ("2012年赤水市渡口验收合格率是多少?", "out_of_period"),
        ("周长顺是哪里人?", "not_stated"),
        ("孙一鸣指出了什么?", "not_stated"),
        ("长风船舶是什么企业?", "not_stated"),
        ("石桥镇渡口有多少名船工?", "not_stated"),
    ],
)
def test_a_near_answer_of_another_kind_is_declined(question: str, code: str) -> None:
    draft = _ask(question)
    assert (draft.claims, draft.abstention) == ((), code)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("谁是常务副市长?", "钱国梁"),
        ("2015年赤水市渡口验收合格率是多少?", "91%"),
        ("石桥镇属于哪个县?", "北溪县"),
        ("五月二日谁检查了渡口安全?", "钱国梁"),
    ],
)
def test_what_is_asked_exactly_is_answered(question: str, answer: str) -> None:
    assert answers(_ask(question)) == [answer]


def test_what_a_person_said_is_quoted() -> None:
    assert "渡口安全无小事" in _ask("钱国梁指出了什么?").claims[0].text


def test_an_origin_and_a_description_are_given_where_they_stand() -> None:
    page = ("人物", "周长顺是北溪县人,今年七十岁。长风船舶是一家造船企业,有工人80名。", ())
    assert "北溪县人" in _ask("周长顺是哪里人?", page).claims[0].text
    assert "造船企业" in _ask("长风船舶是什么企业?", page).claims[0].text


def test_a_place_that_no_page_names_is_another_place() -> None:
    assert _ask("黑河市渡口验收合格率是多少?").abstention == "other_place"


def test_a_clause_that_only_sets_the_scene_is_no_answer() -> None:
    page = ("赤水市建书屋", "在现有45家书屋组成的书屋群基础上,赤水市继续新建书屋,方便居民就近读书。", ())
    claim = _ask("赤水市现有书屋多少家?", page).claims[0]
    assert claim.answer == "45家"
    assert "继续新建书屋" in claim.text


def test_a_photo_credit_gives_every_name_without_its_mark() -> None:
    bylines = (Byline("罗小山", "摄影 记者"), Byline("邓青", "通讯员"))
    page = ("渡口开航", "5月3日,赤水市新渡口开航。\n■ 摄影 记者 罗小山\n通讯员 邓青", bylines)
    signed = signature(analyse("渡口开航的照片是谁拍的?"), evidence_of(page)[0])
    assert signed is not None
    text = f"{page[0]}\n{page[1]}"
    assert text[slice(*signed.span)] == "摄影 记者 罗小山\n通讯员 邓青"
    assert text[slice(*signed.names)] == "罗小山\n通讯员 邓青"


def test_who_wrote_about_something_is_answered_by_the_byline() -> None:
    page = ("渡口开航", "本报讯(罗小山 记者 邓青)5月3日,赤水市新渡口开航。", (Byline("罗小山"), Byline("邓青", "记者")))
    assert answers(_ask("谁写了关于渡口开航的报道?", page)) == ["罗小山 记者 邓青"]


def test_the_office_of_a_person_is_what_stands_before_the_name() -> None:
    page = ("大会发言", "北溪县教育局副局长 魏中和\n北溪县注重教育。刘一山担任船队队长。", ())
    assert [(answer or "").strip() for answer in answers(_ask("魏中和担任什么职务?", page))] == ["北溪县教育局副局长"]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("五月二日谁来了?", "5月2日谁来了?"),
        ("二〇二一年十月三十一日开幕吗?", "2021年10月31日开幕吗?"),
        ("5月2日谁来了?", "5月2日谁来了?"),
        ("正月初五有什么活动?", "正月初五有什么活动?"),
    ],
)
def test_dates_in_chinese_numerals_are_asked_in_figures(question: str, plain: str) -> None:
    assert with_plain_dates(question) == plain


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("比2012年提高8%", True),
        ("较2012年度下降", True),
        ("与2012年相比提高", True),
        ("2012年提高8%", False),
        ("比2012年的70%提高8个百分点", False),
        ("与2012年建成的桥相连", False),
    ],
)
def test_a_date_compared_with_dates_nothing(text: str, base: bool) -> None:
    assert is_base(text, find_dates(text)[0]) is base
    assert bool(standing_dates(text)) is not base


@pytest.mark.parametrize(
    ("asked", "figure", "otherwise"),
    [
        ("2012年", "83%", False),
        ("2012年", "91%", True),
        ("2015年", "91%", False),
        ("2015年", "83%", True),
        ("2001年", "91%", False),
    ],
)
def test_the_last_date_before_a_figure_dates_it(asked: str, figure: str, otherwise: bool) -> None:
    text = "2012年合格率为83%,2015年合格率为91%"
    assert dated_otherwise(find_dates(asked), text, text.index(figure)) is otherwise


def test_a_question_for_means_is_answered_by_the_clause_that_names_them() -> None:
    page = ("石桥镇清理河道", "石桥镇清理河道。石桥镇采取分段包干、机械打捞等方式清理河道,清理了3条河道。", ())
    question = "石桥镇清理河道采取了什么样的办法?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(page))
    assert "分段包干" in draft.claims[0].text
