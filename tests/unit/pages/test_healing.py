from __future__ import annotations

import pytest

from rag.pages.healing import heal


def read(text: str, *, keep_blanks: bool = False) -> str:
    stretches = heal(text, [(0, len(text))], keep_blanks=keep_blanks)
    return "\n".join("".join(text[start:end] for start, end in words) for words in stretches)


def test_blanks_inside_running_text_are_closed() -> None:
    assert read("村里的 果园今 年丰收") == "村里的果园今年丰收"


@pytest.mark.parametrize(
    "text", ["《种好果树 留住乡愁》出版", "活动“捧一卷书 吹一阵风”开始", "写有‘春满人间 福到万家’"]
)
def test_the_blank_between_equal_halves_of_a_quoted_title_stays(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize("text", ["《种好果树 留住一片乡愁》出版", "活动“捧一卷书 吹一阵风开始"])
def test_other_blanks_in_quotes_are_closed(text: str) -> None:
    assert read(text) == text.replace(" ", "")


def test_headlines_keep_the_blank_between_their_phrases_but_no_letter_spacing() -> None:
    assert read("果园丰收 果农欢喜", keep_blanks=True) == "果园丰收 果农欢喜"
    assert read("喜 迎 丰 收", keep_blanks=True) == "喜迎丰收"
