from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.mapping import MappedText
from rag.models import Article, Draft, DraftClaim, Evidence, Passage, Pointer, Verdict
from rag.verify import Checked, RuleVerifier, check_draft, cite

SOURCE = "栏目甲\n\n县里修通\n\n了公路12条。广告\n新建学校3所，\n惠及860人。另有公园两座。"


def article() -> Article:
    """Two stretches cut out of a page: the first joined over a column break, an advert left out between."""
    first = SOURCE.index("县里")
    advert = SOURCE.index("广告")
    second = SOURCE.index("新建")
    gap = SOURCE.index("\n\n了")
    mapped = MappedText.from_pieces(
        SOURCE, [[(first, gap), (gap + 2, advert)], [(second, second + 7), (second + 8, len(SOURCE))]]
    )
    return Article("art_1", "doc_1", "article", mapped, (), title="县里修路", place="青山")


def evidence(start: int = 0, end: int | None = None) -> Evidence:
    piece = article()
    passage = Passage.of(piece, start, len(piece.text) if end is None else end)
    return Evidence(passage, piece, "page.txt", SOURCE, 0.8, 1)


def check(*claims: DraftClaim, shown: Sequence[Evidence] | None = None, markers: bool = True) -> Checked:
    return check_draft(Draft(claims, "extractive"), shown or [evidence()], RuleVerifier(), markers=markers)


def test_a_citation_is_the_source_although_the_column_broke() -> None:
    checked = check(DraftClaim("县里修通了公路12条。", (Pointer(0, "县里修通了公路12条"),), "12条"))
    (citation,) = checked.citations
    assert checked.text == "县里修通了公路12条[1]。"
    assert citation.quote == "县里修通了公路12条"
    assert "".join(SOURCE[start:end] for start, end in citation.source_spans) == citation.quote
    assert len(citation.source_spans) == 2
    (claim,) = checked.claims
    assert checked.text[claim.start : claim.end] == claim.text == "县里修通了公路12条"
    assert claim.answer_span is not None
    assert checked.text[slice(*claim.answer_span)] == "12条"


def test_a_claim_without_end_mark_gets_one_after_its_markers() -> None:
    assert check(DraftClaim("新建学校3所", (Pointer(0, "新建学校3所"),))).text == "新建学校3所[1]。"


def test_plain_text_has_no_markers_and_a_stop_between_claims() -> None:
    checked = check(DraftClaim("新建学校3所", ()), DraftClaim("另有公园两座", ()), markers=False)
    assert checked.text == "新建学校3所。另有公园两座"
    assert [checked.text[claim.start : claim.end] for claim in checked.claims] == ["新建学校3所", "另有公园两座"]


def test_an_unsupported_claim_is_dropped_with_its_reason() -> None:
    checked = check(DraftClaim("新建学校5所。", (Pointer(0, "新建学校3所"),)), DraftClaim("另有公园两座。", ()))
    assert checked.text == "另有公园两座[1]。"
    assert len(checked.dropped) == 1
    assert "新建学校5所" in checked.dropped[0]
    assert "5所" in checked.dropped[0].split("（", 1)[1]


def test_an_invented_pointer_is_not_cited() -> None:
    checked = check(DraftClaim("另有公园两座。", (Pointer(0, "公园共有九座"), Pointer(7, "另有公园两座"))))
    assert [citation.quote for citation in checked.citations] == ["另有公园两座"]


def test_equal_citations_share_a_marker_and_numbers_follow_first_use() -> None:
    pointer = Pointer(0, "新建学校3所，惠及860人")
    checked = check(
        DraftClaim("惠及860人。", (pointer,)),
        DraftClaim("另有公园两座。", (Pointer(0, "另有公园两座"),)),
        DraftClaim("新建学校3所。", (pointer,)),
    )
    assert checked.text == "惠及860人[1]。另有公园两座[2]。新建学校3所[1]。"
    assert [citation.marker for citation in checked.citations] == [1, 2]


def test_a_quote_over_a_break_becomes_one_citation_a_stretch() -> None:
    text = article().text
    checked = check(DraftClaim("县里修通了公路12条。新建学校3所。", (Pointer(0, text[: text.index("，")]),)))
    assert [citation.quote for citation in checked.citations] == ["县里修通了公路12条。", "新建学校3所"]
    assert checked.claims[0].citations == (1, 2)


def test_a_traditional_draft_about_a_simplified_page_is_located() -> None:
    checked = check(DraftClaim("新建學校3所。", (Pointer(0, "新建學校3所"),), "3所"))
    assert checked.citations[0].quote == "新建学校3所"
    assert checked.claims[0].answer_span is not None


def test_markers_a_model_wrote_are_replaced_by_checked_ones() -> None:
    assert check(DraftClaim("另有公园两座[9]。", ())).text == "另有公园两座[1]。"


def test_a_supported_claim_without_quotes_is_not_said() -> None:
    class Gullible:
        def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
            return Verdict("supported", None)

    checked = check_draft(Draft((DraftClaim("月亮是方的。", ()),), "m"), [evidence()], Gullible(), markers=True)
    assert checked.text == ""
    assert checked.dropped


def test_the_nearest_evidence_of_an_abstention_is_cited_the_same_way() -> None:
    shown = evidence()
    citation = cite(shown, 0, 4, marker=1, score=0.5)
    assert (citation.quote, citation.title, citation.place, citation.score) == ("县里修通", "县里修路", "青山", 0.5)


@settings(max_examples=60)
@given(st.data())
def test_every_citation_equals_the_document_at_its_spans(data: st.DataObject) -> None:
    text = article().text
    low = data.draw(st.integers(0, len(text) - 1))
    high = data.draw(st.integers(low + 1, len(text)))
    shown = evidence(low, high)
    claims = tuple(
        DraftClaim(quote, (Pointer(0, quote),))
        for start in data.draw(st.lists(st.integers(0, high - low), max_size=3))
        for quote in [shown.passage.text[start : start + data.draw(st.integers(1, 20))]]
    )
    for markers in (True, False):
        checked = check(*claims, shown=[shown], markers=markers)
        for citation in checked.citations:
            assert "".join(SOURCE[start:end] for start, end in citation.source_spans) == citation.quote
        assert all(checked.text[claim.start : claim.end] == claim.text for claim in checked.claims)
        assert {number for claim in checked.claims for number in claim.citations} == {
            citation.marker for citation in checked.citations
        }
