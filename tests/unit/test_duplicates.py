"""Which articles carry one report: reprints and edited copies do, one form or one long quotation does not."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.duplicates import (
    Print,
    alike,
    clusters,
    contained,
    copies_among,
    credited_agency,
    other_figures,
    share_held,
    shingles,
    signed_hashes,
)
from rag.models import Article
from tests.fakes import make_document, one_line_one_article

CHARS = (
    "春江水暖鸭先知竹外桃花三两枝蒌蒿满地芦芽短正是河豚欲上时山村道路桥梁学校医院工人农民老师学生城市县乡田地粮食棉花"
)


def prose(seed: int, sentences: int = 12) -> str:
    """Sentences of random characters: they share nothing with those of another seed."""
    chosen = random.Random(seed)
    return "".join("".join(chosen.choices(CHARS, k=24)) + "。" for _ in range(sentences))


def article_of(text: str, name: str = "a.txt", **metadata: str) -> Article:
    return one_line_one_article(make_document(text, name=name, **metadata))[0]


def print_of(text: str) -> Print:
    return Print.of(article_of(text))


def test_a_text_is_alike_to_itself_in_the_other_script_and_in_full_width() -> None:
    text = (
        "省体育馆昨天开馆,可容纳5200人,学校每周三可以免费使用,市民凭证件入场。"
        "各区体育场馆也将陆续开放，开放时间另行通知。"
    )
    other = (
        "省體育館昨天開館，可容納５２００人，學校每週三可以免費使用，市民憑證件入場。"
        "各區體育場館也將陸續開放，開放時間另行通知。"
    )
    assert alike(print_of(text), print_of(other))


@pytest.mark.parametrize("kept", [12, 9, 6, 4])
def test_a_shortened_copy_is_alike_to_the_whole(kept: int) -> None:
    assert alike(print_of(prose(1)), print_of(prose(1, kept)))


def test_a_copy_with_its_lead_rewritten_is_alike() -> None:
    assert alike(print_of(prose(1)), print_of(prose(2, 3) + prose(1)[75:]))


def test_other_reports_and_very_short_ones_are_not_alike() -> None:
    assert not alike(print_of(prose(1)), print_of(prose(2)))
    assert not alike(print_of("图为会议现场。"), print_of("图为会议现场。"))
    assert len(signed_hashes(article_of("图为会议现场。"))) == 0


def test_a_long_quotation_does_not_join_two_reports() -> None:
    quotation = f"“{prose(3, 12)}”"
    one, other = prose(4, 4) + quotation, prose(5, 4) + quotation
    assert contained(print_of(one).shingles, print_of(other).shingles) > 0.65
    assert not alike(print_of(one), print_of(other))


def bulletin(seed: int) -> str:
    chosen = random.Random(seed)
    phrases = [prose(100 + at, 1)[:-1] for at in range(10)]
    return "".join(f"{phrase}为{chosen.randint(1000, 9999)}元。" for phrase in phrases)


def test_bulletins_of_one_form_with_other_figures_are_not_alike() -> None:
    assert not alike(print_of(bulletin(1)), print_of(bulletin(2)))


def test_a_copy_with_one_figure_changed_is_alike_and_the_change_is_found() -> None:
    text = bulletin(1)
    changed = text[: text.rindex("元") - 4] + "1" + text[text.rindex("元") - 3 :]
    assert alike(print_of(text), print_of(changed))


def test_a_sentence_that_a_copy_prints_with_another_figure_is_given() -> None:
    copied = "会议昨天闭幕。园区非公组织党员达到1674人。下午代表返程。"
    assert other_figures("园区非公组织党员达到1647人", copied) == "园区非公组织党员达到1674人。"
    assert other_figures("园区非公组织党员达到1,674人", copied) is None
    assert other_figures("会议昨天闭幕", copied) is None
    longer = "工程总投资1674万元,历时14个月,加固大坝3座,新修渠道26公里,可灌溉农田5200亩。"
    assert other_figures("工程总投资1647万元,历时14个月", longer) == longer
    assert other_figures("工程總投資1674萬元,歷時14個月", longer) is None
    assert other_figures("全县粮食总产量1647吨", copied) is None


@given(
    st.text(alphabet="甲乙丙丁戊己庚辛,。 1２", max_size=60), st.text(alphabet="甲乙丙丁戊己庚辛,。 1２", max_size=60)
)
def test_containment_is_symmetric_and_within_bounds(one: str, other: str) -> None:
    mine, theirs = shingles(one), shingles(other)
    assert list(mine) == sorted(set(mine))
    assert contained(mine, theirs) == contained(theirs, mine)
    assert 0.0 <= share_held(mine, theirs) <= 1.0
    assert share_held(mine, mine) == 1.0


# --- clusters --------------------------------------------------------------------------------------------------------


def test_copies_of_copies_belong_together() -> None:
    prints = {"a": print_of(prose(1)), "b": print_of(prose(1, 9)), "c": print_of(prose(1, 7)), "d": print_of(prose(2))}
    assert clusters(prints, [("a", "b"), ("b", "c")]) == [frozenset("abc"), frozenset("d")]


def test_two_reports_printed_together_stay_two() -> None:
    prints = {"a": print_of(prose(1)), "b": print_of(prose(2)), "both": print_of(prose(1) + prose(2))}
    assert alike(prints["a"], prints["both"])
    assert clusters(prints, [("a", "both"), ("b", "both")]) == [frozenset("a"), frozenset("b"), frozenset(["both"])]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=8))
def test_every_article_is_in_exactly_one_cluster(pairs: list[tuple[str, str]]) -> None:
    same = print_of(prose(1))
    found = clusters(dict.fromkeys("abcdef", same), pairs)
    assert sorted(name for group in found for name in group) == sorted("abcdef")
    assert all(any({one, other} <= group for group in found) for one, other in pairs)


# --- sources ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("新华社北京7月6日电 会议昨天闭幕。", "新华社"),
        ("据新华社报道,会议昨天闭幕。", "新华社"),
        ("图为会场。中新网某地8月1日电 会议昨天闭幕。", "中新社"),
        ("會議昨天閉幕。(來源:新華社)", "新华社"),
        ("本报讯 会议昨天闭幕,新华社记者到场采访。", None),
        ("会议昨天闭幕。", None),
    ],
)
def test_an_agency_is_credited_at_head_or_foot(text: str, agency: str | None) -> None:
    assert credited_agency(article_of(text)) == agency


def test_copies_are_counted_by_paper_and_wire_copy_is_one_source() -> None:
    wire, own = "新华社北京7月6日电 会议昨天闭幕。", "本报讯 会议昨天闭幕。"
    members = [
        (article_of(wire, "1.txt", paper="某日报", published="2024-07-07"), "1.txt"),
        (article_of(wire + " ", "2.txt", paper="某晚报", published="2024-07-06"), "2.txt"),
        (article_of(own, "3.txt", paper="《某市报》"), "3.txt"),
        (article_of(own + "。", "4.txt", paper="某市报"), "4.txt"),
        (article_of(own + "  ", "5.txt"), "5.txt"),
    ]
    told = copies_among(members)[members[0][0].article_id]
    assert [copy.document for copy in told.others] == ["2.txt", "3.txt", "4.txt", "5.txt"]
    assert told.carried_by == 4
    assert told.independent_sources == 3


def test_furniture_and_repeated_pieces_are_not_signed() -> None:
    piece = article_of(prose(1))
    assert len(signed_hashes(piece)) > 0
    assert len(signed_hashes(replace(piece, kind="furniture"))) == 0
    assert len(signed_hashes(replace(piece, duplicate_of="art_1"))) == 0
    assert signed_hashes(piece).dtype == np.uint64
