"""The reranker's place in the ranking: what it reads, what it moves, what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import Chunker
from rag.index import Index
from rag.ledger import Ledger
from rag.models import Query, Ranking
from rag.protocols import Reading
from rag.retrieve import AnsweringReranker, Retriever
from rag.retrieve.blend import Blended
from rag.retrieve.lift import lifted
from rag.retrieve.rerank import Reranking
from rag.serialise import ranking_json
from rag.settings import RetrieveSettings
from rag.terminal import print_ranking
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex, make_document, one_line_one_article


class ScriptedReranker:
    """Scores by what a text holds; remembers what it was asked."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self.scores = scores
        self.read: list[str] = []

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        assert query
        self.read.extend(texts)
        return [next((score for part, score in self.scores.items() if part in text), 0.0) for text in texts]


_SCORES = (1.0, 0.8, 0.7, 0.6, 0.3, 0.2, 0.1, 0.0)
BLENDED = [Blended(name, score, ()) for name, score in zip("dbacefgh", _SCORES, strict=True)]


def reranking(reranker: ScriptedReranker, most: int, gone: str = "", adds: float | None = None) -> Reranking:
    return Reranking(reranker, "问", most, lambda ids: {name: name for name in ids if name not in gone}, adds)


def names(blended: Sequence[Blended]) -> str:
    return "".join(one.passage_id for one in blended)


def test_only_the_best_are_read_and_the_rest_stay_behind_them() -> None:
    reranker = ScriptedReranker({"c": 9.0, "a": 5.0, "h": 99.0})
    found = reranking(reranker, 4).reordered(BLENDED)
    assert names(found) == "cadbefgh"
    assert reranker.read == list("dbac")
    assert [one.reranked for one in found] == [9.0, 5.0, 0.0, 0.0, None, None, None, None]


def test_ties_stay_as_they_stood_and_still_do_after_dates_and_places_were_weighed() -> None:
    found = reranking(ScriptedReranker({}), 5).reordered(BLENDED)
    assert names(found) == "dbacefgh"
    assert names(lifted(found, (), {}, 0.02)) == "dbacefgh"


def test_a_passage_is_read_once_however_often_candidates_are_asked_for() -> None:
    reranker = ScriptedReranker({"c": 9.0})
    asked = reranking(reranker, 4)
    assert asked.reordered(BLENDED) == asked.reordered(BLENDED)
    assert reranker.read == list("dbac")


def test_a_passage_whose_text_is_gone_is_left_out() -> None:
    assert names(reranking(ScriptedReranker({"c": 1.0}), 3, gone="b").reordered(BLENDED)) == "dacefgh"


@given(st.lists(st.floats(-30, 30, width=32), min_size=8, max_size=8), st.integers(2, 12))
def test_nothing_is_lost_and_scores_fall_within_bounds(scores: list[float], most: int) -> None:
    found = reranking(ScriptedReranker(dict(zip("abcdefgh", scores, strict=True))), most).reordered(BLENDED)
    assert sorted(names(found)) == sorted(names(BLENDED))
    final = [one.score for one in found]
    assert final == sorted(final, reverse=True)
    assert all(0 <= score <= 1 for score in final)


def test_what_is_added_outweighs_a_narrow_lead_and_not_a_wide_one() -> None:
    scores = {"b": 1.0, "e": 1.0}
    assert names(reranking(ScriptedReranker(scores), 5, adds=0.5).reordered(BLENDED)) == "bdeacfgh"
    assert names(reranking(ScriptedReranker(scores), 5, adds=0.0).reordered(BLENDED)) == "dbacefgh"


def test_the_reader_reads_fewer_than_another_reranker_unless_set_otherwise() -> None:
    assert RetrieveSettings(reranker="folder").reread == 20
    assert RetrieveSettings(reranker="reader").reread == 10
    assert RetrieveSettings(reranker="reader", reranked=30).reread == 30


class ScriptedReader:
    """Answers with the first character, the more surely the longer the text."""

    def read(self, question: str, texts: Sequence[str]) -> list[list[Reading]]:
        assert question
        return [[Reading(0, 1, float(len(text))), Reading(1, 2, -9.0)] if text.strip() else [] for text in texts]


def test_a_text_is_worth_its_likeliest_answer_and_a_blank_one_less_than_any() -> None:
    scores = AnsweringReranker(ScriptedReader()).score("问", ["河水上涨", " ", "河"])
    assert 1 > scores[0] > scores[2] > 0.5 > scores[1] == 0


def ranked(folder: Path, reranker: ScriptedReranker | None, **settings: int) -> Ranking:
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    try:
        vectors, terms, embedder = MemoryVectorIndex(), MemoryLexicalIndex(), HashingEmbedder()
        chunker = Chunker(embedder.count_tokens, 30, 100)
        index = Index(ledger, vectors, terms, embedder, chunker, one_line_one_article, "default")
        index.ingest([make_document("河水上涨三米\n河水下降两米\n河水没有变化\n市场关闭")])
        limits = RetrieveSettings.model_validate(settings)
        retriever = Retriever(ledger, vectors, terms, embedder, limits, reranker=reranker)
        return retriever.retrieve(Query("河水上涨", "河水上涨"), 4)
    finally:
        ledger.close()


def test_a_search_follows_the_reranker_and_shows_its_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ranking = ranked(tmp_path, ScriptedReranker({"没有变化": 3.5, "下降": 1.25}))
    assert [found.passage.text for found in ranking.evidence][:2] == ["河水没有变化", "河水下降两米"]
    assert [found.rank for found in ranking.evidence] == [1, 2, 3, 4]
    assert ranking_json(ranking, explain=True)["results"][0]["reranked"] == 3.5
    assert "reranked" not in ranking_json(ranking)["results"][0]
    print_ranking(ranking, explain=True)
    assert "reranker 3.500" in capsys.readouterr().out


def test_without_a_reranker_nothing_is_reranked_or_shown(tmp_path: Path) -> None:
    ranking = ranked(tmp_path, None)
    assert ranking.evidence[0].passage.text == "河水上涨三米"
    assert all("reranked" not in row for row in ranking_json(ranking, explain=True)["results"])


def test_the_number_of_candidates_read_is_set(tmp_path: Path) -> None:
    reranker = ScriptedReranker({})
    ranked(tmp_path, reranker, reranked=2)
    assert len(reranker.read) == 2
