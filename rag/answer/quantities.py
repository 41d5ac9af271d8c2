"""Figures that can answer how many, how much and what share: the right unit, and the asked noun beside it.

Knows nothing of names, dates or scores.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidate
from rag.answer.dating import dated_otherwise, standing_dates
from rag.answer.locality import Found, Locality
from rag.answer.question import Question
from rag.mapping import Span
from rag.text.figures import Figure, find_figures
from rag.text.normalise import fold
from rag.text.units import comparable, find_unit

HEAD_SHARE = 0.6
"""What the head alone of a longer noun is worth (网点 for 服务网点)."""
LEAST_SHARE = 0.34
NOUN_AFTER = 16
"""Characters after a figure within which the counted noun stands (30名*学生*)."""

PART_FACTOR = 0.75
"""What the figure of a part is worth where the whole is asked (其中省级企业20家 for 多少家企业)."""
_PART = re.compile(r"其中|(?:国家|省|市|县|区|乡)级|新增|新建|新纳入|净增|退出|拟|计划|培育")

_CLAUSE = re.compile(r"[，,；;。：:！!？?\n]")
_SKIPPED = frozenset({"date", "time", "ordinal"})
_NO_NOUN = re.compile(r"[的以左上参加获得成为通过入荣受和与及在]|覆盖|联合|进行|开展|报名|纳入|其中|同比|较|比")
_HAS = re.compile(r"(?P<who>[^,，的]{2,}?)(?:里|中|内)?(?:现|共|一共|总共|拥|大?约|还|只|就|都|曾|总计)*有$")
_PLACE_ENDS = frozenset("省市县区乡镇村")
_HEDGED = re.compile(r"^(?:多|余|余元|以上|左右)+")


def find_quantities(question: Question, candidate: Candidate, locality: Locality) -> list[Found]:
    """Figures of the asked kind that do not stand in the question, each with its fit and closeness."""
    figures = [figure for figure in find_figures(candidate.plain) if figure.kind not in _SKIPPED]
    asked = fold(question.text)
    usable = [
        (figure, unit_fit)
        for figure in figures
        if (unit_fit := _unit_fit(question, figure, candidate.plain)) and not _is_given(figure, asked)
    ]
    spans = [(figure.start, figure.end) for figure, _ in usable]
    owned = _owned(question, candidate)
    asked_dates = standing_dates(question.text)
    found: list[Found] = []
    for figure, unit_fit in usable:
        rivals = [span for span in spans if span != (figure.start, figure.end)]
        end = _end(candidate.plain, figure)
        if dated_otherwise(asked_dates, candidate.plain, figure.start):
            continue
        fit = unit_fit * _noun_fit(question, candidate, (figure.start, end)) * (1.0 if owned else 0.2)
        if _counts_a_part(asked, candidate.plain, figure.start):
            fit *= PART_FACTOR
        if fit:
            found.append(Found(figure.start, end, fit, locality.close(figure.start, end, rivals)))
    return found


def _owned(question: Question, candidate: Candidate) -> bool:
    """Whether who has them (*某某局*有多少…) stands in or near the sentence. Places are looked for in the article."""
    before = "".join(
        char if says or char in "有," else "," for char, says in zip(question.text, question.content, strict=True)
    )
    subject = _HAS.search(before[: question.asked[0]])
    noun_lacks = any(char in question.noun and char not in candidate.near for char in "男女")
    if noun_lacks or subject is None:
        return not noun_lacks
    tail = fold(subject["who"])[-2:]
    return len(tail) < 2 or tail[-1] in _PLACE_ENDS or tail in candidate.near


def _counts_a_part(asked: str, text: str, start: int) -> bool:
    """Whether the words before a figure, back to the comma, limit what it counts in a way the question does not."""
    before = _CLAUSE.split(text[:start])[-1]
    return any(fold(found[0]) not in asked for found in _PART.finditer(before))


def _is_given(figure: Figure, asked: str) -> bool:
    """Whether the question itself holds the figure, counter and all."""
    raw = fold(figure.raw)
    return re.search(rf"(?<![0-9.]){re.escape(raw)}", asked) is not None


def _end(text: str, figure: Figure) -> int:
    hedge = _HEDGED.match(text[figure.end : figure.end + 3])
    return figure.end + (hedge.end() if hedge else 0)


def _unit_fit(question: Question, figure: Figure, text: str) -> float:
    """1 for the asked unit, less for a looser one, 0 for another."""
    if question.kind == "percent":
        return 1.0 if figure.kind == "percent" else 0.0
    if question.kind == "money":
        return 1.0 if figure.kind == "money" else 0.0
    if figure.kind == "percent" and question.kind == "count":
        return 0.0 if question.units else 0.8
    unit = figure.unit
    if not question.units:
        if question.kind == "quantity":
            return 1.0
        return 0.9 if unit is not None or text[figure.end : figure.end + 1].isalpha() else 0.3
    if unit is None:
        if text.startswith(question.units, figure.end):
            return 0.8
        return 0.5 if not text[figure.end : figure.end + 1].isalnum() else 0.0
    if unit in question.units or text.startswith(question.units, figure.end - len(unit)):
        return 1.0
    return 0.9 if any(comparable(find_unit(unit), find_unit(asked)) for asked in question.units) else 0.0


def _noun_fit(question: Question, candidate: Candidate, span: Span) -> float:
    """Whether the figure counts the asked noun: it follows the figure, or stands before it in the clause."""
    noun = fold(question.noun)
    if not noun:
        return 1.0
    if question.soft_noun:
        return 0.6 + 0.4 * _share(noun, candidate.near)
    text = candidate.plain
    stop = _CLAUSE.search(text, span[1])
    after = fold(text[span[1] : min(stop.start() if stop else len(text), span[1] + NOUN_AFTER)])
    if _counts_other(text, span[1]) and _share(noun, after) < LEAST_SHARE:
        return 0.2 * _share(noun, candidate.folded)
    starts = [found.end() for found in _CLAUSE.finditer(text, 0, span[0])]
    before = fold(text[starts[-1] if starts else 0 : span[0]])
    earlier = fold(text[starts[-2] if len(starts) > 1 else 0 : span[0]])
    return max(
        _share(noun, after), _share(noun, before) * 0.95, _share(noun, earlier) * 0.6,
        _share(noun, candidate.folded) * 0.4, _share(noun, candidate.near) * 0.25,
    )  # fmt: skip


def _counts_other(text: str, end: int) -> bool:
    """Whether a noun follows the figure at once, so that the figure counts that noun (3个*车间*)."""
    following = text[end : end + 2]
    han = len(following) == 2 and all("\u4e00" <= char <= "\u9fff" for char in following)
    return han and not _NO_NOUN.match(following)


def _share(noun: str, text: str) -> float:
    """Share of the noun's bigrams in a text, its last one (the head) counted double."""
    if len(noun) == 1:
        return 1.0 if noun in text else 0.0
    pairs = [noun[at : at + 2] for at in range(len(noun) - 1)]
    pairs.append(pairs[-1])
    share = sum(pair in text for pair in pairs) / len(pairs)
    return max(share, HEAD_SHARE) if pairs[-1] in text else share
