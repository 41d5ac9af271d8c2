"""A sentence cut to the clauses an answer needs. Cuts fall between clauses only, so what is left is verbatim.

Knows nothing of questions beyond the weights it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.mapping import Span

MAX_CLAIM_CHARS = 90
"""Longest claim; a reader takes in about two clauses more than the answer."""

ENOUGH = 0.92
"""Share of the sentence's worth a cut must keep."""

_CUTS = "，,：:；;"
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’"}
_TAIL = "，,：:；;、 \u3000\n"


_FRAGMENT = re.compile(
    r"(?:在|自|从|随着|为了?|针对|面对|对于|经过|按照|根据|依托|围绕|除了?|当)[^,，;；。]*(?:[基础]上|之?后|[之的]?时|下|中|以来|之际|的?同时|方面|之?前|起|外|期间)"
    r"|.*(?:指出|强调|表示|认为|介绍|坦言|要求|(?<![小传据听])说)"
)
"""Clauses that only set the scene of the next one, or only say who speaks: nothing by themselves."""


def clause_spans(text: str) -> list[Span]:
    """Clauses of a sentence, their closing comma included; never cut inside quotation marks or brackets."""
    spans: list[Span] = []
    start = 0
    awaited: list[str] = []
    for index, char in enumerate(text):
        if awaited and char == awaited[-1]:
            awaited.pop()
        elif char in _PAIRS and _PAIRS[char] in text[index + 1 :]:
            awaited.append(_PAIRS[char])
        elif char in _CUTS and not awaited and not _in_number(text, index):
            spans.append((start, index + 1))
            start = index + 1
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _in_number(text: str, at: int) -> bool:
    return text[at] in ",:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def trim(text: str, answer: Span | None, worth: Callable[[str], float], limit: int = MAX_CLAIM_CHARS) -> Span:
    """The shortest run of clauses that holds the answer and nearly all the sentence is worth.

    Args:
        text: one sentence.
        answer: what must stay, as a span of ``text``; None where the sentence itself answers.
        worth: how much of the question a stretch says; grows with the stretch.
        limit: characters a run may have; a run of the answer's own clauses may be longer.
    """
    clauses = clause_spans(text)
    whole = worth(text)
    runs = [
        (clauses[first][0], clauses[last][1])
        for first in range(len(clauses))
        for last in range(first, len(clauses))
        if answer is None or (clauses[first][0] <= answer[0] and answer[1] <= clauses[last][1])
    ]
    short = [run for run in runs if run[1] - run[0] <= limit] or [min(runs, key=lambda run: run[1] - run[0])]
    value = {run: worth(text[run[0] : run[1]]) for run in short}
    best = max(value.values())
    whole_ones = [run for run in short if not _hangs(text, _strip(text, run))]
    short = whole_ones or [(clauses[0][0], clauses[-1][1])]
    value = {run: worth(text[run[0] : run[1]]) for run in short}
    enough = [run for run in short if value[run] >= ENOUGH * min(best, whole)]
    return _strip(text, min(enough, key=lambda run: (run[1] - run[0], run)))


def _strip(text: str, run: Span) -> Span:
    start, end = run
    while end > start and text[end - 1] in _TAIL:
        end -= 1
    while start < end and text[start] in _TAIL:
        start += 1
    return start, end


def _hangs(text: str, run: Span) -> bool:
    """Whether a run only leads over to the clause that follows it."""
    return text[run[1] : run[1] + 1] in tuple(_CUTS) and _FRAGMENT.fullmatch(text[slice(*run)]) is not None
