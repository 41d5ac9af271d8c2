"""When a sentence says something was: what it prints, completed by the day of its article, never by today."""

from __future__ import annotations

import pytest

from rag.digest import moment_of
from rag.digest.moments import label_of, order_of
from rag.models import Moment
from tests.unit.digest.stories import article


@pytest.mark.parametrize(
    ("sentence", "published", "day", "grain"),
    [
        ("2021年3月5日开工。", None, "2021-03-05", "day"),
        ("2021年开工。", "2024-05-04", "2021", "year"),
        ("2021年3月开工。", "2024-05-04", "2021-03", "month"),
        ("5月3日竣工。", "2024-05-04", "2024-05-03", "day"),
        ("5月3日竣工。", "05-04", "05-03", "day"),
        ("5月3日竣工。", None, "05-03", "day"),
        ("12月30日闭幕。", "2024-01-02", "2023-12-30", "day"),
        ("去年7月开工。", "2024-05-04", "2023-07", "month"),
        ("3日竣工。", "2024-05-04", "2024-05-03", "day"),
        ("30日竣工。", "2024-05-04", "2024-04-30", "day"),
        ("30日竣工。", "2024-01-04", "2023-12-30", "day"),
        ("昨日竣工。", "2024-03-01", "2024-02-29", "day"),
        ("去年竣工。", "2024-03-01", "2023", "year"),
        ("产量比2020年增长三成，2023年达5万吨。", None, "2023", "year"),
    ],
)
def test_a_printed_date_is_completed_by_the_day_of_its_article(
    sentence: str, published: str | None, day: str, grain: str
) -> None:
    found = moment_of(sentence, article("a", sentence, published=published))
    assert found is not None
    assert (found.day, found.grain, found.rule) == (day, grain, "printed")


def test_a_sentence_without_a_date_is_of_its_dateline_else_of_the_day_it_was_published() -> None:
    wire = article("a", dateline_date="2024-05-03", published="2024-05-04")
    assert moment_of("工程竣工。", wire) == Moment("2024-05-03", "day", "2024-05-03", "dateline")
    local = article("a", published="2024-05-04")
    assert moment_of("工程竣工。", local) == Moment("2024-05-04", "day", "2024-05-04", "published")
    assert moment_of("工程竣工。", article("a")) is None


def test_what_is_known_of_no_year_is_written_as_printed_and_comes_last() -> None:
    found = moment_of("去年9月开工。", article("a"))
    assert found is not None
    assert label_of(found) == "去年9月"
    days = [Moment("2024", "year", "", "printed"), Moment("2023-12-01", "day", "", "printed"), found]
    assert [one.day for one in sorted(days, key=order_of)] == ["2023-12-01", "2024", "09"]
