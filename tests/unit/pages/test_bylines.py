from __future__ import annotations

import pytest

from rag.models import Byline
from rag.pages.bylines import (
    bare_names,
    canonical_role,
    institution,
    is_byline_line,
    is_names_line,
    is_shot_line,
    parse_names,
    shot_credit,
)


@pytest.mark.parametrize(
    "line",
    [
        "■ 记者 李建国",
        "■ 首席记者 王芳",
        "本报记者 张伟 通讯员 刘洋 陈静",
        "赵敏 本报记者 孙磊",
        "新华社记者 周杰 吴桐 郑爽",
        "□ 本报记者 钱进 文/图",
        "(记者 李建国 通讯员 王芳)",
        "某某开发区党工委书记 李建国",
        "通讯员 司马青 欧阳雪",
    ],
)
def test_lines_of_roles_and_names_are_bylines(line: str) -> None:
    assert is_byline_line(line)


@pytest.mark.parametrize(
    "line", ["记者从会议上获悉,明天下雨。", "本报记者昨日来到现场采访时看到", "全市工作会议召开", "李建国"]
)
def test_text_is_no_byline(line: str) -> None:
    assert not is_byline_line(line)


def test_roles_stand_before_their_names() -> None:
    assert parse_names("■ 首席记者 王芳 通讯员 刘洋 陈静") == (
        Byline("王芳", "首席记者"),
        Byline("刘洋", "通讯员"),
        Byline("陈静", "通讯员"),
    )


def test_a_name_may_come_before_the_first_role() -> None:
    assert parse_names("(赵敏 记者 孙磊)") == (Byline("赵敏", None), Byline("孙磊", "记者"))


def test_a_name_broken_by_a_line_end_is_whole_again() -> None:
    assert parse_names("(赵敏 记者 孙小 磊)")[-1] == Byline("孙小磊", "记者")


def test_the_paper_in_front_of_a_role_is_no_name() -> None:
    assert parse_names("(新华日报 记者 刘洋)") == (Byline("刘洋", "记者"),)


@pytest.mark.parametrize(
    "line", ["李强 摄", "本报记者 李强 摄", "新华社记者 李强 摄", "(李强 摄)", "记者 李强 通讯员 王芳 摄", "摄影:李强"]
)
def test_photographers_credits_are_known(line: str) -> None:
    assert is_shot_line(line)


@pytest.mark.parametrize("line", ["群众合影拍摄", "摄影展开幕", "本报记者 李强"])
def test_other_lines_are_no_photographers_credit(line: str) -> None:
    assert not is_shot_line(line)


def test_the_credit_at_the_end_of_a_caption_is_found() -> None:
    line = "昨天,孩子们在公园里放风筝。 李强 摄"
    at = shot_credit(line)
    assert at is not None
    assert line[at:].strip() == "李强 摄"


def test_a_text_that_speaks_of_shooting_has_no_credit() -> None:
    assert shot_credit("孩子们在公园里合影拍摄") is None


def test_bare_names_are_a_line_of_names() -> None:
    assert is_names_line("李建国 王芳")
    assert not is_names_line("会议召开")


def test_a_name_set_wide_is_one_name() -> None:
    assert bare_names("王 强 李小明 欧阳雪") == ("王强", "李小明", "欧阳雪")
    assert bare_names("王 强 报 道") == ()


@pytest.mark.parametrize(
    ("printed", "role"),
    [
        ("记者", "记者"),
        ("本报记者", "记者"),
        ("新华社记者", "记者"),
        ("融媒体记者", "记者"),
        ("本报驻京记者", "记者"),
        ("本报首席记者", "首席记者"),
        ("见习记者", "见习记者"),
        ("通讯员", "通讯员"),
        ("通讯贝", "通讯员"),
        ("特约通讯员", "特约通讯员"),
        ("摄", "摄影"),
        ("摄影", "摄影"),
        ("摄影记者", "摄影"),
        ("摄影报道", "摄影"),
        ("本报记者 摄", "摄影"),
        ("新华社记者 摄", "摄影"),
        ("记者 供图", "供图"),
        ("通讯员 文/图", "文/图"),
        ("文图", "文/图"),
        ("撰稿", "作者"),
        ("某局局长", "某局局长"),
        (None, None),
    ],
)
def test_each_role_has_one_word(printed: str | None, role: str | None) -> None:
    assert canonical_role(printed) == role
    assert canonical_role(role) == role


@pytest.mark.parametrize(
    "credit", ["李强 摄", "本报记者 李强 摄", "摄影 记者 李强", "摄影:李强", "记者 李强 摄影报道", "新华社记者 李强 摄"]
)
def test_a_photographer_is_one_however_the_credit_is_printed(credit: str) -> None:
    assert parse_names(credit) == (Byline("李强", "摄影"),)


def test_writer_and_photographer_keep_their_own_roles() -> None:
    assert parse_names("本报记者 王芳 通讯员 李强 摄") == (Byline("王芳", "记者"), Byline("李强", "摄影"))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("文/王强 图/李小明", [("王强", "作者"), ("李小明", "摄影")]),
        ("记者:王强 摄影:李小明", [("王强", "记者"), ("李小明", "摄影")]),
        ("安泽日报全媒体记者 王强", [("王强", "记者")]),
        ("王强/文 李小明/摄", [("王强", "作者"), ("李小明", "摄影")]),
        ("王强 赵大勇/文 李小明/图", [("王强", "作者"), ("赵大勇", "作者"), ("李小明", "摄影")]),
        ("王强/文图", [("王强", "文/图")]),
        ("(文/王强 图/李小明)", [("王强", "作者"), ("李小明", "摄影")]),
        ("文/王强 摄/李小明", [("王强", "作者"), ("李小明", "摄影")]),
        ("记者 王 强 通讯员 李 明", [("王强", "记者"), ("李明", "通讯员")]),
        ("文字:王强 摄影:李小明 编辑:赵大勇", [("王强", "作者"), ("李小明", "摄影"), ("赵大勇", "编辑")]),
    ],
)
def test_each_name_has_the_role_printed_before_it(line: str, names: list[tuple[str, str]]) -> None:
    assert is_byline_line(line)
    assert [(name.name, name.role) for name in parse_names(line)] == names


@pytest.mark.parametrize("credit", ["(作者单位:安泽县农业局)", "(作者系安泽县农业局)", "(本文作者单位:安泽县农业局)"])
def test_where_an_author_works_is_no_name(credit: str) -> None:
    assert institution(credit) == "安泽县农业局"
    assert parse_names(credit) == ()
