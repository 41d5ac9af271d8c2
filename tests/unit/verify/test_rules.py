from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.text.script import to_traditional
from rag.text.sentences import split_sentences
from rag.verify import RuleVerifier

SEEDS = Path(__file__).parents[3] / "seeds"
SENTENCES = [
    text[start:end]
    for page in sorted(SEEDS.glob("*.txt"))
    for text in [page.read_text(encoding="utf-8")]
    for start, end in split_sentences(text)
    if end - start >= 12
]

EVIDENCE = (
    "截至六月底，该县为23家企业提供4180万元的过桥资金支持。"
    "副县长方志远带队调研，局长马立群参加。"
    "园区党员达到860人，较上年增长12%。"
    "其中单独组建党组织9个，联合组建4个。"
    "建队31年来，全队没有发生一起违法违纪案件。"
    "“春风工程”提升服务，以“暖心绿”打造服务品牌。"
)


def label(claim: str, *evidence: str) -> str:
    return RuleVerifier().verify(claim, evidence or (EVIDENCE,)).label


@settings(max_examples=60)
@given(st.sampled_from(SENTENCES), st.data())
def test_what_the_text_says_word_for_word_is_supported(sentence: str, data: st.DataObject) -> None:
    others = data.draw(st.lists(st.sampled_from(SENTENCES), max_size=3))
    verdict = RuleVerifier().verify(sentence, [*others, f"前文。{sentence}后文。"])
    assert verdict.label == "supported"
    assert verdict.reason is None


@settings(max_examples=30)
@given(st.sampled_from(SENTENCES))
def test_a_claim_in_the_other_script_is_supported(sentence: str) -> None:
    assert label(to_traditional(sentence), sentence) == "supported"


@given(st.text(max_size=40), st.lists(st.text(max_size=60), max_size=3))
def test_quotes_point_into_the_evidence_and_only_faults_have_reasons(claim: str, evidence: list[str]) -> None:
    verdict = RuleVerifier().verify(claim, evidence)
    assert all(0 <= quote.start < quote.end <= len(evidence[quote.evidence]) for quote in verdict.quotes)
    assert (verdict.reason is None) == (verdict.label == "supported")
    assert verdict.label == "unsupported" or verdict.quotes


@pytest.mark.parametrize(
    "claim",
    [
        "该县为23家企业提供了0.418亿元过桥资金支持",
        "园区党员有860名",
        "园区党员较上年增加百分之十二",
        "副縣長方志遠帶隊調研",
        "以“暖心绿”打造服务品牌的是“春风工程”",
        "联合组建了4个党组织",
    ],
)
def test_other_dress_and_other_words_are_supported(claim: str) -> None:
    assert label(claim) == "supported"


@pytest.mark.parametrize(
    ("claim", "named"),
    [
        ("园区党员达到870人", "870人"),
        ("该县为23家企业提供4180亿元的过桥资金支持", "4180亿元"),
        ("联合组建9个", "9个"),
        ("截至七月底，该县为23家企业提供过桥资金支持", "七月"),
        ("副县长方志选带队调研", "方志选"),
        ("园区党员较上年下降12%", "下降"),
        ("全队发生一起违法违纪案件", "没有"),
        ("副县长方志远没有带队调研", "没有"),
        ("“夏雨工程”提升服务", "夏雨工程"),
        ("中央银行宣布下调存款准备金率", "没有"),
    ],
)
def test_an_altered_claim_is_unsupported_and_the_reason_names_what_is_wrong(claim: str, named: str) -> None:
    verdict = RuleVerifier().verify(claim, [EVIDENCE])
    assert verdict.label == "unsupported"
    assert named in (verdict.reason or "")


def test_a_figure_cut_out_of_another_is_not_word_for_word() -> None:
    assert label("0人参加", "共50人参加。") == "unsupported"


def test_what_follows_a_negation_is_not_word_for_word() -> None:
    assert label("发现问题", "检查未发现问题。") == "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [("调解纠纷600件", "调解纠纷600余件。"), ("参加活动的有90余人", "参加活动的有90人。")],
)
def test_exact_against_approximate_is_partial(claim: str, evidence: str) -> None:
    assert label(claim, evidence) == "partial"


def test_a_swapped_word_in_a_copied_sentence_is_not_supported() -> None:
    assert label("大力发展竹编、茶叶等特色产业", "大力发展蚕桑、茶叶等特色产业。") == "partial"


def test_nothing_to_check_is_unsupported() -> None:
    assert label("……") == "unsupported"
    assert RuleVerifier().verify("有内容", []).label == "unsupported"
