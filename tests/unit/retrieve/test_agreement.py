"""Agreement: what several passages say beside the question's words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.retrieve.agreement import VOTERS, agreement

ASKED = {"男单", "单冠", "冠军", "男", "单", "冠", "军"}
TEXTS = st.lists(st.text(st.sampled_from("冠军男单张王李3 12。a"), max_size=30), max_size=2 * VOTERS)


def test_what_others_say_too_counts_and_what_only_one_says_does_not() -> None:
    common, alone, again = agreement(["男单冠军张三", "男单冠军李四", "张三获男单冠军"], ASKED)
    assert common == again > alone == 0.0


def test_the_questions_own_words_are_no_agreement() -> None:
    assert agreement(["男单冠军", "男单,冠军", "冠军:男单"], ASKED) == [0.0, 0.0, 0.0]


def test_a_figure_is_shared_as_a_whole() -> None:
    assert agreement(["冠军,12.5分", "冠军,12.5", "冠军,2.5"], ASKED)[2] == 0.0


def test_copies_do_not_vote_for_one_another() -> None:
    copy, other = "男单冠军张三,昨日回国", "男单冠军张三"
    assert agreement([copy] * 5, ASKED) == [0.0] * 5
    once, stranger = agreement([copy, other], ASKED)
    assert agreement([*[copy] * 5, other], ASKED) == [*[once] * 5, stranger]


def test_only_the_best_vote_but_all_are_judged() -> None:
    strangers = [f"冠军{chr(0x4E00 + at)}" for at in range(VOTERS - 2)]
    *_, later, latest = agreement(["冠军张三", "张三冠军", *strangers, "冠军张三李四", "冠军李四"], ASKED)
    assert later > latest == 0.0


@given(TEXTS)
def test_agreement_is_a_share_and_a_passage_without_words_has_none(texts: list[str]) -> None:
    found = agreement(texts, ASKED)
    assert len(found) == len(texts)
    assert all(0.0 <= share < 1.0 for share in found)
    assert all(share == 0.0 for share, text in zip(found, texts, strict=True) if not text)
