"""Questions about several reports: one claim for each that is meant."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.question import analyse
from rag.answer.several import read_several
from rag.models import Byline, Draft, Query
from rag.settings import AnswerSettings
from tests.unit.answer.newspaper import READING, WATERWORKS, evidence_of

TEA = (
    "青溪镇茶园开采",
    "本报讯(记者 林晓 通讯员 吴小雨)4月2日,青溪镇860亩茶园开采。镇党委书记郑国栋到茶园看望茶农。",
    (Byline("林晓", "记者"), Byline("吴小雨", "通讯员")),
)
BRIDGE = ("石桥镇新桥通车", "本报讯(记者 周远)4月6日,石桥镇新桥通车,青溪镇派人祝贺。", (Byline("周远", "记者"),))


def _ask(question: str) -> Draft:
    evidence = evidence_of(WATERWORKS, READING, TEA, BRIDGE)
    return ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence)


def _texts(question: str) -> list[str]:
    return [claim.text for claim in _ask(question).claims]


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("记者林晓写了哪些报道?", "signed"),
        ("林晓参与采写了哪几个镇的报道?", "signed"),
        ("哪几篇报道提到了郑国栋?", "naming"),
        ("郑国栋在哪几篇报道里出现?", "naming"),
        ("青溪镇的报道讲了什么?", "told"),
        ("郑国栋在两篇报道里分别做了什么?", "each"),
        ("茶园开采是在哪天?", None),
        ("青溪镇的茶园有哪些特点?", None),
        ("郑国栋说了什么?", None),
    ],
)
def test_which_questions_are_about_several_reports(question: str, scope: str | None) -> None:
    several = read_several(analyse(question), ["林晓", "吴小雨"])
    assert (several.scope if several else None) == scope


def test_the_reports_somebody_signed_are_named_with_their_bylines() -> None:
    texts = _texts("记者林晓写了哪些报道?")
    assert [text.partition(":")[0] for text in texts] == ["《白石镇办起读书会》", "《青溪镇茶园开采》"]
    assert all("记者 林晓" in text for text in texts)


def test_the_reports_that_name_somebody_are_told_each_with_its_sentence() -> None:
    texts = _texts("哪几篇报道提到了郑国栋?")
    assert len(texts) == 2
    assert texts[0].startswith("《青溪镇改造供水管网》:")
    assert all("郑国栋" in text for text in texts)


def test_reports_that_nobody_is_named_in_are_not_made_up() -> None:
    assert _ask("哪几篇报道提到了许国强?").abstention == "not_stated"
    assert _ask("记者林晓写过石桥镇的哪些报道?").claims == ()


def test_what_each_of_two_reports_tells_is_its_headline_and_opening() -> None:
    texts = _texts("白石镇和石桥镇的报道各讲了什么?")
    assert len(texts) == 2
    assert texts[0].startswith("《白石镇办起读书会》:")
    assert "石桥镇新桥通车" in texts[1]


def test_who_wrote_a_report_together_with_somebody() -> None:
    assert _texts("吴小雨和谁一起写了茶园开采的稿子?") == ["本报讯(记者 林晓 通讯员 吴小雨)"]
    assert _ask("吴小雨和谁一起写了新桥通车的稿子?").claims == ()


def test_a_deed_asked_of_each_report_is_answered_from_each() -> None:
    texts = _texts("郑国栋在两篇报道里分别做了什么?")
    assert len(texts) == 2
    assert all("郑国栋" in text for text in texts)


def test_copies_in_nearly_the_same_words_are_told_once() -> None:
    copy = ("青溪镇茶园今开采", TEA[1].replace("到茶园看望", "来到茶园看望"), ())
    question = "哪几篇报道提到了郑国栋到茶园?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(TEA, copy))
    assert len(draft.claims) <= 2
    assert len({claim.text for claim in draft.claims}) == len(draft.claims)


def test_what_is_asked_of_all_is_answered_by_the_sentence_that_tells_it_of_all() -> None:
    page = ("茶叶飘香", "青溪镇和白石镇都属于北溪县,盛产茶叶。青溪镇有茶园860亩。", ())
    question = "青溪镇和白石镇都属于哪个县?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(page))
    assert [claim.text for claim in draft.claims] == ["青溪镇和白石镇都属于北溪县"]
