"""Summaries quote an article, keep to the length, put facts first and stand on their own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.mapping import MappedText
from rag.models import Article, ArticleKind, Draft, Part, PartRole, SummaryStyle
from rag.protocols import SummaryRequest
from rag.summarise import ExtractiveSummariser
from rag.summarise.choose import length_of

LONG_BODY = (
    "本报讯(记者 陈大江 通讯员 吴小雨)7月6日,青溪镇完成供水管网改造,12个村、3400余户居民用上自来水。"
    "近年来,该镇坚持以人民为中心,牢固树立大局意识,不断增强责任感,切实把好事办好、实事办实,奋力谱写乡村振兴新篇章。"
    "项目总投资860万元,新铺水管47公里,更换水表1200只。"
    "要进一步提高认识,要进一步强化责任,要进一步凝聚合力,确保各项工作落到实处、取得实效。"
    "他带领15名党员组成抢修队,漏损率由21%下降到8.5%。"
    "镇水务站站长许文涛说,大家的干劲更足了,村民也更加放心,往后还要把服务做得更细。"
)


def _article(*parts: tuple[PartRole, str], kind: ArticleKind = "article") -> Article:
    """An article of the parts given, one a line."""
    text = "\n".join(content for _, content in parts)
    spans: list[Part] = []
    at = 0
    for role, content in parts:
        spans.append(Part(role, at, at + len(content)))
        at += len(content) + 1
    title = next((content for role, content in parts if role == "headline"), None)
    return Article("art_1", "doc_1", kind, MappedText.whole(text), tuple(spans), title=title)


def _summarise(article: Article, max_chars: int = 100, style: SummaryStyle = "brief") -> Draft:
    return ExtractiveSummariser().summarise(SummaryRequest(article, "1.txt", max_chars, style))


def _text(draft: Draft) -> str:
    return "".join(claim.text for claim in draft.claims)


def _length(draft: Draft) -> int:
    return sum(length_of(claim.text) for claim in draft.claims)


WATERWORKS = _article(("headline", "青溪镇供水管网改造完工"), ("body", LONG_BODY))


@pytest.mark.parametrize("max_chars", [30, 60, 100, 150, 200])
def test_the_length_asked_is_kept(max_chars: int) -> None:
    draft = _summarise(WATERWORKS, max_chars)
    assert draft.claims
    assert _length(draft) <= max_chars


def test_facts_come_before_slogans() -> None:
    text = _text(_summarise(WATERWORKS, 110))
    assert "860万元" in text
    assert "3400余户" in text
    assert "新篇章" not in text
    assert "进一步" not in text


def test_a_summary_never_opens_with_the_dateline_and_the_reporters() -> None:
    for claim in _summarise(WATERWORKS, 200).claims:
        assert "本报讯" not in claim.text
        assert "通讯员" not in claim.text


def test_a_pronoun_never_stands_without_the_sentence_it_points_to() -> None:
    text = _text(_summarise(WATERWORKS, 90))
    assert not text.startswith("他")
    assert "。他带领" not in text or "更换水表1200只" in text


def test_claims_stand_in_the_order_of_the_article() -> None:
    draft = _summarise(WATERWORKS, 200)
    positions = [WATERWORKS.text.index(claim.text) for claim in draft.claims]
    assert positions == sorted(positions)
    assert all(claim.pointers[0].quote == claim.text for claim in draft.claims)


def test_an_article_shorter_than_the_limit_is_kept_whole() -> None:
    article = _article(("headline", "短讯"), ("body", "3月1日,白石镇种树500棵。全镇干部参加。"))
    assert [claim.text for claim in _summarise(article, 200).claims] == ["3月1日,白石镇种树500棵。", "全镇干部参加。"]


def test_the_headline_style_gives_the_printed_headline() -> None:
    assert _text(_summarise(WATERWORKS, 40, "headline")) == "青溪镇供水管网改造完工"


def test_the_headline_style_without_a_headline_gives_a_short_extract() -> None:
    draft = _summarise(_article(("body", LONG_BODY)), 100, "headline")
    assert 0 < _length(draft) <= 30


def test_bullets_keep_the_length_too() -> None:
    draft = _summarise(WATERWORKS, 120, "bullets")
    assert len(draft.claims) > 1
    assert _length(draft) <= 120


def test_a_caption_is_summarised_without_its_credit() -> None:
    caption = _article(
        ("body", "4月2日,白石镇小学的学生在校园里种树。"), ("credit", "本报记者 林晓 摄"), kind="photo_caption"
    )
    assert _text(_summarise(caption)) == "4月2日,白石镇小学的学生在校园里种树。"


def test_a_traditional_article_is_summarised_in_its_own_script() -> None:
    article = _article(
        ("headline", "青溪鎮供水管網改造完工"),
        (
            "body",
            (
                "本報訊(記者 陳大江)7月6日,青溪鎮完成供水管網改造,惠及3400餘戶。"
                "要進一步提高認識,要進一步強化責任,要凝聚合力。"
            ),
        ),
    )
    text = _text(_summarise(article, 45))
    assert "3400餘戶" in text
    assert "記者" not in text


def test_an_article_without_a_body_falls_back_on_its_headline() -> None:
    assert _text(_summarise(_article(("headline", "青溪镇供水管网改造完工")))) == "青溪镇供水管网改造完工"


def test_a_piece_without_any_sentence_is_declined() -> None:
    assert _summarise(_article(("byline", "记者 林晓"))).abstention == "no_evidence"


_BODY = st.text(alphabet="青溪镇他该投资500万元,，。；“”（）\n要坚持本报讯3月6日", max_size=120)


@settings(max_examples=80, deadline=None)
@given(_BODY, st.integers(20, 200))
def test_every_summary_is_verbatim_and_fits(body: str, max_chars: int) -> None:
    article = Article("art_1", "doc_1", "article", MappedText.whole(body), (Part("body", 0, len(body)),))
    draft = _summarise(article, max_chars)
    assert (draft.abstention is None) == bool(draft.claims)
    assert _length(draft) <= max_chars
    assert all(claim.text and claim.text in body for claim in draft.claims)
