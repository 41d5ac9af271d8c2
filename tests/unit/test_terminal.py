"""What reaches a terminal: hostile text made harmless, quotes with positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Abstention, Answer, Citation, Claim
from rag.terminal import harmless, print_answer

CITATION = Citation(1, "page.txt", "doc_1", "art_1", "标题\x1b[31m", None, None, "全长1280米", ((10, 16),), 0.9)


def _answer(**changes: object) -> Answer:
    shape: dict[str, object] = {
        "id": "ans_1",
        "question": "全长多少?",
        "standalone_question": "大桥全长多少?",
        "answer": "全长1280米[1]。",
        "abstention": None,
        "claims": (Claim("全长1280米", 0, 7, "supported", None, (1,)),),
        "citations": (CITATION,),
        "model": "extractive",
    }
    return Answer(**{**shape, **changes})  # type: ignore[arg-type]


@given(st.text())
def test_harmless_text_holds_no_character_that_a_terminal_obeys(text: str) -> None:
    shown = harmless(text)
    assert all(char == "\n" or char == "\u3000" or char.isprintable() for char in shown)


def test_an_escape_sequence_in_a_headline_is_shown_not_sent(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(_answer())
    shown = capsys.readouterr().out
    assert "\x1b[31m" not in shown
    assert "标题␛[31m" in shown


def test_an_answer_shows_the_rewritten_question_each_quote_and_where_it_stands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_answer(_answer(dropped=("甲说乙:没有依据",), degraded=("dense",)))
    shown = capsys.readouterr().out
    for part in ("大桥全长多少?", "全长1280米[1]。", "[1] “全长1280米”", "page.txt", "10–16", "没有依据", "dense"):
        assert part in shown


def test_a_claim_that_is_only_partly_supported_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    claim = Claim("全长1280米", 0, 7, "partial", "引文里没有“全长”", (1,))
    print_answer(_answer(claims=(claim,)))
    assert "部分有据" in (shown := capsys.readouterr().out)
    assert "引文里没有“全长”" in shown


def test_an_abstention_shows_its_message_and_the_nearest_words(capsys: pytest.CaptureFixture[str]) -> None:
    abstention = Abstention("not_stated", "这些版面没有写明。", (CITATION,))
    print_answer(_answer(answer=None, abstention=abstention, claims=(), citations=()))
    shown = capsys.readouterr().out
    assert "这些版面没有写明。" in shown
    assert "“全长1280米”" in shown
