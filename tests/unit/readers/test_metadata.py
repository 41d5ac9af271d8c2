from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import MalformedSourceError, ReadError
from rag.models import SourceMetadata
from rag.readers.metadata import for_record, from_mapping, merge, parse_published, read_sidecar, resolve


def sidecar(path: Path, **values: object) -> Path:
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


@given(st.dates())
def test_any_iso_date_comes_back_as_itself(day: datetime.date) -> None:
    assert parse_published(day.isoformat(), "x") == day.isoformat()


@pytest.mark.parametrize(
    ("given_date", "expected"),
    [
        ("2023-7-6", "2023-07-06"),
        ("2023/07/06", "2023-07-06"),
        ("2023.7.6", "2023-07-06"),
        ("20230706", "2023-07-06"),
        (" 2023-07-06T10:00:00+08:00", "2023-07-06"),
        ("2023-07-06 10:00", "2023-07-06"),
        ("07-06", "07-06"),
        ("7-6", "07-06"),
        ("02-29", "02-29"),
        ("2023年7月6日", "2023-07-06"),
        ("7月6日", "07-06"),
    ],
)
def test_dates_are_read_as_people_write_them(given_date: str, expected: str) -> None:
    assert parse_published(given_date, "x") == expected


@pytest.mark.parametrize(
    "given_date", ["", "yesterday", "2023", "2023-13-01", "2023-02-30", "02-30", "13-01", "7", "2023年"]
)
def test_what_is_no_date_is_refused_by_value(given_date: str) -> None:
    with pytest.raises(MalformedSourceError, match="is not a date") as caught:
        parse_published(given_date, "--date")
    assert repr(given_date) in str(caught.value)


def test_the_first_statement_wins_field_by_field() -> None:
    first = SourceMetadata(paper="甲报")
    second = SourceMetadata(paper="乙报", published="2023-07-06")
    assert merge(first, second) == SourceMetadata(paper="甲报", published="2023-07-06")


def test_a_record_speaks_for_itself_and_the_file_fills_the_rest_but_the_title() -> None:
    file = SourceMetadata(title="全集", paper="甲报", published="2023-01-01")
    assert for_record(SourceMetadata(published="2022-05-04"), file) == SourceMetadata(
        paper="甲报", published="2022-05-04"
    )


def test_fields_are_text_numbers_or_absent() -> None:
    read = from_mapping({"page": 3, "paper": " 甲报 ", "title": "", "place": None, "date": "7-6", "other": []}, "x")
    assert read == SourceMetadata(page="3", paper="甲报", published="07-06")
    with pytest.raises(MalformedSourceError, match="paper is list"):
        from_mapping({"paper": ["甲报"]}, "x")
    with pytest.raises(MalformedSourceError, match="page is bool"):
        from_mapping({"page": True}, "x")


def test_date_and_published_may_agree_but_not_disagree() -> None:
    assert from_mapping({"date": "2023/7/6", "published": "2023-07-06"}, "x").published == "2023-07-06"
    with pytest.raises(MalformedSourceError, match="2023-07-06 and 2023-07-07"):
        from_mapping({"date": "2023-07-07", "published": "2023-07-06"}, "x")


def test_the_nearest_sidecar_wins_and_flags_win_over_all(tmp_path: Path) -> None:
    near = sidecar(tmp_path / "a.txt.meta.json", page="3", paper="乙报")
    far = sidecar(tmp_path / "gazette.meta.json", paper="甲报", date="2023-07-06", page="1")
    assert resolve(SourceMetadata(published="2024-01-01"), [near, far]) == SourceMetadata(
        paper="乙报", page="3", published="2024-01-01"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"papr": "x"}', "unknown key 'papr'; known: title, paper"),
        ("[]", "holds list, not a JSON object"),
        ("{", "not a JSON file"),
        ('{"date": "someday"}', "is not a date"),
        ('{"a":' * 100_000, "not a JSON file"),
    ],
)
def test_a_bad_sidecar_is_an_error_that_names_it(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "gazette.meta.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MalformedSourceError, match=reason) as caught:
        read_sidecar(path)
    assert caught.value.source == str(path)


def test_a_sidecar_may_start_with_a_bom_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.meta.json"
    path.write_bytes(b"\xef\xbb\xbf" + '{"place": "某市"}'.encode())
    assert read_sidecar(path).place == "某市"
    with pytest.raises(ReadError, match="cannot be read"):
        read_sidecar(tmp_path / "b.meta.json")
