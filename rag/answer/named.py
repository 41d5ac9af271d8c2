"""Names, lists and other things that can answer which, what and where.

Finds them by the words around the gap the question leaves (以*什么*为主题 → 以“…”为主题), by quotation marks, by place
levels and by enumeration. Knows nothing of figures, dates or scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.candidates import Candidate
from rag.answer.lists import spelt_out
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
_LEVEL_ENDS = frozenset("省市县区乡镇村")
_OFFICE = re.compile(r"的?(?:职务|职位|身份|头衔)|(?:在[^,，]*)?(?:担?任|是|做)什么(?:职|工作|官)")
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
    if listed := spelt_out(question, text):
        yield *listed, 1.0
        return
    who = office_holder(question)
    if question.kind != "place" and (not who or who in text):
        yield from fill_gap(question, text)
    yield from _office(who, text)
    if question.kind == "place":
        yield from _places(question, text)
    if question.kind == "list":
        yield from ((hit.start(), hit.end(), 0.9) for hit in _ENUMERATION.finditer(text))
    if question.kind in ("name", "thing", "list"):
        yield from _quoted(question, text)
    if question.kind == "name":
        yield from ((name.start, name.end, 0.6) for name in find_names(text) if name.kind == "organisation")


def asks_level(question: Question) -> bool:
    """Whether a place of a named level is asked (哪个县), which only such a place answers."""
    return question.kind == "place" and bool(_level(question))


def _level(question: Question) -> str:
    """The level asked for: 县 of 哪个县, empty for 哪里."""
    asked = question.text[slice(*question.asked)].replace("城市", "市").replace("国家", "国")
    return re.sub(r"^(?:在?哪|什么|何)?[个座]?[里儿处地]?(?:方|点)?", "", asked)


def asks_office(question: Question) -> bool:
    """Whether the office of a named person is asked."""
    return question.kind == "thing" and _OFFICE.search(question.text) is not None


def office_holder(question: Question) -> str:
    """The end of the name whose office is asked (某某*某某*的职务), two characters or more; empty where none is."""
    found = _OFFICE.search(question.text) if asks_office(question) else None
    return question.text[: found.start()].rstrip("的在任是担")[-3:] if found else ""


def _office(who: str, text: str) -> Iterator[tuple[int, int, float]]:
    """What stands before a person's name, where the office is asked (某某的*职务*)."""
    name = who if who in text else who[-2:]
    if len(name) < 2 or (at := text.find(name)) < 0:
        return
    start = max(text.rfind(mark, 0, at) for mark in ",，。；;：:（(\n") + 1
    if start < at:
        yield start, at, 1.0


def _quoted(question: Question, text: str) -> Iterator[tuple[int, int, float]]:
    """Quoted names; one beside the asked noun (“…”*服务队*) fits best."""
    noun = question.noun[-2:] if len(question.noun) <= MAX_NOUN + 2 else question.noun[:2]
    for hit in _QUOTED.finditer(text):
        beside = bool(noun) and noun in text[max(hit.start() - 6, 0) : hit.end() + 14]
        yield hit.start(), hit.end(), (0.95 if beside else 0.7 if question.kind == "name" else 0.5)


def _places(question: Question, text: str) -> Iterator[tuple[int, int, float]]:
    level = _level(question)
    for name in find_names(text):
        if name.kind != "place":
            continue
        if not level or name.text.endswith(level) or name.text[-1] not in _LEVEL_ENDS:
            yield name.start, name.end, (1.0 if level and name.text.endswith(level) else 0.7)
        inside = text[name.start : name.end].find(level, 1) if level else -1
        if 0 < inside < name.end - name.start - len(level):
            yield name.start, name.start + inside + len(level), 1.0
    for hit in _PLACED.finditer(text) if not level else ():
        yield hit.start(1), hit.end(1), 0.6


MAX_NOUN = 4
ANCHORED = 6
"""Characters of the question around the gap, found again in the sentence, that make a fill certain."""

LEAST_ANCHOR = 0.5
SURE_ANCHOR = 0.65
"""Share of ``ANCHORED`` that must be found with words on both sides of the gap, and on one side only."""


def fill_gap(question: Question, text: str) -> list[tuple[int, int, float]]:
    """Stretches standing where the question has its gap, between the words before it and the words after it.

    The words right after the gap may be the noun it asks for (什么*颜色*), which the answer need not repeat.
    """
    left, right = _sides(question)
    best: dict[Span, float] = {}
    for skip in range(min(MAX_NOUN, len(right)) + 1):
        for before in _anchors(left, from_end=True):
            for after in _anchors(right[skip:], from_end=False):
                worth = (len(before) + len(after)) / ANCHORED
                if worth < (LEAST_ANCHOR if before and after else SURE_ANCHOR) or (skip and not after):
                    continue
                for span in _between(text, before, after):
                    best[span] = max(worth, best.get(span, 0.0))
    top = max(best.values(), default=0.0)
    return [(start, end, min(worth, 1.0)) for (start, end), worth in best.items() if worth >= top]


def _between(text: str, before: str, after: str) -> Iterator[Span]:
    stop = re.escape(after) if after else r"(?=[,，。；;！？\n]|$)"
    start = re.escape(before) if before else r"(?:(?<=[,，。；;：:\n])|^)"
    for hit in re.finditer(rf"{start}([^。；;\n]{{1,{_GAP}}}?){stop}", text):
        yield hit.span(1)


def _sides(question: Question) -> tuple[str, str]:
    text = question.text
    left = re.split(r"[,，;；?、:：]", text[: question.asked[0]])[-1]
    right = re.split(r"[,，;；?、:：]", text[question.asked[1] :])[0]
    return re.sub(r"(?<=.)[是的]$", "", left), re.sub(r"(?:的是|[呢吗的])$", "", right)


def _anchors(side: str, *, from_end: bool) -> list[str]:
    """Ever shorter ends or beginnings of one side, down to nothing."""
    lengths = range(min(len(side), 8), -1, -1)
    return [(side[-length:] if from_end else side[:length]) if length else "" for length in lengths]
