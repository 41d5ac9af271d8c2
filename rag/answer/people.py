"""Persons that can answer who: the holder of the asked office, the doer of the asked deed, the hand behind the article.

Knows nothing of figures, dates or scores.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidate
from rag.answer.locality import Found, Locality
from rag.answer.question import Question
from rag.mapping import Span
from rag.text.names import find_names
from rag.text.normalise import fold

_AUTHORSHIP = re.compile(r"作者|记者|通讯员|供稿|撰稿|撰写|采写|写的|报道的|拍摄|摄影|摄的|照片|拍的|署名")
_MORE_OFFICES = r"(?:[、,，兼及和][^,，。、；;]{1,12}?){0,2}[ \u3000]?"
_LINKS = r"(?:[，,]?(?:是|为|任|担任|出任|当选|兼任|系|现任|时任|原)?)"
_SHORTEST_ROLE = 2
_DEED_REACH = 14


def asks_authorship(question: Question) -> bool:
    """Whether who wrote or took it is asked, which bylines answer."""
    return question.kind == "person" and _AUTHORSHIP.search(question.text) is not None


def find_people(question: Question, candidate: Candidate, locality: Locality) -> list[Found]:
    """Person names of the candidate, not in the question, by how surely they are the one asked for."""
    asked = fold(question.text)
    names = [
        (name.start, name.end)
        for name in find_names(candidate.plain)
        if name.kind == "person" and fold(name.text) not in asked
    ]
    found: list[Found] = []
    for start, end in names:
        rivals = [span for span in names if span != (start, end)]
        fit = _fit(question, candidate.plain, (start, end), rivals)
        if fit:
            found.append(Found(start, end, fit, locality.close(start, end, rivals)))
    return found


def _fit(question: Question, text: str, name: Span, rivals: list[Span]) -> float:
    if question.noun:
        return _holds(text, _role_in(question.noun, text), name)
    deed = _deed(question)
    if not deed:
        return 0.6
    at = text.find(deed, name[1])
    if at < 0:
        passive = text.rfind(deed, 0, name[0])
        return 0.5 if passive >= 0 else 0.35
    between = any(name[1] <= rival[0] and rival[1] <= at for rival in rivals)
    return 0.5 if between else (1.0 if at - name[1] <= _DEED_REACH else 0.7)


def _role_in(noun: str, text: str) -> str:
    """The longest ending of the asked office that the text prints, at least two characters; else empty."""
    for start in range(len(noun) - _SHORTEST_ROLE + 1):
        if noun[start:] in text:
            return noun[start:]
    return ""


def _holds(text: str, role: str, name: Span) -> float:
    """Whether the name is the holder of the role: right after it, with other offices between, or named before it."""
    if not role:
        return 0.0
    escaped = re.escape(role)
    if re.search(rf"{escaped}[“\"（(]?[ \u3000]?$", text[: name[0]]):
        return 1.0
    if re.search(rf"{escaped}(?:{_MORE_OFFICES}|{_LINKS}|的?名字?叫?)$", text[: name[0]]):
        return 0.9
    if re.match(rf"{_LINKS}[^,，。；;、]{{0,12}}?{escaped}", text[name[1] :]):
        return 0.8
    return 0.0


def _deed(question: Question) -> str:
    """The two characters that open what was done (谁*主持*了…), or close it before 的是谁."""
    after = re.sub(r"^(?:在|于|曾|曾经|最早|首先|首次|率先|来|负责|是|担任)+", "", question.text[question.asked[1] :])
    return after[:2] if len(after) >= 2 and after[:2].isalpha() else ""
