"""A list is given whole: spelt-out terms, subheadings, bearers of one noun in several sentences."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.lists import named_beside, spelt_out
from rag.answer.question import analyse
from rag.models import Draft, Query
from rag.settings import AnswerSettings
from tests.unit.answer.newspaper import evidence_of

PAGE = (
    "石桥镇修路",
    (
        "石桥镇修路采用“三个先”,即:先改水、先埋线、先植绿。石桥镇近日开展环境专项行动,着重清理街面。"
        "\n着力清理乱倒渣土。安排专人值守路口。\n着力清理破旧广告。安排车辆清运。"
        "\n设计单位北溪县设计院派人驻点。北溪县路桥公司、长风建材公司等设计单位帮助石桥镇修路。"
    ),
    (),
)


def _ask(question: str) -> Draft:
    return ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(PAGE))


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("做到“三个先”,即:先改水、先埋线、先植绿(全镇)。", "先改水、先埋线、先植绿(全镇)"),
        ("实行“三项制度”:值班制、轮岗制、考核制。", None),
        ("实行值班制、轮岗制、考核制“三个先”。", "实行值班制、轮岗制、考核制"),
        ("做到“三个先”,成效明显。", None),
    ],
)
def test_what_a_quoted_term_stands_for(text: str, items: str | None) -> None:
    span = spelt_out(analyse("石桥镇的“三个先”具体是什么?"), text)
    assert (text[slice(*span)] if span else None) == items


def test_a_spelt_out_term_is_quoted_with_all_its_items() -> None:
    text = _ask("石桥镇修路的“三个先”是什么?").claims[0].text
    assert all(item in text for item in ("先改水", "先埋线", "先植绿"))


def test_subheadings_of_the_asked_deed_are_one_claim_each() -> None:
    texts = [claim.text for claim in _ask("石桥镇专项行动清理了哪些方面?").claims]
    assert texts == ["着力清理乱倒渣土。", "着力清理破旧广告。"]


def test_bearers_of_the_asked_noun_in_other_sentences_are_added() -> None:
    texts = "".join(claim.text for claim in _ask("石桥镇修路有哪些设计单位?").claims)
    assert all(name in texts for name in ("北溪县路桥公司", "长风建材公司", "北溪县设计院"))


def test_a_short_noun_or_one_without_a_name_beside_it_adds_nothing() -> None:
    assert named_beside("单位", "单位北溪县设计院派人") is None
    assert named_beside("设计单位", "设计单位派人") is None
