from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.reply import ClaimStream, read_claim, read_reply, reply_schema

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
CLAIMS = st.lists(st.dictionaries(st.text(max_size=6) | st.just("claims"), ANY_JSON, max_size=3), max_size=4)
OTHERS = st.dictionaries(st.text(max_size=6).filter(lambda key: key != "claims"), ANY_JSON, max_size=3)


def pieces(text: str, cuts: list[int]) -> list[str]:
    ends = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(ends)]


@given(CLAIMS, OTHERS, OTHERS, st.lists(st.integers(0, 400), max_size=8), st.booleans(), st.sampled_from([None, 1]))
def test_the_claims_of_any_object_come_out_however_it_is_cut(
    claims: list[Any],
    before: dict[str, Any],
    after: dict[str, Any],
    cuts: list[int],
    ascii_only: bool,
    indent: int | None,
) -> None:
    value = {**before, "claims": claims, **{key: item for key, item in after.items() if key not in before}}
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    stream = ClaimStream()

    found = [element for piece in pieces(text, cuts) for element in stream.feed(piece)]

    assert [json.loads(element) for element in found] == claims
    assert stream.text == text


def test_every_cut_of_one_reply_gives_the_same_claims() -> None:
    claims = [{"text": 'a "]}" \\ \\"', "quotes": [{"passage": 1, "quote": "[{"}]}, {"text": "“二”", "quotes": []}]
    text = json.dumps({"abstain": None, "claims": claims}, ensure_ascii=False)
    for cut in range(len(text) + 1):
        stream = ClaimStream()
        found = stream.feed(text[:cut]) + stream.feed(text[cut:])
        assert [json.loads(element) for element in found] == claims


def test_a_claim_leaves_with_its_last_bracket() -> None:
    stream = ClaimStream()

    assert stream.feed('{"claims": [{"text": "a"') == []
    assert stream.feed("}") == ['{"text": "a"}']
    assert stream.feed(', {"text": "b"}]}') == ['{"text": "b"}']


@given(st.text(alphabet='{}[]",:\\ claimsx1', max_size=40))
def test_no_text_whatever_breaks_the_stream(text: str) -> None:
    whole, single = ClaimStream(), ClaimStream()

    assert whole.feed(text) == [element for character in text for element in single.feed(character)]


@given(OTHERS)
def test_an_object_without_claims_yields_none(value: dict[str, Any]) -> None:
    nested = {"inner": {"claims": [{"text": "not at the top"}]}, **value}

    assert ClaimStream().feed(json.dumps(nested)) == []


def reply(**changes: Any) -> str:
    claim = {"text": "甲", "answer": None, "quotes": [{"passage": 1, "quote": "甲"}]}
    return json.dumps({"abstain": None, "claims": [claim | changes]})


def test_an_answer_that_is_not_part_of_its_text_is_none() -> None:
    for answer, kept in (("甲", "甲"), ("乙", None), ("", None), (" ", None), (None, None)):
        (claim,) = read_reply(reply(answer=answer), frozenset({1})).claims
        assert claim.draft().answer == kept


def test_an_error_says_where_and_why() -> None:
    with pytest.raises(ValueError, match=r"claims\.0\.quotes\.0\.passage: .*no passage 7 was shown; shown were 1, 2"):
        read_reply(reply(quotes=[{"passage": 7, "quote": "甲"}]), frozenset({1, 2}))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"claims": []}', "x" + reply(), reply() + "x", reply(text=1)]
)
def test_what_is_not_the_object_asked_for_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(reply|claims|abstain)"):
        read_reply(text, frozenset({1}))


def test_a_single_claim_is_held_to_the_same_rules() -> None:
    with pytest.raises(ValueError, match="no passage 2 was shown"):
        read_claim('{"text": "甲", "answer": null, "quotes": [{"passage": 2, "quote": "甲"}]}', frozenset({1}))


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```\n", "\n```json \n{}\n```"])
def test_a_code_block_that_is_the_whole_reply_is_its_content(fence: str) -> None:
    assert read_reply(fence.replace("{}", reply()), frozenset({1})).claims


def test_the_schema_is_one_that_strict_modes_take() -> None:
    def check(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert sorted(node["required"]) == sorted(node["properties"])
            assert not {"minLength", "maxLength", "pattern", "default"} & node.keys()
            for inner in node.values():
                check(inner)
        elif isinstance(node, list):
            for inner in node:
                check(inner)

    check(reply_schema())
