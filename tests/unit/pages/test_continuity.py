"""The character model tells text that reads on from text that does not, and is what its script writes."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.pages.continuity import Continuity, load
from rag.weights.train_continuity import count, write


@pytest.mark.parametrize(
    ("tail", "head", "other"),
    [
        ("各地把保障人民群", "众生命财产安全放在首位", "近日,镇里召开会议"),
        ("全市经济社会发", "展取得新成效", "本次活动由市妇联主办"),
        ("加强基层党组", "织建设", "据了解,该项目"),
    ],
)
def test_a_word_cut_in_two_reads_on(tail: str, head: str, other: str) -> None:
    model = load()
    assert model.log_odds(tail, head) > 2.0 > 0.0 > model.log_odds(tail, other)


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_two_strings_have_bounded_odds(tail: str, head: str) -> None:
    assert -2.0 <= load().log_odds(tail, head) <= 6.0


def test_nothing_is_said_of_strings_too_short_to_say() -> None:
    assert load().log_odds("众", "生命") == 0.0 == load().log_odds("群众", "生")


def test_common_pairs_of_characters_say_less_of_a_subject_than_rare_ones() -> None:
    assert load().rarity("工作") < load().rarity("台风") < load().rarity("桑葚")


def test_what_the_script_writes_is_what_the_model_reads(tmp_path: Path) -> None:
    counts = count(["春耕备耕忙。春耕", "春耕正当时"])
    write(counts, tmp_path / "counts.txt.gz")
    lines = gzip.decompress((tmp_path / "counts.txt.gz").read_bytes()).decode().split("\n")
    model = Continuity(dict(line.split(" ", 1) for line in lines))
    assert model.log_odds("春天春", "耕。") > model.log_odds("春天耕", "春。")


def test_what_only_one_document_says_is_not_kept() -> None:
    assert count(["春耕备耕春耕", "春雨"]) == Counter({"春": 3})
