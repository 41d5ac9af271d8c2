"""Providers' own citations: read as claims to be checked, never as truth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rag.adapters.native import Cited, cited_in, native_claims
from rag.models import Pointer


def _message(content: str = "", **fields: Any) -> SimpleNamespace:
    return SimpleNamespace(content=content, **fields)


def test_blocks_with_cited_words_become_claims_with_quotes() -> None:
    block = [
        {"type": "char_location", "cited_text": "馆内有藏书三万册", "supported_text": "藏书三万册。"},
        {"type": "char_location", "cited_text": "座位五百个", "supported_text": "藏书三万册。"},
    ]
    empty = [{"type": "char_location", "cited_text": "", "supported_text": "没有出处"}]
    message = _message(provider_specific_fields={"citations": [block, empty, []]})
    assert cited_in(message) == (Cited("藏书三万册。", ("馆内有藏书三万册", "座位五百个")),)


def test_annotated_stretches_mark_their_sentences_and_no_other() -> None:
    content = "藏书三万册。天气很好。座位五百个。"
    annotations = [
        {"type": "url_citation", "url_citation": {"start_index": 2, "end_index": 4}},
        {"type": "url_citation", "url_citation": {"start_index": 4, "end_index": 5}},
        {"type": "url_citation", "url_citation": {"start_index": 13, "end_index": 15}},
        {"type": "file_citation"},
    ]
    assert cited_in(_message(content, annotations=annotations)) == (
        Cited("藏书三万册。", ()),
        Cited("座位五百个。", ()),
    )


def test_a_message_without_citations_cites_nothing() -> None:
    assert cited_in(_message("{}")) == ()
    assert cited_in(_message("{}", provider_specific_fields=None, annotations=None)) == ()


def test_a_quote_points_at_the_passage_that_holds_it_and_an_invented_one_nowhere() -> None:
    texts = ["别的消息。", "館內有藏書三萬冊,座位五百個。"]
    [claim] = native_claims([Cited("藏书三万册", ("馆内有藏书三万册", "馆长出席"))], texts)
    assert claim.pointers == (Pointer(1, "馆内有藏书三万册"),)
