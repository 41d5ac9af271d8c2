import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import split_clauses, split_sentences

TEXT = st.text(max_size=60) | st.text(alphabet="甲乙说道。！？；…\n“”（）\"'.,，、：:3５ a《》", max_size=80)
SEEDS = Path(__file__).parents[3] / "seeds"


@given(TEXT, st.sampled_from([split_sentences, split_clauses]))
def test_spans_cover_every_character_that_is_not_white_space_once(
    text: str, split: Callable[[str], list[tuple[int, int]]]
) -> None:
    spans = split(text)
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    covered = set().union(*(range(start, end) for start, end in spans)) if spans else set()
    assert {at for at, character in enumerate(text) if not character.isspace()} <= covered


@given(TEXT)
def test_no_sentence_crosses_a_line_break(text: str) -> None:
    assert all("\n" not in text[start:end] for start, end in split_sentences(text))


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲来了。乙走了！丙呢？", ["甲来了。", "乙走了！", "丙呢？"]),
        ("增长3.5个百分点。12:30开始", ["增长3.5个百分点。", "12:30开始"]),
        ("他说：“好。我来。”大家笑了。", ["他说：“好。我来。”", "大家笑了。"]),
        ("“要抓好落实。要快。”局长某某说。会议结束。", ["“要抓好落实。要快。”局长某某说。", "会议结束。"]),
        ("“加油！”的口号响起。", ["“加油！”的口号响起。"]),
        ("（见第三版。）下文", ["（见第三版。）", "下文"]),
        ("甲；乙……丙", ["甲；", "乙……", "丙"]),
        ("甲乙\n丙丁", ["甲乙", "丙丁"]),
        ("未闭合“引号。下一句。", ["未闭合“引号。", "下一句。"]),
        ("He left. She stayed.", ["He left.", "She stayed."]),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_long_quotation_is_cut_into_its_sentences() -> None:
    speech = "“" + "这是一句话。" * 40 + "”"
    assert len(sentences(speech)) == 40


def test_clauses_break_at_commas_but_not_inside_numbers() -> None:
    text = "共5,970人，其中：党员3人、团员12:30到"
    assert [text[start:end] for start, end in split_clauses(text)] == [
        "共5,970人，",
        "其中：",
        "党员3人、",
        "团员12:30到",
    ]


@pytest.mark.parametrize("page", sorted(SEEDS.glob("*.txt")), ids=lambda page: page.name[:3])
def test_sentences_of_a_real_page_are_of_readable_length(page: Path) -> None:
    lengths = sorted(end - start for start, end in split_sentences(page.read_text(encoding="utf-8")))
    assert lengths[-1] <= 260
    assert 8 <= lengths[len(lengths) // 2] <= 80
