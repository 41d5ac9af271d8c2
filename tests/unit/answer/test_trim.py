"""Cuts fall between clauses, keep the answer, and never split a quotation or a number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.answer.trim import clause_spans, trim

_TEXT = st.text(alphabet="青溪镇种树，,；：“”（）《》1,234五百棵。", min_size=1, max_size=60)


def test_a_long_sentence_keeps_the_clause_with_the_answer() -> None:
    text = "全镇上下齐心协力,积极行动,种树500棵,面貌一新。"
    start = text.index("500棵")
    low, high = trim(text, (start, start + 4), lambda piece: float("种树" in piece))
    assert text[low:high] == "种树500棵"


def test_no_cut_inside_quotation_marks_or_a_number() -> None:
    text = "口号是“绿水,青山”,种树1,200棵"
    assert [text[low:high] for low, high in clause_spans(text)] == ["口号是“绿水,青山”,", "种树1,200棵"]


@given(_TEXT)
def test_clauses_cover_the_sentence_in_order(text: str) -> None:
    assert "".join(text[low:high] for low, high in clause_spans(text)) == text


@given(_TEXT, st.data())
def test_the_answer_survives_the_cut(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    low, high = trim(text, (start, end), lambda piece: len(piece) / len(text))
    kept = text[start:end].strip("，,：:；;、 \u3000\n")
    assert 0 <= low <= high <= len(text)
    assert kept in text[low:high]
