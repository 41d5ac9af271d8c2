"""A clean text never loses its way back to the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.mapping import SEPARATOR, MappedText, merge_spans


@st.composite
def mapped_texts(draw: st.DrawFn) -> tuple[str, MappedText]:
    source = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)).replace("\n", "。")
    position = st.integers(0, len(source))
    span = st.tuples(position, position).map(lambda pair: (min(pair), max(pair)))
    stretches = draw(st.lists(st.lists(span, max_size=4), max_size=5))
    return source, MappedText.from_pieces(source, stretches)


@given(mapped_texts())
def test_the_text_without_separators_is_the_source_at_its_spans(case: tuple[str, MappedText]) -> None:
    source, mapped = case
    rebuilt = "".join(source[start:end] for start, end in mapped.source_spans)
    assert mapped.text.replace(SEPARATOR, "") == rebuilt


@given(mapped_texts())
def test_every_character_knows_its_position_and_only_separators_have_none(case: tuple[str, MappedText]) -> None:
    source, mapped = case
    for index, char in enumerate(mapped.text):
        position = mapped.source_position(index)
        assert char == (SEPARATOR if position is None else source[position])


@given(mapped_texts(), st.data())
def test_any_slice_quotes_the_source_character_for_character(case: tuple[str, MappedText], data: st.DataObject) -> None:
    source, mapped = case
    start = data.draw(st.integers(0, len(mapped.text)))
    end = data.draw(st.integers(start, len(mapped.text)))
    quote, spans = mapped.quote(start, end, source)
    assert quote == mapped.text[start:end].replace(SEPARATOR, "")
    assert quote == "".join(source[low:high] for low, high in spans)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_merging_spans_keeps_characters_and_their_order(spans: list[tuple[int, int]]) -> None:
    def characters(parts: list[tuple[int, int]]) -> list[int]:
        return [index for start, end in parts for index in range(start, end)]

    merged = merge_spans(spans)
    assert characters(list(merged)) == characters(spans)
    assert all(before[1] != after[0] for before, after in pairwise(merged))


def test_a_position_outside_the_text_is_an_error_that_says_how_long_the_text_is() -> None:
    with pytest.raises(IndexError, match="character 3 of a text of 2"):
        MappedText.whole("今天").source_position(3)
