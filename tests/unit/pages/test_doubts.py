"""Confidence is a probability, lower where a cut is doubtful, and the doubts say why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.pages import segment
from rag.pages.doubts import Signs, likelihood
from tests.unit.pages.test_segment_invariants import page

CLEAR = Signs(False, False, False, 2.0, 0.0, 4.0, 4.0, False, False, 0.0, False, False)
NEWS = "本报讯(记者 李强)青石镇春耕服务队昨天把种子送到村口,农户在家门口就能买到春耕种子,农机手轮流上阵。"
MORE = "青石镇春耕服务队还为农户办理种子和农机保险,定期下田查看苗情,确保春耕顺利。"


@given(st.floats(-2, 2), st.floats(-3, 4), st.booleans(), st.booleans())
def test_the_confidence_is_a_probability(seam: float, margin: float, headless: bool, stub: bool) -> None:
    signs = Signs(headless, False, stub, seam, 0.0, margin, 4.0, stub, stub, 0.0, False, headless)
    assert 0.0 < likelihood(signs) < 1.0


def test_a_torn_seam_and_a_close_choice_cost_confidence() -> None:
    torn = Signs(False, False, False, -2.0, 0.0, 4.0, 4.0, False, False, 0.0, False, False)
    close = Signs(False, False, False, 2.0, 0.0, -1.0, 4.0, False, False, 0.0, False, False)
    assert likelihood(CLEAR) > max(likelihood(torn), likelihood(close))


def test_a_scrap_without_headline_is_doubted_in_words_and_a_whole_article_is_not() -> None:
    whole = segment(page(f"青石镇抓好春耕服务\n\n{NEWS}\n\n{MORE}"))[0]
    scrap = segment(page("也在现场看了一回,大家都说好"))[0]
    assert whole.confidence > 0.9 > 0.5 > scrap.confidence
    assert whole.doubts == ()
    assert scrap.doubts
