from hypothesis import given
from hypothesis import strategies as st

from rag.text.script import detect_script, narrow, to_simplified, to_traditional

HAN = st.text(
    alphabet=st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), st.characters()), max_size=80
)


@given(HAN)
def test_simplification_keeps_every_position(text: str) -> None:
    simplified = to_simplified(text)
    assert len(simplified) == len(text)
    assert all(to_simplified(character) == after for character, after in zip(text, simplified, strict=True))


@given(HAN)
def test_narrow_text_keeps_every_position(text: str) -> None:
    assert len(narrow(text)) == len(text)


def test_variants_in_print_become_simplified() -> None:
    assert to_simplified("書記説,產業鏈與産業") == "书记说,产业链与产业"


def test_a_character_that_was_merged_in_one_sense_only_is_told_by_its_neighbour() -> None:
    assert to_simplified("據瞭解,一目瞭然") == "据了解,一目了然"
    assert to_simplified("瞭望塔") == "瞭望塔"


def test_traditional_is_made_by_phrases() -> None:
    assert to_traditional("头发与发展") == "頭髮與發展"


def test_the_script_is_told_by_characters_only_one_script_uses() -> None:
    assert detect_script("书记说，企业复产") == "zh-Hans"
    assert detect_script("書記説，企業復產") == "zh-Hant"
    assert detect_script("人口大小 ABC") is None
