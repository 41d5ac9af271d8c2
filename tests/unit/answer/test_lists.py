"""A list is given whole: spelt-out terms, subheadings, bearers of one noun in several sentences."""

from __future__ import annotations

import pytest

from rag.answer import ExtractiveAnswerer
from rag.answer.lists import enumerated, named_beside, spelt_out
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


@pytest.mark.parametrize(
    ("question", "text", "items"),
    [
        ("新设备有哪些功能?", "新设备包含测温、测湿、报警、照明等功能,很受欢迎。", "新设备包含测温、测湿、报警、照明"),
        ("评选的村奖有哪几种?", "开展“勤奖”“善奖”“孝奖”等村奖评选。", "“勤奖”“善奖”“孝奖”"),
        ("新设备有哪些功能?", "新设备包含测温、测湿功能。", None),
        ("新设备有哪些功能?", "新设备在青溪镇、白石镇、石桥镇使用。", None),
        ("谁安装了新设备?", "新设备包含测温、测湿、报警、照明等功能。", None),
    ],
)
def test_a_sentence_that_lists_several_of_the_asked_noun(question: str, text: str, items: str | None) -> None:
    span = enumerated(analyse(question), text)
    assert (text[slice(*span)] if span else None) == items


def test_the_members_of_a_counted_term_are_told_one_by_one() -> None:
    page = (
        "石桥镇办好食堂",
        "石桥镇推行“三个坚持”,办好老年食堂。坚持选好人,公开招厨师。坚持定好价,每餐8元。坚持送好餐,每天上门。",
        (),
    )
    question = "石桥镇老年食堂的“三个坚持”是哪三个坚持?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(page))
    assert [claim.text for claim in draft.claims] == ["坚持选好人", "坚持定好价", "坚持送好餐"]


def test_a_term_is_not_spelt_out_by_fewer_sentences_than_it_counts() -> None:
    page = ("石桥镇办好食堂", "石桥镇推行“四个坚持”,办好老年食堂。坚持选好人,公开招厨师。坚持定好价,每餐8元。", ())
    question = "石桥镇老年食堂的“四个坚持”是什么?"
    draft = ExtractiveAnswerer(AnswerSettings()).answer(Query(question, question), evidence_of(page))
    assert all(not claim.text.startswith("坚持") for claim in draft.claims)


def test_places_told_in_articles_of_their_own_are_listed_from_each() -> None:
    pages = (
        ("茶文化节开幕", "4月2日,青溪镇举办茶文化节,游客很多。", ()),
        ("茶香飘来", "4月6日,白石镇举办茶文化节,茶农高兴。", ()),
        ("修桥", "石桥镇修好了桥。", ()),
    )
    question = "哪些乡镇举办了茶文化节?"
    draft = ExtractiveAnswerer(AnswerSettings(min_support=0.3)).answer(Query(question, question), evidence_of(*pages))
    told = "".join(claim.text for claim in draft.claims)
    assert "青溪镇" in told
    assert "白石镇" in told
    assert "石桥镇" not in told


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("主要查哪几类违规问题?", "违规问题"),
        ("村奖包括哪几种?", "村奖"),
        ("有哪些功能?", "功能"),
        ("实行哪四项制度?", "制度"),
    ],
)
def test_the_noun_a_list_is_of(question: str, noun: str) -> None:
    assert analyse(question).noun == noun
