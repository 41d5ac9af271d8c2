from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.fence import Fence, Shown, describe, fit
from rag.errors import ModelUnavailableError
from rag.mapping import MappedText
from rag.models import Article


def characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def shown(texts: list[str], context_tokens: int) -> Shown:
    return fit(
        texts, Fence("m"), fixed_tokens=10, context_tokens=context_tokens, reply_tokens=100, count_tokens=characters
    )


@given(st.text(alphabet="<>‹› 完0123456789abcdef\n"), st.integers(1, 99))
def test_only_the_two_marks_of_a_fence_stand_in_it(text: str, number: int) -> None:
    fence = Fence()
    lines = fence.around(number, text).split("\n")

    assert (lines[0], lines[-1]) == (f"<<<{fence.mark} {number}>>>", f"<<<{fence.mark} 完>>>")
    assert not any("<<<" in line or ">>>" in line for line in lines[1:-1])


def test_no_two_fences_have_the_same_mark() -> None:
    assert len({Fence().mark for _ in range(100)}) == 100


@given(st.lists(st.integers(1, 300), min_size=1, max_size=12), st.integers(500, 3000))
def test_what_is_shown_is_the_longest_leading_part_that_fits(lengths: list[int], context: int) -> None:
    texts = ["字" * length for length in lengths]
    blocks = [Fence("m").around(number, text) for number, text in enumerate(texts, 1)]
    budget = int((context - 100) * 0.85) - 10

    kept = len(shown(texts, context).numbers)

    assert sum(characters(blocks[:kept])) <= budget
    assert kept == len(blocks) or sum(characters(blocks[: kept + 1])) > budget


def test_passages_left_off_are_the_last_ones() -> None:
    assert shown(["字" * 200] * 3, 500).numbers == {1}


def test_a_first_passage_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ModelUnavailableError, match="GAZETTE_MODEL__CONTEXT_TOKENS = 200"):
        shown(["字" * 200], 200)


def test_nothing_to_show_is_nothing_shown() -> None:
    assert shown([], 500) == Shown("", frozenset())


def test_what_is_known_of_an_article_stands_before_its_text_on_one_line_each() -> None:
    article = Article(
        "a",
        "d",
        "article",
        MappedText.whole("正文"),
        (),
        title="上\n下",
        published="2024-05-01",
        place="某地",
        page="3",
    )

    assert describe(article, "正文") == "标题：上 下\n日期：2024-05-01\n地点：某地\n版面：3\n正文：正文"
