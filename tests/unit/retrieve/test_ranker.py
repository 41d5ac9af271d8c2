"""Ranking candidates: weights that follow the question, exact scores for both legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Hit
from rag.retrieve.alignment import Alignment
from rag.retrieve.legs import Found, Side
from rag.retrieve.ranker import ALIGNED, FixedWeight, FollowingQuestion
from rag.retrieve.weights import AGREEMENT, CALM_FACTOR, CROWDED_FACTOR, HELD, Features, crowding, weigh

NOTHING = Alignment(0.0, 0.0, 0.0)


def side(scores: Mapping[str, float], brought: Sequence[str]) -> Side:
    ordered = sorted(brought, key=lambda name: (-scores[name], name))
    return Side([Hit(name, scores[name], rank) for rank, name in enumerate(ordered, 1)], dict(scores))


def found(dense: Mapping[str, float], lexical: Mapping[str, float]) -> Found:
    return Found(side(dense, list(dense)), side(lexical, list(lexical)), {"大桥": 3.0, "通车": 2.0}, (), True)


def texts(**known: str) -> Mapping[str, str]:
    return known


def nowhere(ids: Sequence[str]) -> Mapping[str, tuple[str | None, str | None]]:
    return dict.fromkeys(ids, (None, None))


def test_words_in_one_place_win_where_scores_are_equal() -> None:
    both = found({"a": 0.8, "b": 0.8}, {"a": 5.0, "b": 5.0})
    together, apart = "大桥通车", "大桥" + "甲" * 200 + "通车"
    best, _ = FollowingQuestion().rank(both, lambda _: texts(a=apart, b=together), nowhere)
    assert [one.passage_id for one in best] == ["b", "a"]
    assert [one.score for one in best] == [1.0, 0.0]


def test_a_passage_that_one_leg_did_not_bring_counts_by_its_exact_score() -> None:
    dense, lexical = {"a": 0.80, "b": 0.90}, {"a": 5.0, "b": 4.9}
    only_lexical_brought_b = Found(side(dense, ["a"]), side(lexical, ["a", "b"]), {"大桥": 3.0}, (), True)
    best, _ = FollowingQuestion().rank(only_lexical_brought_b, lambda _: texts(a="", b=""), nowhere)
    assert [one.passage_id for one in best] == ["b", "a"]
    assert {one.passage_id: [leg.leg for leg in one.legs] for one in best} == {
        "a": ["dense", "lexical"],
        "b": ["lexical"],
    }


def test_what_one_store_has_lost_is_found_by_the_other() -> None:
    empty = Found(Side([], {}), side({"a": 5.0, "b": 1.0}, ["a", "b"]), {"大桥": 3.0}, (), True)
    best, _ = FollowingQuestion().rank(empty, lambda _: texts(a="大桥", b=""), nowhere)
    assert [one.passage_id for one in best] == ["a", "b"]


def test_what_is_not_visible_is_not_ranked() -> None:
    both = found({"a": 0.8, "b": 0.7}, {"a": 5.0, "b": 1.0})
    best, _ = FollowingQuestion().rank(both, lambda _: texts(b="大桥"), nowhere)
    assert [one.passage_id for one in best] == ["b"]


def test_candidates_beyond_those_looked_at_stay_behind_them_in_order() -> None:
    names = [f"p{at:03}" for at in range(ALIGNED + 5)]
    dense = {name: 0.9 - at / 1000 for at, name in enumerate(names)}
    best, _ = FollowingQuestion().rank(
        found(dense, dict.fromkeys(names, 1.0)), lambda ids: dict.fromkeys(ids, ""), nowhere
    )
    assert [one.passage_id for one in best] == names
    assert [one.score for one in best] == sorted((one.score for one in best), reverse=True)
    assert best[0].score == 1.0
    assert best[-1].score == 0.0


def test_a_missing_leg_leaves_the_other_alone_and_says_so() -> None:
    both = found({"a": 0.8}, {"a": 5.0, "b": 1.0})
    best, weighing = FollowingQuestion().rank(Found(None, both.lexical, {}, ("dense",), True), lambda _: {}, nowhere)
    assert ([one.passage_id for one in best], weighing.rule) == (["a", "b"], "lexical alone")
    best, weighing = FollowingQuestion().rank(Found(both.dense, None, {}, ("lexical",), True), lambda _: {}, nowhere)
    assert ([one.passage_id for one in best], weighing.rule) == (["a"], "dense alone")


def test_a_fixed_weight_blends_only_what_each_leg_brought() -> None:
    best, weighing = FixedWeight(0.4).rank(found({"a": 0.8, "b": 0.7}, {"b": 5.0, "c": 1.0}), lambda _: {}, nowhere)
    assert [(one.passage_id, one.score) for one in best] == [("b", 0.6), ("a", 0.4), ("c", 0.0)]
    assert (weighing.rule, weighing.dense) == ("fixed", 0.4)


@given(st.lists(st.floats(0, 20), max_size=40))
def test_crowding_is_a_share(scores: list[float]) -> None:
    assert 0.0 <= crowding(scores) <= 1.0 + 1e-9


def test_meaning_counts_more_where_words_do_not_tell_passages_apart() -> None:
    alike = Alignment(0.9, 0.9, 0.9)
    _, crowded = weigh([Features(0.8, 0.5, alike)] * 12)
    _, calm = weigh([Features(0.8, 0.5, alike)] + [Features(0.8, 0.0, NOTHING)] * 11)
    assert (crowded.dense, calm.dense) == (CROWDED_FACTOR, CALM_FACTOR)


def test_holding_the_questions_words_counts_where_words_tell_passages_apart() -> None:
    alike, holding = Alignment(0.5, 0.5, 0.5), Alignment(0.5, 0.5, 0.5, held=1.0)
    strangers = [Features(0.8, 0.0, NOTHING)] * 10
    (plain, held, *_), calm = weigh([Features(0.8, 0.5, alike), Features(0.8, 0.5, holding), *strangers])
    assert held - plain == pytest.approx(HELD)
    assert calm.held == HELD
    (plain, held, *_), crowded = weigh([Features(0.8, 0.5, alike), *[Features(0.8, 0.5, holding)] * 11])
    assert (held, crowded.held) == (plain, 0.0)


def test_where_words_do_not_tell_passages_apart_those_that_agree_come_first() -> None:
    def said(beside: str) -> Features:
        return Features(0.8, 0.5, Alignment(0.9, 0.9, 0.9, beside))

    strangers = [said(f"大桥,{name * 2}") for name in "甲乙丙丁戊己庚辛"]
    scores, weighing = weigh([*strangers, said("大桥,中铁承建"), said("中铁,大桥通车")], {"大桥": 3.0})
    assert min(scores[-2:]) > max(scores[:-2])
    assert weighing.agreement == AGREEMENT
    calm, weighing = weigh([said("中铁承建"), said("中铁建"), *[Features(0.8, 0.0, NOTHING)] * 8], {"大桥": 3.0})
    assert calm[0] == calm[1]
    assert weighing.agreement == 0


def test_a_question_that_finds_no_words_is_ranked_by_meaning() -> None:
    scores, _ = weigh([Features(0.7, 0.0, NOTHING), Features(0.8, 0.0, NOTHING)])
    assert scores[1] > scores[0]
