from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.pairs import LEVELS, MARKS, Tokens, levels, pair, plain

CHINESE = st.text(alphabet="青溪镇改造水管的了，。1234abAB電車", max_size=40)


@given(CHINESE)
def test_plain_text_keeps_every_position(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(CHINESE, CHINESE)
def test_a_character_is_marked_by_the_longest_run_both_sides_hold(text: str, other: str) -> None:
    found = levels(text, other)
    assert len(found) == len(text)
    for at, level in enumerate(found):
        runs = [text[low : low + level] for low in range(max(at - level + 1, 0), at + 1)]
        assert level == 0 or any(run in other for run in runs)


def test_runs_of_function_words_and_punctuation_are_no_sign() -> None:
    assert levels("这是的,", "是的,") == [0, 0, 0, 0]
    assert levels("青溪镇的人", "青溪镇") == [3, 3, 3, 0, 0]


def test_a_pair_holds_question_and_window_between_special_tokens() -> None:
    question, text = "谁在青溪", "大家在青溪镇"
    asked = Tokens((10, 11), ((0, 2), (2, 4)))
    told = Tokens((20, 21, 22, 23), ((0, 2), (2, 3), (3, 5), (5, 6)))

    one = pair(question, asked, text, told, (1, 4), (0, 2))

    assert one.ids == (0, 10, 11, 2, 2, 21, 22, 23, 2)
    assert one.ids[one.opening] == told.ids[one.first]
    assert one.marks[3:5] == (0, 0)
    assert one.marks[one.opening : -1] == (4, 4, 1)  # 在青溪 is a run of three, 镇 stands alone
    assert one.marks[1:3] == (1 + LEVELS + 3, 1 + LEVELS + 3)
    assert max(one.marks) < MARKS
