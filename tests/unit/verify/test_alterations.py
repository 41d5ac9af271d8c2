"""One-edit alterations of real sentences, judged against the page they come from: most must be caught."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.text.dates import find_dates
from rag.text.figures import find_figures
from rag.text.people import find_people
from rag.text.sentences import split_sentences
from rag.verify import RuleVerifier

SEEDS = Path(__file__).parents[3] / "seeds"
WINDOW_CHARS = 700
"""Evidence is the stretch of page around the sentence, about one passage long."""

_OPPOSITES = {
    "增长": "下降",
    "提高": "降低",
    "加强": "削弱",
    "上午": "下午",
    "全市": "全省",
    "专职": "兼职",
    "单独": "联合",
}
_NEGATABLE = re.compile(r"(?<=[\u4e00-\u9fff])(?:参加|完成|发现|开展|入选|举办|成立|达到|召开)")


def _sentences() -> Iterator[tuple[str, str]]:
    for page in sorted(SEEDS.glob("*.txt")):
        text = page.read_text(encoding="utf-8").replace("\n", "")
        for start, end in split_sentences(text):
            if 15 <= end - start <= 150:
                yield text[start:end], text[max(0, start - WINDOW_CHARS // 2) : end + WINDOW_CHARS // 2]


def _figure_edits(sentence: str) -> Iterator[str]:
    dates = {date.start for date in find_dates(sentence)}
    for figure in find_figures(sentence):
        digits = re.search(r"[1-9]", figure.raw)
        if digits and figure.start not in dates and figure.raw[0].isdecimal():
            at = figure.start + digits.start()
            yield sentence[:at] + str(int(sentence[at]) % 9 + 1) + sentence[at + 1 :]


def _date_edits(sentence: str) -> Iterator[str]:
    for date in find_dates(sentence):
        digits = re.search(r"[1-7](?=[日月年])", date.raw)
        if digits:
            at = date.start + digits.start()
            yield sentence[:at] + str(int(sentence[at]) + 1) + sentence[at + 1 :]


def _name_edits(sentence: str) -> Iterator[str]:
    for person in find_people(sentence):
        if len(person.text) == 3:
            yield sentence[: person.end - 1] + ("军" if person.text[-1] != "军" else "伟") + sentence[person.end :]


def _direction_edits(sentence: str) -> Iterator[str]:
    for word, opposite in _OPPOSITES.items():
        if word in sentence:
            yield sentence.replace(word, opposite, 1)


def _negation_edits(sentence: str) -> Iterator[str]:
    for verb in _NEGATABLE.finditer(sentence):
        yield f"{sentence[: verb.start()]}没有{sentence[verb.start() :]}"


EDITS = {
    "figure": (_figure_edits, 0.98),
    "date": (_date_edits, 0.97),
    "name": (_name_edits, 0.97),
    "direction": (_direction_edits, 0.95),
    "negation": (_negation_edits, 0.95),
}


def caught(kind: str) -> tuple[int, int]:
    """How many alterations of one kind are not called supported, of how many."""
    verifier = RuleVerifier()
    labels = [
        verifier.verify(altered, [evidence]).label
        for sentence, evidence in _sentences()
        for altered in EDITS[kind][0](sentence)
        if altered not in evidence
    ]
    return sum(label != "supported" for label in labels), len(labels)


@pytest.mark.parametrize("kind", EDITS)
def test_most_alterations_of_real_sentences_are_caught(kind: str) -> None:
    hits, total = caught(kind)
    assert total >= 15
    assert hits / total >= EDITS[kind][1], f"{hits} of {total}"
