from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from rag.adapters.charsmap import encode_charsmap

# Letters that form no grapheme with their neighbours: the reader looks maps up grapheme by grapheme.
LETTERS = st.sampled_from("abcxyzＡＢＣ０１２，。、㈱㎞①②③㍿中国報纸龍龙頁页éüßñ𠮷𠀀𡃁")
REPLACEMENTS = st.text(st.sampled_from(" aZ9中國é𠮷（）"), max_size=5)


@given(st.dictionaries(LETTERS, REPLACEMENTS, min_size=1), st.text(LETTERS))
def test_a_text_is_normalised_as_the_map_says(replacements: dict[str, str], text: str) -> None:
    normalizer = normalizers.Precompiled(encode_charsmap(replacements))

    assert normalizer.normalize_str(text) == "".join(replacements.get(letter, letter) for letter in text)


def test_every_character_of_a_large_map_is_found_and_no_other() -> None:
    replacements = {chr(code): f"<{code:x}>" for code in range(0x3000, 0xA000, 3)}
    normalizer = normalizers.Precompiled(encode_charsmap(replacements))

    for code in range(0x2FF0, 0xA010):
        assert normalizer.normalize_str(chr(code)) == replacements.get(chr(code), chr(code))


@pytest.mark.parametrize(("key", "text"), [("", "a"), ("\0", "a"), ("a", "b\0")])
def test_what_the_form_cannot_hold_is_refused(key: str, text: str) -> None:
    with pytest.raises(ValueError, match="cannot map"):
        encode_charsmap({key: text})
