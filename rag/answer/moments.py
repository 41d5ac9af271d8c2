"""Dates and times that can answer when: of the asked grain, and not the one the question gave.

Knows nothing of figures, names or scores.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidate
from rag.answer.locality import Found, Locality
from rag.answer.question import Question
from rag.text.dates import DateMention, find_dates
from rag.text.normalise import fold

_RELATIVE = re.compile(
    r"(?:今|去|前|明|昨|当|同|次|翌)[年天日]|上个?月|本月|近日|日前|今年以来|春节|国庆(?:节)?|五一|中秋|(?:上|下)半年|第[一二三四]季度|(?:春|夏|秋|冬)[季天]"
    r"|[0-9一二三四五六七八九十]+世纪(?:[0-9一二三四五六七八九十]+年代)?|[0-9一二三四五六七八九十]+年代|(?:元宵|重阳|端午|清明|中元|七夕|除夕|元旦)(?:节)?|[汉唐宋元明清晋隋秦周商夏](?:朝|代)|周[一二三四五六日]|星期[一二三四五六日]"
)
_CLOCK = re.compile(
    r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚)?\s?(?:[0-9]{1,2}|[一二三四五六七八九十]+)(?:时|点|:[0-9]{2})(?:[0-9]{1,2}分|半|整|许)?"
)
_HOUR_AFTER = re.compile(r"\s?(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚)(?:[0-9]{1,2}(?:时|点)(?:[0-9]{1,2}分|半|许)?)?")


def find_moments(question: Question, candidate: Candidate, locality: Locality) -> list[Found]:
    """Dates of the candidate that answer the question's grain."""
    text = candidate.plain
    asked = fold(question.text)
    spans: list[tuple[int, int, float]] = []
    for date in find_dates(text):
        fit = _grain_fit(question, date)
        if fit and fold(date.raw) not in asked:
            spans.append((date.start, date.end, fit))
    if question.grain == "hour":
        spans = [(found.start(), found.end(), 1.0) for found in _CLOCK.finditer(text)]
    elif question.grain in ("any", "day") and not spans:
        weak = 0.6 if question.grain == "any" else 0.2
        spans = [(found.start(), found.end(), weak) for found in _RELATIVE.finditer(text) if found[0] not in asked]
    found: list[Found] = []
    for start, end, fit in spans:
        rivals = [(low, high) for low, high, _ in spans if (low, high) != (start, end)]
        after = _HOUR_AFTER.match(text, end) if question.grain == "any" else None
        found.append(Found(start, after.end() if after else end, fit, locality.close(start, end, rivals)))
    return found


def _grain_fit(question: Question, date: DateMention) -> float:
    if question.grain == "year":
        return 1.0 if date.year is not None else 0.0
    if question.grain == "month":
        return 1.0 if date.month is not None else 0.0
    if question.grain == "day":
        return 1.0 if date.day is not None else 0.0
    return 1.0 if question.grain == "any" else 0.0
