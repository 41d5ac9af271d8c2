import itertools

from hypothesis import given
from hypothesis import strategies as st

from rag.verify import split_claims


def claims(text: str) -> list[str]:
    return [text[start:end] for start, end in split_claims(text)]


def test_claims_are_sentences_without_markers_and_full_stop() -> None:
    assert claims("园区党员达到100人[1]。收入增长5%[2][3]！") == ["园区党员达到100人", "收入增长5%"]
    assert claims("第一句。[1]第二句。") == ["第一句", "第二句"]


def test_list_signs_are_no_part_of_a_claim_but_figures_are() -> None:
    assert claims("- 修路三条\n2. 建房五座\n3.5%的增长") == ["修路三条", "建房五座", "3.5%的增长"]


def test_stretches_without_words_are_no_claims() -> None:
    assert claims("__\n_") == []
    assert claims("***\n……\n") == []


@given(st.text(max_size=60) | st.text(alphabet="甲乙。！[]12 -\n.，", max_size=40))
def test_claims_do_not_overlap_and_hold_words(text: str) -> None:
    spans = split_claims(text)
    assert all(any(character.isalnum() for character in text[start:end]) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
