"""Statements in order of time: the undated apart, what is said twice said once with both sources."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.digest import Dated, in_order, write_timeline
from rag.models import Moment
from tests.unit.digest.stories import statement


def _day(day: str) -> Moment:
    return Moment(day, "day", day, "printed")


def test_lines_stand_in_order_of_time_and_the_undated_last() -> None:
    found = [
        Dated(statement("无日期。", "a"), None),
        Dated(statement("后来。", "b", 1), _day("2024-05-03")),
        Dated(statement("起初。", "c", 2), _day("2023-01-01")),
    ]
    made = write_timeline(in_order(found))
    assert made.text == "· 2023-01-01：起初。\n· 2024-05-03：后来。\n\n【日期不详】\n· 无日期。"
    assert [made.claims[entry.claim].text for entry in made.entries] == ["起初。", "后来。"]
    assert [made.claims[at].text for at in made.undated] == ["无日期。"]


def test_one_statement_of_two_papers_is_one_line_with_two_sources() -> None:
    first = statement("五月三日水库竣工投入使用。", "a", 0, "doc_1")
    second = statement("五月三日水库竣工，投入使用。", "b", 0, "doc_2")
    made = write_timeline(in_order([Dated(first, _day("2024-05-03")), Dated(second, _day("2024-05-03"))]))
    assert [claim.citations for claim in made.claims] == [(1, 2)]


def test_statements_that_differ_in_a_figure_stay_apart() -> None:
    found = [
        Dated(statement(f"水库竣工惠及群众{count}万人口。", name), _day("2024-05-03"))
        for count, name in ((15, "a"), (18, "b"))
    ]
    assert len(in_order(found)) == 2


@given(
    days=st.lists(st.none() | st.dates().map(lambda day: day.isoformat()), max_size=8),
)
def test_nothing_is_lost_and_claims_point_into_the_text(days: list[str | None]) -> None:
    found = [
        Dated(statement(f"第{'甲乙丙丁戊己庚辛'[at]}件事。", f"a{at}", at), _day(day) if day else None)
        for at, day in enumerate(days)
    ]
    made = write_timeline(in_order(found))
    assert sorted(claim.text for claim in made.claims) == sorted(one.statement.text for one in found)
    assert all(made.text[claim.start : claim.end] == claim.text for claim in made.claims)
    dated = [entry.moment.day for entry in made.entries]
    assert dated == sorted(dated)
