from hypothesis import given
from hypothesis import strategies as st

from rag.text.ngrams import terms


def test_characters_and_pairs_of_neighbours() -> None:
    assert terms("书记说") == ["书", "记", "书记", "说", "记说"]


def test_pairs_cross_white_space_and_quotation_marks_but_no_other_punctuation() -> None:
    assert "造红" in terms("打造“红领”")
    assert "科技" in terms("科\n技")
    assert "甲乙" not in terms("甲，乙")
    assert "甲乙" not in terms("甲。乙")


def test_numbers_and_words_stay_whole_and_are_folded() -> None:
    assert terms("５,970萬元 COVID-19 3.5% 5G") == ["5970", "万", "元", "万元", "covid", "19", "3.5", "5g"]


def test_scripts_share_their_terms() -> None:
    assert terms("企業復產") == terms("企业复产")


@given(st.text(max_size=60))
def test_no_term_is_empty_or_holds_white_space(text: str) -> None:
    assert all(term and not any(character.isspace() for character in term) for term in terms(text))
