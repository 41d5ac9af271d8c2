"""A year is never made up: it comes from the sender, the page or the dateline, and the rule is told."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import SourceMetadata
from rag.pages.dates import Day, published_date


def found(sent: str | None, page: str | None, dateline: str | None) -> tuple[str | None, str | None, str | None]:
    published = published_date(SourceMetadata(published=sent), Day.read(page), Day.read(dateline))
    return published.date, published.rule, published.sent


@pytest.mark.parametrize(
    ("sent", "page", "dateline", "date", "rule", "day"),
    [
        (None, None, "07-06", "07-06", "电头日期,未印年份,年份不明", "07-06"),
        (None, None, "2024-07-06", "2024-07-06", "电头日期", "2024-07-06"),
        ("2024-07-07", None, "07-06", "2024-07-07", "随文件给出的日期", "2024-07-06"),
        (None, "2024-07-07", "07-06", "2024-07-07", "版面日期行", "2024-07-06"),
        (None, "07-07", "07-06", "07-07", "版面日期行,未印年份,年份不明", "07-06"),
        ("07-07", None, "07-06", "07-07", "随文件给出的日期,年份不明", "07-06"),
        ("07-07", "2024-07-07", "07-06", "2024-07-07", "随文件给出的日期,年份取自版面日期行", "2024-07-06"),
        ("2024-01-01", None, "12-31", "2024-01-01", "随文件给出的日期", "2023-12-31"),
        ("2024-12-31", None, "01-01", "2024-12-31", "随文件给出的日期", "2024-01-01"),
        (None, "2023-03-01", "02-29", "2023-03-01", "版面日期行", "02-29"),
        (None, None, None, None, None, None),
    ],
)
def test_date_rule_and_day_of_the_dateline(
    sent: str | None, page: str | None, dateline: str | None, date: str | None, rule: str | None, day: str | None
) -> None:
    assert found(sent, page, dateline) == (date, rule, day)


_MONTH_DAY = st.dates().map(lambda day: f"{day.month:02d}-{day.day:02d}")
_FULL = st.dates(min_value=datetime.date(1900, 1, 1)).map(lambda day: day.isoformat())
_ANY = st.none() | _MONTH_DAY | _FULL


@given(_ANY, _ANY, _ANY)
def test_a_year_is_only_told_where_one_is_known(sent: str | None, page: str | None, dateline: str | None) -> None:
    date, rule, day = found(sent, page, dateline)
    assert (date is None) == (rule is None)
    known = any(len(given_) == 10 for given_ in (sent, page, dateline) if given_)
    for told in (date, day):
        assert told is None or re.fullmatch(r"\d{2}-\d{2}" if not known else r"(\d{4}-)?\d{2}-\d{2}", told)
