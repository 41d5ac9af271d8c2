"""Sums and differences over the quoted sentences: allowed where the claim says so, shown, and checked."""

from __future__ import annotations

import pytest

from rag.verify import RuleVerifier

EVIDENCE = ["石桥镇投资300万元修路,投资200万元建渡口。两项工程涉及5个村。", "石桥镇有企业12家,青山镇有企业9家。"]


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("石桥镇修路和建渡口共投资500万元", "合计：300万元＋200万元＝500万元"),
        ("石桥镇修路和建渡口共投资0.05亿元", "合计：300万元＋200万元＝0.05亿元"),
        ("石桥镇和青山镇共有企业21家", "合计：12家＋9家＝21家"),
        ("石桥镇的企业比青山镇多3家", "相差：12家－9家＝3家"),
        ("石桥镇企业12家,多于青山镇的9家", "比较：12家＞9家"),
        ("青山镇企业9家,少于石桥镇的12家", "比较：9家＜12家"),
    ],
)
def test_what_follows_by_sum_or_difference_is_supported_and_shown(claim: str, shown: str) -> None:
    verdict = RuleVerifier().verify(claim, EVIDENCE)
    assert (verdict.label, verdict.reason) == ("supported", shown)


@pytest.mark.parametrize(
    "claim", ["石桥镇修路和建渡口共投资600万元", "石桥镇的企业比青山镇多4家", "石桥镇修路投资500万元"]
)
def test_a_wrong_sum_or_one_the_claim_does_not_call_a_sum_is_not_supported(claim: str) -> None:
    assert RuleVerifier().verify(claim, EVIDENCE).label != "supported"


def test_figures_set_one_over_the_other_must_stand_so() -> None:
    verdict = RuleVerifier().verify("青山镇企业9家,多于石桥镇的12家", EVIDENCE)
    assert verdict.label == "unsupported"
    assert "比较不成立" in (verdict.reason or "")


def test_both_sentences_a_difference_rests_on_are_quoted() -> None:
    evidence = ["石桥镇去年新修水渠40公里,群众满意。", "青山镇今年新修道路25公里。"]
    verdict = RuleVerifier().verify("石桥镇新修水渠40公里,比青山镇新修道路的25公里多15公里", evidence)
    assert (verdict.label, {quote.evidence for quote in verdict.quotes}) == ("supported", {0, 1})
