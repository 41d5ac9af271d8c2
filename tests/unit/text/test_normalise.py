from hypothesis import given
from hypothesis import strategies as st

from rag.text.normalise import find_folded, fold, fold_character, fold_mapped

TEXT = st.text(max_size=60) | st.text(alphabet="㎡㎏①…５，, 　“”説书A½é說\n。", max_size=40)


@given(TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_positions_rebuild_the_folded_text(text: str) -> None:
    folded = fold_mapped(text)
    assert folded.text == fold(text)
    assert len(folded.positions) == len(folded.text)
    assert list(folded.positions) == sorted(folded.positions)
    assert "".join(fold(text[at]) for at in sorted(set(folded.positions))) == folded.text


@given(TEXT, st.data())
def test_any_stretch_is_found_again_and_what_is_found_folds_the_same(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    needle = text[start : data.draw(st.integers(start, len(text)))]
    found = find_folded(needle, text)
    if not fold(needle):
        assert found is None
    else:
        assert found is not None
        assert fold(text[found[0] : found[1]]) == fold(needle)
        assert fold(text[found[0]])
        assert fold(text[found[1] - 1])


def test_dress_is_folded_away() -> None:
    assert fold("５，970 萬元“黨建”") == "5970万元党建"
    assert find_folded("五千人", "共五 千人。") == (1, 5)
    assert find_folded("六千人", "共五千人。") is None


def test_half_of_an_expanded_character_is_not_found() -> None:
    assert find_folded("2", "10㎡") is None


@given(st.characters())
def test_one_character_folds_as_a_text_of_one(character: str) -> None:
    assert fold_character(character) == fold(character)
