"""The gate between drafts and readers: what is not supported does not pass, what passes leads to its source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.mapping import MappedText
from rag.models import Answer, Article, Draft, DraftClaim, Evidence, Part, Passage, Pointer, Query, Ranking
from rag.protocols import SummaryRequest
from rag.replies import checked_summary, verified_answer, whole_article
from rag.verify import RuleVerifier, check_draft

SOURCE = "大桥建成\n\n大桥全长1280\n米,投资3.5亿元。昨日通车的是南引桥。\n"
QUERY = Query("大桥多长?", "大桥多长?")


@pytest.fixture
def article() -> Article:
    mapped = MappedText.from_pieces(SOURCE, [[(0, 4)], [(6, 14), (15, 34)]])
    parts = (Part("headline", 0, 4), Part("body", 5, len(mapped.text)))
    return Article("art_1", "doc_1", "article", mapped, parts, title="大桥建成")


@pytest.fixture
def ranking(article: Article) -> Ranking:
    found = Evidence(Passage.of(article, 0, len(article.text)), article, "page.txt", SOURCE, 0.8, 1)
    return Ranking((found,))


def _draft(*claims: tuple[str, str]) -> Draft:
    return Draft(tuple(DraftClaim(text, (Pointer(0, quote),)) for text, quote in claims), "scripted")


def answered(ranking: Ranking, draft: Draft) -> Answer:
    checked = check_draft(draft, ranking.evidence, RuleVerifier(), markers=True)
    return verified_answer("ans_1", QUERY, ranking, draft, checked, corpus="sha256:x")


def test_a_supported_claim_leaves_with_a_quote_that_is_the_source(ranking: Ranking) -> None:
    answer = answered(ranking, _draft(("大桥全长1280米", "大桥全长1280米")))
    assert answer.answer == "大桥全长1280米[1]。"
    (citation,) = answer.citations
    assert citation.source_spans == ((6, 14), (15, 16))
    assert "".join(SOURCE[start:end] for start, end in citation.source_spans) == citation.quote == "大桥全长1280米"


def test_an_invented_figure_never_leaves_as_supported(ranking: Ranking) -> None:
    answer = answered(ranking, _draft(("大桥全长2180米", "大桥全长1280米")))
    assert not [claim for claim in answer.claims if claim.verdict == "supported"]
    assert answer.abstained
    assert any("2180" in dropped for dropped in answer.dropped)


def test_an_invented_quote_is_not_cited(ranking: Ranking) -> None:
    answer = answered(ranking, _draft(("市长出席了仪式", "市长出席了通车仪式并讲话")))
    assert answer.abstained
    assert answer.citations == ()


def test_a_draft_without_claims_becomes_an_abstention_with_the_nearest_sentence(ranking: Ranking) -> None:
    answer = answered(ranking, Draft((), "scripted", "not_stated"))
    assert answer.abstention is not None
    assert answer.abstention.code == "not_stated"
    assert "大桥全长1280米" in answer.abstention.nearest[0].quote


def test_a_summary_is_plain_text_whose_claims_point_into_it(article: Article) -> None:
    request = SummaryRequest(article, "page.txt", 200, "brief")
    draft = _draft(("大桥全长1280米", "大桥全长1280米"), ("昨日通车的是南引桥。", "昨日通车的是南引桥。"))
    summary = checked_summary(request, SOURCE, draft, RuleVerifier())
    assert summary.summary == "大桥全长1280米。昨日通车的是南引桥。"
    assert [summary.summary[claim.start : claim.end] for claim in summary.claims] == [
        claim.text for claim in summary.claims
    ]


def test_a_whole_article_is_evidence_for_itself(article: Article) -> None:
    assert whole_article(article, "page.txt", SOURCE).passage.text == article.text


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("2022-03-01", "2022-09-01"), "日期不同(2022-03-01与2022-09-01),可能是前后变化"),
        (("2022-03-01", "2022-03-01"), "日期相同(2022-03-01),说法互相矛盾"),
        ((None, "2022-03-01"), "日期未全部注明"),
    ],
)
def test_two_articles_that_give_one_fact_with_different_figures_are_a_conflict(
    article: Article, dates: tuple[str | None, str | None], said: str
) -> None:
    article = replace(article, published=dates[0])
    other_source = "大桥今日通车\n\n大桥全长1380米,投资3.5亿元。\n"
    mapped = MappedText.from_pieces(other_source, [[(0, 6)], [(8, len(other_source) - 1)]])
    other = Article(
        "art_2", "doc_2", "article", mapped, (Part("headline", 0, 6),), title="大桥今日通车", published=dates[1]
    )
    both = Ranking(
        (
            Evidence(Passage.of(article, 0, len(article.text)), article, "page.txt", SOURCE, 0.8, 1),
            Evidence(Passage.of(other, 0, len(other.text)), other, "other.txt", other_source, 0.7, 2),
        )
    )
    claims = tuple(
        DraftClaim(text, (Pointer(at, text),)) for at, text in enumerate(("大桥全长1280米", "大桥全长1380米"))
    )
    answer = answered(both, Draft(claims, "scripted"))
    assert len(answer.claims) == 2
    (conflict,) = answer.conflicts
    assert conflict.claims == (0, 1)
    assert "《大桥建成》" in conflict.reason
    assert "《大桥今日通车》" in conflict.reason
    assert "“1280米”" in conflict.reason
    assert said in conflict.reason
