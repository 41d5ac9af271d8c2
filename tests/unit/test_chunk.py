"""Passages: whole sentences, within both limits, nothing lost and nothing twice."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import MAX_CONTEXT_CHARS, Chunker, index_text
from rag.mapping import MappedText
from rag.models import Article, Part, Passage


def count_tokens(texts: Sequence[str]) -> list[int]:
    """One token a character and three for prefix and special tokens, as an encoder counts."""
    return [len(text) + 3 for text in texts]


def article_of(text: str, **fields: object) -> Article:
    known = {"parts": (Part("body", 0, len(text)),), "kind": "article", **fields}
    return Article("art_1", "doc_1", mapped=MappedText.whole(text), **known)  # type: ignore[arg-type]


TEXTS = st.text(alphabet="城乡水稻收成好，。！？；：“”（）\n 3.5a", max_size=400)


@given(TEXTS, st.integers(5, 80), st.integers(5, 80))
def test_passages_cover_everything_but_white_space_in_order_without_overlap(text: str, chars: int, tokens: int) -> None:
    passages = Chunker(count_tokens, chars, tokens + 3).chunk(article_of(text))
    end = 0
    left_out = ""
    for passage in passages:
        assert passage.start >= end
        left_out += text[end : passage.start]
        end = passage.end
    left_out += text[end:]
    assert not left_out.strip()


@given(TEXTS, st.integers(5, 80), st.integers(8, 80))
def test_every_passage_is_a_slice_within_both_limits(text: str, chars: int, tokens: int) -> None:
    article = article_of(text)
    chunker = Chunker(count_tokens, chars, tokens)
    for passage in chunker.chunk(article):
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert len(passage.text) <= chars
        assert count_tokens([chunker.index_text(article, passage)])[0] <= tokens


@given(TEXTS, st.text(alphabet="标题", max_size=200))
def test_the_headline_context_counts_towards_the_token_limit(text: str, title: str) -> None:
    article = article_of(text, title=title)
    chunker = Chunker(count_tokens, 100, 32)
    for passage in chunker.chunk(article):
        assert count_tokens([chunker.index_text(article, passage)])[0] <= 32


def test_a_long_headline_leaves_short_passages_their_room() -> None:
    article = article_of("今年收成好。" * 20, title="标题" * 200)
    chunker = Chunker(count_tokens, 100, 32)
    assert min(len(passage.text) for passage in chunker.chunk(article)) >= 12
    assert len(chunker.index_text(article, chunker.chunk(article)[0])) <= 32
    assert len(index_text(article, Passage.of(article, 0, 6))) == MAX_CONTEXT_CHARS + 1 + 6


def test_an_article_within_the_limits_is_one_passage() -> None:
    text = "大桥通车\n本报讯　昨日大桥通车。市民说好。"
    (passage,) = Chunker(count_tokens, 700, 500).chunk(article_of(text))
    assert passage.text == text


def test_a_longer_article_is_cut_between_sentences_into_even_slices() -> None:
    sentence = "今年全市粮食播种面积稳中有增。"
    passages = Chunker(count_tokens, 100, 500).chunk(article_of(sentence * 8))
    assert [len(passage.text) for passage in passages] == [60, 60]


def test_a_sentence_too_long_for_a_passage_is_cut_at_its_clauses() -> None:
    text = "一" * 30 + "，" + "二" * 30 + "，" + "三" * 30 + "。"
    passages = Chunker(count_tokens, 70, 500).chunk(article_of(text))
    assert [passage.text[-1] for passage in passages] == ["，", "。"]


def test_text_without_any_mark_is_still_cut_within_the_limits() -> None:
    passages = Chunker(count_tokens, 50, 500).chunk(article_of("稻" * 1001))
    assert sum(len(passage.text) for passage in passages) == 1001
    assert max(len(passage.text) for passage in passages) <= 50


def test_furniture_and_repeated_pieces_give_no_passage() -> None:
    chunker = Chunker(count_tokens, 700, 500)
    assert chunker.chunk(article_of("责编 某某", kind="furniture")) == ()
    assert chunker.chunk(article_of("同一张照片。", duplicate_of="art_0")) == ()
    assert chunker.chunk(article_of(" \n ")) == ()


def test_index_text_adds_what_the_passage_does_not_hold_itself() -> None:
    text = "大桥通车\n昨日通车。\n市民称赞。"
    parts = (Part("headline", 0, 4), Part("body", 5, 10), Part("body", 11, 16))
    article = article_of(text, parts=parts, title="大桥通车", place="临江", published="2024-03-05")
    first, second = Passage.of(article, 0, 10), Passage.of(article, 11, 16)
    assert index_text(article, first) == "临江 2024年3月5日\n大桥通车\n昨日通车。"
    assert index_text(article, second) == "大桥通车 临江 2024年3月5日\n市民称赞。"


def test_index_text_writes_a_date_of_unknown_year_without_one() -> None:
    article = article_of("昨日通车。", published="11-02")
    assert index_text(article, Passage.of(article, 0, 5)) == "11月2日\n昨日通车。"


def test_the_fingerprint_names_the_limits() -> None:
    assert Chunker(count_tokens, 700, 500).fingerprint == Chunker(count_tokens, 700, 500).fingerprint
    assert Chunker(count_tokens, 700, 500).fingerprint != Chunker(count_tokens, 700, 400).fingerprint


def test_index_text_is_simplified_while_the_passage_keeps_its_script() -> None:
    article = article_of("大橋昨日通車。", title="城鄉新貌")
    (passage,) = Chunker(count_tokens, 700, 500).chunk(article)
    assert passage.text == "大橋昨日通車。"
    assert index_text(article, passage) == "城乡新貌\n大桥昨日通车。"
