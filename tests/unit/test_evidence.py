"""What a question is answered from: found passages read on into their neighbours, every character where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import Chunker
from rag.evidence import with_neighbours
from rag.mapping import MappedText, Run
from rag.models import Article, Evidence, Part, Passage, Ranking
from rag.text.sentences import split_sentences
from rag.verify.draft import cite

SENTENCE = st.text(alphabet="城乡水稻收成好，3", min_size=1, max_size=40).map(lambda words: f"{words}。")
TEXTS = st.lists(SENTENCE, min_size=1, max_size=12).map("".join)
GAP = "［广告］"


def count_tokens(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def article_of(text: str, cut: int, name: str = "art_1") -> tuple[Article, str]:
    """An article that something else on the page interrupts at ``cut``, and the page."""
    runs = tuple(run for run in (Run(0, 0, cut), Run(cut, cut + len(GAP), len(text) - cut)) if run.length)
    article = Article(name, "doc_1", mapped=MappedText(text, runs), parts=(Part("body", 0, len(text)),), kind="article")
    return article, text[:cut] + GAP + text[cut:]


def evidence_of(article: Article, page: str, passage: Passage, rank: int) -> Evidence:
    return Evidence(passage, article, "page.txt", page, 1.0 / rank, rank)


@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    """Some passages of two articles, in any order."""
    found: list[Evidence] = []
    for name in ("art_1", "art_2"):
        text = draw(TEXTS)
        article, page = article_of(text, draw(st.integers(0, len(text))), name)
        passages = Chunker(count_tokens, 60, 500).chunk(article)
        found += [evidence_of(article, page, one, 1) for one in passages if draw(st.booleans())]
    shuffled = draw(st.permutations(found))
    return Ranking(tuple(replace(one, rank=rank) for rank, one in enumerate(shuffled, 1)))


def spans(ranking: Ranking) -> list[tuple[str, int, int]]:
    return [(one.article.article_id, one.passage.start, one.passage.end) for one in ranking.evidence]


@given(rankings(), st.integers(0, 120), st.data())
def test_what_is_read_on_is_quoted_where_it_stands(ranking: Ranking, chars: int, data: st.DataObject) -> None:
    for found in with_neighbours(ranking, chars).evidence:
        passage = found.passage
        assert passage.text == found.article.text[passage.start : passage.end]
        start = data.draw(st.integers(0, len(passage.text) - 1))
        end = data.draw(st.integers(start + 1, len(passage.text)))
        citation = cite(found, start, end, marker=1, score=1.0)
        assert "".join(found.document_text[low:high] for low, high in citation.source_spans) == citation.quote
        assert citation.quote.replace(GAP, "") == passage.text[start:end]


@given(rankings(), st.integers(1, 120))
def test_whole_sentences_are_added_and_no_more_than_asked(ranking: Ranking, chars: int) -> None:
    before = spans(ranking)
    for found, (name, start, end) in zip(
        with_neighbours(ranking, chars).evidence, spans(with_neighbours(ranking, chars)), strict=True
    ):
        held = [(low, high) for other, low, high in before if other == name and start <= low and high <= end]
        assert min(low for low, _ in held) - start <= chars
        assert end - max(high for _, high in held) <= chars
        sentences = split_sentences(found.article.text)
        assert start in {low for low, _ in sentences} | {low for low, _ in held}
        assert end in {high for _, high in sentences} | {high for _, high in held}


@given(rankings(), st.integers(0, 120))
def test_nothing_found_is_lost_and_no_character_is_shown_twice(ranking: Ranking, chars: int) -> None:
    after = with_neighbours(ranking, chars)
    for name, start, end in spans(ranking):
        assert any(other == name and low <= start and end <= high for other, low, high in spans(after))
    for one, other in combinations(spans(after), 2):
        assert one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1]
    assert [one.rank for one in after.evidence] == list(range(1, len(after.evidence) + 1))


@given(rankings(), st.integers(0, 120))
def test_the_best_stays_first_under_its_own_score(ranking: Ranking, chars: int) -> None:
    best, *_ = (*ranking.evidence, None)
    after = with_neighbours(ranking, chars).evidence
    if best is not None:
        assert (after[0].passage.passage_id, after[0].score) == (best.passage.passage_id, best.score)


@given(rankings())
def test_without_neighbours_the_ranking_is_what_was_found(ranking: Ranking) -> None:
    assert with_neighbours(ranking, 0) == ranking


def test_passages_whose_neighbours_meet_become_one() -> None:
    text = "".join(f"第{number}句话说到这里为止。" for number in "一二三四五六七八九")
    article, page = article_of(text, 0)
    first, second, *_ = passages = Chunker(count_tokens, 25, 500).chunk(article)
    apart = Ranking((evidence_of(article, page, passages[-1], 1), evidence_of(article, page, first, 2)))
    assert len(with_neighbours(apart, 11).evidence) == 2
    meeting = Ranking((evidence_of(article, page, second, 1), evidence_of(article, page, first, 2)))
    (one,) = with_neighbours(meeting, 11).evidence
    assert one.passage.passage_id == second.passage_id
    assert one.passage.text == text[: second.end + 11]


def test_two_readings_of_an_article_that_was_corrected_between_are_never_mixed() -> None:
    old, page = article_of("水稻收成好。城乡都好。", 0)
    new, _ = article_of("小麦收成不好。城乡都好。", 0)
    both = Ranking(tuple(evidence_of(one, page, Passage.of(one, 0, 6), rank) for rank, one in enumerate((old, new), 1)))
    assert len(with_neighbours(both, 50).evidence) == 2
