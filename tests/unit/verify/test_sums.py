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
