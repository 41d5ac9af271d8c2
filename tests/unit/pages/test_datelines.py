from __future__ import annotations

import pytest

from rag.models import Byline
from rag.pages.datelines import is_source_line, read_closing, read_opening


@pytest.mark.parametrize(
    ("text", "dateline", "place", "day", "names"),
    [
        ("本报讯(记者李强 通讯员王芳)昨天", "本报讯", None, None, ["李强", "王芳"]),
        ("本报讯 昨天", "本报讯", None, None, []),
        ("安吉讯(李强)近日", "安吉讯", "安吉", None, ["李强"]),
        ("新华社北京8月30日电 榜样", "新华社北京8月30日电", "北京", (None, "08-30"), []),
        ("本报讯 记者李强、通讯员王芳报道:昨天", "本报讯", None, None, ["李强", "王芳"]),
    ],
)
def test_openings_are_read(
    text: str, dateline: str, place: str | None, day: tuple[str | None, str] | None, names: list[str]
) -> None:
    opening = read_opening(text)
    assert opening is not None
    assert (opening.dateline, opening.place, opening.month_day) == (dateline, place, day)
    assert [byline.name for byline in opening.bylines] == names


def test_a_sentence_about_news_is_no_opening() -> None:
    assert read_opening("通讯公司昨天宣布") is None


def test_names_after_the_text_are_read() -> None:
    text = "会议到此结束。(记者 李强 通讯员 王芳)"
    closing = read_closing(text)
    assert text[: closing.start] == "会议到此结束。"
    assert [byline.name for byline in closing.bylines] == ["李强", "王芳"]


def test_brackets_at_the_end_that_hold_no_names_are_text() -> None:
    text = "目标要实现(零事故、零火灾)"
    assert read_closing(text).start == len(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("新华社记者李强报道:昨天", ["李强"]),
        ("据新华社记者李强、王芳报道,昨天", ["李强", "王芳"]),
        ("本报记者 李强 报道 昨天", ["李强"]),
    ],
)
def test_a_report_may_open_with_its_reporter(text: str, names: list[str]) -> None:
    opening = read_opening(text)
    assert opening is not None
    assert opening.dateline is None
    assert text[opening.length :].lstrip(":, ") == "昨天"
    assert [(byline.name, byline.role) for byline in opening.bylines] == [(name, "记者") for name in names]


@pytest.mark.parametrize("text", ["记者李强报道了此事。", "新华社记者李强昨天到场。", "据报道,昨天"])
def test_a_sentence_about_a_reporter_is_no_opening(text: str) -> None:
    assert read_opening(text) is None


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("记者 李强", [Byline("李强", "记者")]),
        ("■记者 李强 通讯员 王芳", [Byline("李强", "记者"), Byline("王芳", "通讯员")]),
        (" 李强", [Byline("李强", None)]),
        ("(文/李强 图/王芳)", [Byline("李强", "作者"), Byline("王芳", "摄影")]),
        ("(李强/文 王芳/摄)", [Byline("李强", "作者"), Byline("王芳", "摄影")]),
    ],
)
def test_who_wrote_it_may_stand_behind_the_last_sentence(credit: str, names: list[Byline]) -> None:
    closing = read_closing("会议到此结束。" + credit)
    assert closing.start == len("会议到此结束。")
    assert list(closing.bylines) == names


@pytest.mark.parametrize("text", ["会议到此结束。李强", "他说:“好。”李强点头", "会议到此结束。李强说"])
def test_a_name_that_goes_on_in_the_sentence_is_no_credit(text: str) -> None:
    assert read_closing(text).start == len(text)


@pytest.mark.parametrize("credit", ["(据新华社)", "(据新华社电)", "(据《安泽日报》、安泽网报道)"])
def test_the_agency_behind_a_text_is_its_source(credit: str) -> None:
    closing = read_closing("会议到此结束。" + credit)
    assert (closing.start, closing.dated) == (len("会议到此结束。"), True)
    assert is_source_line(credit)


def test_what_a_text_says_of_a_source_is_no_source() -> None:
    assert not is_source_line("据新华社记者了解")
    assert not is_source_line("据说明天下雨")
