import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.dates import find_dates, parse_date


@given(
    st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)),
    st.sampled_from(["{y}年{m}月{d}日", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}"]),
)
def test_a_full_date_in_any_dress_becomes_iso(day: datetime.date, dress: str) -> None:
    text = f"会议于{dress.format(y=day.year, m=day.month, d=day.day)}召开"
    assert parse_date(text) == day.isoformat()
    (mention,) = find_dates(text)
    assert text[mention.start : mention.end] == mention.raw


@given(st.text(alphabet="0123456789０９一二三十〇年月日号-/.至到、民国元初正底份 今去", max_size=40))
def test_mentions_are_verbatim_and_in_order(text: str) -> None:
    mentions = find_dates(text)
    assert all(text[mention.start : mention.end] == mention.raw for mention in mentions)
    assert all(first.end <= second.start for first, second in itertools.pairwise(mentions))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2019年", [(2019, None, None)]),
        ("二〇一九年十二月三日", [(2019, 12, 3)]),
        ("２０１９年７月６日", [(2019, 7, 6)]),
        ("7月6日上午", [(None, 7, 6)]),
        ("民国二十六年7月7日", [(1937, 7, 7)]),
        ("民國一百零三年1月", [(2014, 1, None)]),
        ("民国一百一十二年", [(2023, None, None)]),
        ("民國元年", [(1912, None, None)]),
        ("公元前221年", [(-221, None, None)]),
        ("3月25日至28日", [(None, 3, 25), (None, 3, 28)]),
        ("2019-2021年", [(2019, None, None), (2021, None, None)]),
        ("1至6月", [(None, 1, None), (None, 6, None)]),
        ("去年11月份", [(None, 11, None)]),
        ("8月中旬", [(None, 8, None)]),
        ("28日，记者", [(None, None, 28)]),
        ("正月初三", [(None, 1, 3)]),
    ],
)
def test_printed_parts_are_read_and_no_more(text: str, parts: list[tuple[int | None, int | None, int | None]]) -> None:
    assert [(mention.year, mention.month, mention.day) for mention in find_dates(text)] == parts


@pytest.mark.parametrize(
    "text", ["一月一晾晒", "30日内", "2月30日", "6个月", "7.89亿", "1990年代", "24小时", "第3日", "3号楼"]
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []


def test_a_date_without_a_year_is_month_and_day() -> None:
    assert parse_date("本报讯 7月6日上午") == "07-06"
    assert parse_date("2019年的收入") is None


def test_dates_agree_where_both_say_the_same() -> None:
    (full,), (short,), (other,) = find_dates("2019年7月6日"), find_dates("7月6日"), find_dates("7月8日")
    assert full.agrees_with(short)
    assert not full.agrees_with(other)
