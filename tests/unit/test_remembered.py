"""Rankings told again: only while nothing that they depend on has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.models import Filters, Query, Ranking
from rag.remembered import MAX_CHARS, RememberedRankings
from tests.unit.answer.newspaper import evidence_of

QUERY = Query("新桥全长多少米?", "新桥全长多少米?")


class Desk:
    """Who asks, and how often something was really looked for."""

    def __init__(self, found: Ranking) -> None:
        self.changes, self.today, self.looked, self.found = 0, date(2026, 11, 23), 0, found
        self.rankings = RememberedRankings(lambda: self.changes, lambda: self.today)

    def ask(self, query: Query = QUERY, k: int = 10, per_article: int | None = None) -> Ranking:
        return self.rankings.of(query, k, per_article, self._look)

    def _look(self) -> Ranking:
        self.looked += 1
        return self.found


@pytest.fixture
def desk() -> Desk:
    return Desk(Ranking(tuple(evidence_of(("河口修桥", "河口镇的新桥全长412米。", ())))))


def test_the_same_question_is_looked_for_once(desk: Desk) -> None:
    assert desk.ask() is desk.ask() is desk.ask(replace(QUERY, text="它全长多少米?"))
    assert desk.looked == 1


@pytest.mark.parametrize(
    ("query", "k", "per_article"),
    [
        (replace(QUERY, standalone="新桥何时通车?"), 10, None),
        (replace(QUERY, filters=Filters(place="河口镇")), 10, None),
        (replace(QUERY, collection="west"), 10, None),
        (QUERY, 11, None),
        (QUERY, 10, 2),
    ],
)
def test_whatever_else_is_asked_is_looked_for(desk: Desk, query: Query, k: int, per_article: int | None) -> None:
    desk.ask()
    desk.ask(query, k, per_article)
    assert desk.looked == 2


def test_a_write_and_a_new_day_make_it_be_looked_for_again(desk: Desk) -> None:
    desk.ask()
    desk.changes = 2
    desk.ask()
    desk.today = date(2026, 11, 24)
    desk.ask()
    desk.ask()
    assert desk.looked == 3


def test_what_a_failing_leg_left_out_is_looked_for_again(desk: Desk) -> None:
    desk.found = replace(desk.found, degraded=("dense",))
    desk.ask()
    assert desk.ask().degraded == ("dense",)
    desk.found = replace(desk.found, degraded=())
    assert desk.ask().degraded == ()
    assert desk.looked == 3


def test_so_much_text_is_kept_and_what_was_asked_for_longest_ago_goes_first(desk: Desk) -> None:
    (only,) = desk.found.evidence
    desk.found = Ranking((replace(only, document_text="城" * (MAX_CHARS // 3)),))
    queries = [replace(QUERY, standalone=words) for words in "甲乙丙"]
    for query in queries:
        desk.ask(query)
    assert desk.looked == 3
    desk.ask(queries[2])
    assert desk.looked == 3
    desk.ask(queries[0])
    assert desk.looked == 4
