"""Names, lists and other things that can answer which, what and where.

Finds them by the words around the gap the question leaves (以*什么*锻造 → 以“…”锻造), by quotation marks, by place
levels and by enumeration. Knows nothing of figures, dates or scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.candidates import Candidate
from rag.answer.locality import Found, Locality
from rag.answer.question import Question
from rag.mapping import Span
from rag.text.names import find_names
from rag.text.normalise import fold

_QUOTED = re.compile(r"[“「『《\"]([^“”「」『』《》\"\n]{1,40})[”」』》\"]")
_ITEM = r"(?:[“「『《\"][^“”「」『』《》\"\n]{1,30}[”」』》\"]|[^,，。；;、：:\n“”「」\"()（）]{1,20})"
_ENUMERATION = re.compile(
    rf"{_ITEM}(?:(?:、|和|与|及|以及){_ITEM}){{1,}}(?:等(?:[0-9一二三四五六七八九十百两]+[^,，。；;]{{0,8}})?)?"
    r"|(?:[“「『《][^“”「」『』《》\n]{1,30}[”」』》]){2,}(?:等[^,，。；;]{0,8})?"
)
_GAP = 40
_PLACED = re.compile(
    r"(?:在|于|位于|地处|前往|来到|赴|至|到|坐落于|发源于|毕业于|出生于|生于)([^,，。；;、的]{2,20}?)(?=[,，。；;、]|举行|举办|召开|建|成立|开|进行|的|设|出生|$)"
)


def find_named(question: Question, candidate: Candidate, locality: Locality) -> list[Found]:
    """Stretches of the candidate that can fill the question's gap, each with its fit and closeness."""
    asked = fold(question.text)
    found: list[Found] = []
    for start, end, fit in _spans(question, candidate.plain):
        answer = fold(candidate.plain[start:end])
        if answer and answer not in asked:
            found.append(Found(start, end, fit, locality.close(start, end)))
    return found


def _spans(question: Question, text: str) -> Iterator[tuple[int, int, float]]:
    yield from ((start, end, 1.0) for start, end in fill_gap(question, text))
    if question.kind == "place":
        yield from _places(question, text)
    if question.kind == "list":
        yield from ((hit.start(), hit.end(), 0.9) for hit in _ENUMERATION.finditer(text))
    if question.kind in ("name", "thing", "list"):
        yield from _quoted(question, text)
    if question.kind == "name":
        yield from ((name.start, name.end, 0.6) for name in find_names(text) if name.kind != "person")


def _quoted(question: Question, text: str) -> Iterator[tuple[int, int, float]]:
    """Quoted names; one beside the asked noun (“…”*服务队*) fits best."""
    noun = question.noun[-2:]
    for hit in _QUOTED.finditer(text):
        beside = bool(noun) and noun in text[max(hit.start() - 6, 0) : hit.end() + 14]
        yield hit.start(), hit.end(), (0.95 if beside else 0.7 if question.kind == "name" else 0.5)


def _places(question: Question, text: str) -> Iterator[tuple[int, int, float]]:
    level = re.sub(r"^(?:哪|什么|何)?个?", "", question.text[slice(*question.asked)]) or ""
    for name in find_names(text):
        if name.kind == "place":
            yield name.start, name.end, (1.0 if level and name.text.endswith(level) else 0.7)
    for hit in _PLACED.finditer(text):
        yield hit.start(1), hit.end(1), 0.6


def fill_gap(question: Question, text: str) -> list[Span]:
    """Stretches standing where the question has its gap: between the words before it and the words after it."""
    left, right = _sides(question)
    spans: list[Span] = []
    for before in _anchors(left, from_end=True):
        for after in _anchors(right, from_end=False):
            for hit in re.finditer(rf"{re.escape(before)}([^。；;\n]{{1,{_GAP}}}?){re.escape(after)}", text):
                spans.append(hit.span(1))
            if spans:
                return spans
    return spans


def _sides(question: Question) -> tuple[str, str]:
    text = question.text
    left = re.split(r"[,，;；?、:：]", text[: question.asked[0]])[-1]
    right = re.split(r"[,，;；?、:：]", text[question.asked[1] :])[0]
    noun = question.noun
    right = right.removeprefix(noun) if noun else right
    return left, re.sub(r"[呢吗的]$", "", right)


def _anchors(side: str, *, from_end: bool) -> list[str]:
    """Ever shorter beginnings or ends of one side, at least two characters."""
    lengths = range(min(len(side), 8), 0, -1)
    return [side[-length:] if from_end else side[:length] for length in lengths if length > 1 or len(side) == 1]
