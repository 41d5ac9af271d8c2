"""Retrieval: the blend, what may be found, and what happens when a leg is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import Chunker
from rag.errors import ModelUnavailableError, StoreError
from rag.index import Index
from rag.ledger import Ledger
from rag.mapping import MappedText
from rag.models import Article, Document, Evidence, Filters, Hit, Overlong, Passage, Query, Ranking
from rag.retrieve import Retriever, blend, interleaved, min_max
from rag.serialise import ranking_json
from rag.settings import RetrieveSettings
from tests.fakes import (
    HashingEmbedder,
    MemoryLexicalIndex,
    MemoryVectorIndex,
    make_document,
    one_line_one_article,
)

HERE = "default"


def hits(**scores: float) -> list[Hit]:
    ordered = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    return [Hit(name, score, rank) for rank, (name, score) in enumerate(ordered, 1)]


HITS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1, 50, width=32), max_size=8).map(lambda d: hits(**d))


# --- blending --------------------------------------------------------------------------------------------------------


@given(HITS)
def test_scaled_scores_keep_the_order_and_span_zero_to_one(found: list[Hit]) -> None:
    scaled = [min_max(found)[hit.passage_id] for hit in found]
    assert scaled == sorted(scaled, reverse=True)
    assert all(0 <= score <= 1 for score in scaled)
    if scaled:
        assert scaled[0] == 1


@given(HITS, HITS, st.floats(0, 1))
def test_a_blend_is_complete_ordered_and_within_bounds(dense: list[Hit], lexical: list[Hit], weight: float) -> None:
    blended = blend(dense, lexical, weight)
    assert {one.passage_id for one in blended} == {hit.passage_id for hit in [*dense, *lexical]}
    assert [(-one.score, one.passage_id) for one in blended] == sorted((-one.score, one.passage_id) for one in blended)
    assert all(0 <= one.score <= 1 + 1e-9 for one in blended)
    dense_of = {hit.passage_id: (hit.score, hit.rank) for hit in dense}
    for one in blended:
        legs = {leg.leg: (leg.score, leg.rank) for leg in one.legs}
        assert legs.get("dense") == dense_of.get(one.passage_id)


@given(HITS, HITS)
def test_the_weight_decides_between_the_legs(dense: list[Hit], lexical: list[Hit]) -> None:
    for leg, weight in ((dense, 1.0), (lexical, 0.0)):
        scores = {one.passage_id: one.score for one in blend(dense, lexical, weight)}
        assert scores == {**dict.fromkeys(scores, 0.0), **min_max(leg)}


def test_a_blend_is_the_weighted_mean_of_the_scaled_scores() -> None:
    dense, lexical = hits(a=0.9, b=0.8, c=0.5), hits(b=30.0, d=20.0, c=10.0)
    scores = {one.passage_id: round(one.score, 6) for one in blend(dense, lexical, 0.4)}
    assert scores == {"b": 0.4 * 0.75 + 0.6, "a": 0.4, "d": 0.3, "c": 0.0}


def test_equal_scores_are_ordered_by_id() -> None:
    assert [one.passage_id for one in blend(hits(b=1.0, a=1.0), hits(d=2.0, c=2.0), 0.5)] == ["a", "b", "c", "d"]


def test_a_leg_that_is_missing_leaves_the_other_its_full_weight() -> None:
    assert [(one.passage_id, one.score) for one in blend(None, hits(a=3.0, b=1.0), 0.4)] == [("a", 1.0), ("b", 0.0)]
    assert [one.score for one in blend(None, hits(a=3.0), 1.0)] == [1.0]


# --- searching -------------------------------------------------------------------------------------------------------


class House:
    """Stores with a few documents, and a retriever over them."""

    def __init__(self, folder: Path, candidates: int = 10) -> None:
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        self.vectors = MemoryVectorIndex()
        self.terms = MemoryLexicalIndex()
        self.embedder = HashingEmbedder(dim=256)
        chunker = Chunker(self.embedder.count_tokens, 30, 100)
        self.index = Index(self.ledger, self.vectors, self.terms, self.embedder, chunker, one_line_one_article, HERE)
        settings = RetrieveSettings(candidates=candidates)
        self.retriever = Retriever(self.ledger, self.vectors, self.terms, self.embedder, settings)

    def take_in(self, *documents: Document) -> None:
        self.index.ingest(documents)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.ledger.close()


def query(text: str, **filters: str) -> Query:
    return Query(text, text, Filters(**filters))  # type: ignore[arg-type]


def test_evidence_is_whole_ranked_and_says_where_each_leg_put_it(house: House) -> None:
    house.take_in(make_document("大桥昨日通车\n粮食喜获丰收"), make_document("地铁开工建设", name="b.txt"))
    ranking = house.retriever.retrieve(query("大桥何时通车"), 3)
    best = ranking.evidence[0]
    assert best.passage.text == best.article.text == "大桥昨日通车"
    assert (best.document, best.document_text) == ("a.txt", "大桥昨日通车\n粮食喜获丰收")
    assert [found.rank for found in ranking.evidence] == [1, 2, 3]
    assert {leg.leg: leg.rank for leg in best.legs} == {"dense": 1, "lexical": 1}
    assert best.score == 1.0
    assert best.cosine is not None
    assert best.cosine > 0.4
    assert ranking.degraded == ()


def test_the_standalone_question_is_what_is_searched(house: House) -> None:
    house.take_in(make_document("大桥昨日通车\n粮食喜获丰收"))
    ranking = house.retriever.retrieve(Query("那丰收呢", "大桥通车"), 1)
    assert ranking.evidence[0].passage.text == "大桥昨日通车"


def test_either_script_finds_the_other_by_meaning(house: House) -> None:
    house.take_in(make_document("大橋昨日通車\n粮食喜获丰收"))
    for simplified, traditional in (("大桥通车", "大橋通車"), ("粮食丰收", "糧食豐收")):
        found = [
            {one.passage.text: one.cosine for one in house.retriever.retrieve(query(text), 2).evidence}
            for text in (simplified, traditional)
        ]
        assert found[0] == found[1]


def test_an_empty_store_finds_nothing(house: House) -> None:
    assert house.retriever.retrieve(query("大桥"), 5).evidence == ()
    assert house.retriever.retrieve_documents(query("大桥"), 5) == []


def test_hits_the_ledger_does_not_show_are_dropped(house: House) -> None:
    house.take_in(make_document("大桥昨日通车"), make_document("大桥明日通车", name="b.txt"))
    first, _ = house.ledger.documents(HERE)
    house.ledger.tombstone(HERE, first.document_id)
    house.terms.upsert({"psg_stray": "大桥通车"})
    ranking = house.retriever.retrieve(query("大桥通车"), 5)
    assert [found.passage.text for found in ranking.evidence] == ["大桥明日通车"]
    assert ranking.evidence[0].rank == 1


def test_at_most_so_many_passages_of_one_article(house: House) -> None:
    house.take_in(make_document("大桥通车。" * 30), make_document("桥头小店", name="b.txt"))
    ranking = house.retriever.retrieve(query("大桥通车"), 5, 2)
    assert [found.document for found in ranking.evidence] == ["a.txt", "a.txt", "b.txt"]
    assert len(house.retriever.retrieve(query("大桥通车"), 5).evidence) == 5


def test_documents_are_counted_not_passages(house: House) -> None:
    """One article with more passages than a leg has candidates does not crowd out the other documents."""
    house.take_in(
        make_document("大桥通车。" * 400),
        make_document("大桥通车了", name="b.txt"),
        make_document("大桥头的小店", name="c.txt"),
    )
    found = house.retriever.retrieve_documents(query("大桥通车"), 3)
    assert sorted(name for name, _ in found) == ["a.txt", "b.txt", "c.txt"]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert len(house.retriever.retrieve(query("大桥通车"), 3, 1).evidence) == 3


def test_filters_limit_both_legs_and_undated_articles_are_counted(house: House) -> None:
    house.take_in(
        make_document("大桥通车一", name="1", published="2024-01-01"),
        make_document("大桥通车二", name="2", published="2024-02-01"),
        make_document("大桥通车三", name="3", published="02-01"),
    )
    ranking = house.retriever.retrieve(query("大桥通车", date_from="2024-01-15"), 5)
    assert [found.document for found in ranking.evidence] == ["2"]
    assert ranking.undated_left_out == 1
    nothing = house.retriever.retrieve(query("大桥通车", date_from="2025-01-01"), 5)
    assert (nothing.evidence, nothing.undated_left_out) == ((), 1)
    assert house.retriever.retrieve_documents(query("大桥通车", document="1"), 5) == [("1", 1.0)]
    assert house.retriever.retrieve_documents(query("大桥通车", place="苏州"), 5) == []


def test_a_search_from_what_is_kept_is_the_search_of_a_new_retriever(tmp_path: Path) -> None:
    house = House(tmp_path, candidates=30)
    places = [f"{side}城{kind}{number}号" for side in "东西南北" for kind in "桥路站" for number in range(9)]
    for at, place in enumerate(places):
        text = f"{place}昨日{'通车' if at % 2 else '开工'}\n工期{at}天，当地群众称便。"
        house.take_in(make_document(text, name=f"{at}.txt", published=f"2024-07-{at % 28 + 1:02d}"))
    asked = [
        query(f"{place}何时{verb}?7月{at % 28 + 1}日") for at, place in enumerate(places) for verb in ("通车", "开工")
    ]
    kept = [[house.retriever.retrieve(one, 10) for one in asked] for _ in range(2)]
    settings = RetrieveSettings(candidates=30)
    for at, one in enumerate(asked):
        new = Retriever(house.ledger, house.vectors, house.terms, house.embedder, settings).retrieve(one, 10)
        assert kept[0][at] == kept[1][at] == new
    house.ledger.close()


def test_a_search_asked_again_follows_what_was_deleted_replaced_and_taken_in(house: House) -> None:
    def shown(**filters: str) -> list[tuple[str, str]]:
        found = house.retriever.retrieve(query("大桥通车", **filters), 5).evidence
        return sorted((one.document, one.passage.text) for one in found)

    dated = {"date_from": "2024-01-01"}
    house.take_in(make_document("大桥通车一", name="1", published="2024-01-01"), make_document("大桥通车二", name="2"))
    for _ in range(2):
        assert (shown(), shown(**dated)) == ([("1", "大桥通车一"), ("2", "大桥通车二")], [("1", "大桥通车一")])
    house.take_in(make_document("大桥通车了", name="2", published="2024-02-01"))
    assert shown() == shown(**dated) == [("1", "大桥通车一"), ("2", "大桥通车了")]
    first, _ = house.ledger.documents(HERE)
    house.ledger.tombstone(HERE, first.document_id)
    assert shown() == shown(**dated) == [("2", "大桥通车了")]


def test_a_document_replaced_in_the_middle_of_a_search_is_found_in_its_new_form(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take_in(make_document("大桥昨日通车"))
    searching = house.vectors.search

    def replaced_right_after(*args: Any) -> list[Hit]:
        found = searching(*args)
        house.take_in(make_document("大桥明日通车"))
        return found

    monkeypatch.setattr(house.vectors, "search", replaced_right_after)
    ranking = house.retriever.retrieve(query("大桥通车"), 5)
    assert [found.passage.text for found in ranking.evidence] == ["大桥明日通车"]


# --- missing legs ----------------------------------------------------------------------------------------------------


def test_a_question_the_embedder_does_not_read_to_its_end_says_so(house: House) -> None:
    house.take_in(make_document("大桥昨日通车"))
    limit = house.embedder.max_tokens
    longest, longer = "桥" * (limit - 2), "桥" * (limit - 1)
    assert house.retriever.retrieve(query(longest), 3).overlong is None
    found = house.retriever.retrieve(query(longer), 3)
    assert found.overlong == Overlong(limit + 1, limit)
    assert ranking_json(found)["question_truncated"] == {"tokens": limit + 1, "limit": limit}
    assert interleaved([found, house.retriever.retrieve(query("大桥"), 3)], 3).overlong == found.overlong


@pytest.mark.parametrize("broken", ["embedder", "vectors", "terms"])
def test_a_failed_leg_is_flagged_and_logged_and_the_other_answers(
    house: House, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    house.take_in(make_document("大桥昨日通车\n粮食喜获丰收"))
    getattr(house, broken).fails = True
    ranking = house.retriever.retrieve(query("大桥通车"), 2)
    leg = "lexical" if broken == "terms" else "dense"
    assert ranking.degraded == (leg,)
    assert ranking.evidence[0].passage.text == "大桥昨日通车"
    assert ranking.evidence[0].score == 1.0
    assert f"the {leg} leg failed" in caplog.text
    assert "told to fail" in caplog.text


def test_when_both_legs_fail_the_error_is_raised(house: House) -> None:
    house.take_in(make_document("大桥昨日通车"))
    house.terms.fails = True
    house.embedder.fails = True
    with pytest.raises(ModelUnavailableError):
        house.retriever.retrieve(query("大桥通车"), 2)
    house.embedder.fails = False
    house.vectors.fails = True
    with pytest.raises(StoreError):
        house.retriever.retrieve(query("大桥通车"), 2)


def test_rankings_of_several_parts_are_interleaved_and_no_passage_comes_twice() -> None:
    def ranking(*names: str) -> Ranking:
        mapped = MappedText.whole("正文")
        article = Article("art", "doc", "article", mapped, ())
        return Ranking(
            tuple(
                Evidence(Passage(name, "art", "doc", 0, 2, "正文"), article, "a.txt", "正文", 0.5, rank)
                for rank, name in enumerate(names, 1)
            )
        )

    merged = interleaved([ranking("a", "b", "c"), ranking("b", "d"), ranking("e")], 4)
    assert [(found.passage.passage_id, found.rank) for found in merged.evidence] == [
        ("a", 1),
        ("b", 2),
        ("e", 3),
        ("d", 4),
    ]


# --- dates and places the question names -----------------------------------------------------------------------------


def test_articles_of_the_date_and_place_a_question_names_come_first_and_none_is_left_out(house: House) -> None:
    house.take_in(
        make_document("大桥昨日通车了", name="a.txt", published="2023-05-01", place="某市"),
        make_document("大桥昨日通车啦", name="b.txt", published="2023-07-07", place="苏州"),
        make_document("大桥昨日通车呀", name="c.txt"),
    )
    plain = house.retriever.retrieve(query("大桥通车"), 3)
    ranking = house.retriever.retrieve(query("2023年7月6日苏州市大桥通车"), 3)
    assert ranking.evidence[0].document == "b.txt"
    assert len(ranking.evidence) == len(plain.evidence) == 3
    weight = RetrieveSettings().soft_weight
    assert [found.raised for found in ranking.evidence] == [2 * weight, 0.0, 0.0]
    assert [(wish.kind, wish.words) for wish in ranking.soft_filters] == [("date", "2023年7月6日"), ("place", "苏州市")]
    assert plain.soft_filters == ()
    assert house.retriever.retrieve_documents(query("2023年7月6日大桥通车"), 1)[0][0] == "b.txt"
