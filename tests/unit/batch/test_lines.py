"""The lines of an input: read, or refused by number with what to do; one bad line spoils no other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.batch.lines import read_lines


def line(**fields: object) -> str:
    whole = {"custom_id": "a", "method": "POST", "url": "/v1/answers", "body": {"question": "？"}}
    return json.dumps({**whole, **fields}, ensure_ascii=False)


def codes(content: str) -> list[str | None]:
    return [one.error.code if one.error else None for one in read_lines(content)]


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("{", "invalid_json_line", "one JSON object a line"),
        ("[1]", "invalid_json_line", "a JSON list"),
        (line(custom_id=7), "invalid_custom_id", "1 to 512"),
        (line(custom_id=""), "invalid_custom_id", "1 to 512"),
        (line(method="GET"), "invalid_method", "'GET'"),
        (line(body="x"), "invalid_body", "JSON object"),
        (line(extra=1), "unknown_field", "extra"),
    ],
)
def test_a_line_that_is_no_request_says_what_is_wrong_and_where(text: str, code: str, told: str) -> None:
    good, bad = read_lines(line(custom_id="z") + "\n" + text)
    assert good.error is None
    assert bad.error is not None
    assert (bad.error.code, bad.number) == (code, 2)
    assert told in bad.error.message
    assert bad.error.message.startswith("line 2: ")


def test_the_second_line_with_a_custom_id_is_refused_and_names_the_first() -> None:
    first, other, second = read_lines("\n".join((line(), line(custom_id="b"), line())))
    assert first.error is other.error is None
    assert second.error is not None
    assert second.error.code == "duplicate_custom_id"
    assert "line 1" in second.error.message


def test_blank_lines_count_but_ask_for_nothing() -> None:
    assert [one.number for one in read_lines(f"\n\ufeff{line()}\r\n \n{line(custom_id='b')}")] == [2, 4]
    assert not list(read_lines(""))


@given(st.lists(st.text(alphabet="问\u2028\x85\r答 ", max_size=5), max_size=6))
def test_no_character_of_a_question_breaks_a_line(questions: list[str]) -> None:
    texts = [line(custom_id=str(at), body={"question": text}) for at, text in enumerate(questions)]
    read = list(read_lines("\n".join(texts)))
    assert [one.body.get("question") for one in read] == questions
    assert not any(one.error for one in read)
