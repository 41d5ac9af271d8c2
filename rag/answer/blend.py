"""Rules and reader together: which sentence answers, how surely, and which words of it are the answer.

The weights were fitted on development questions whose paragraphs the reader was not trained on (see
``rag/weights/README.md``). Knows nothing of how a reader works.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

from rag.answer.lists import spelt_out
from rag.answer.locality import Found
from rag.answer.question import Question
from rag.answer.reading import SENTENCES, Read, read_sentences
from rag.answer.scoring import FIGURE_KINDS, Scored
from rag.mapping import Span
from rag.models import Evidence
from rag.protocols import Reader
from rag.text.dates import find_dates

ODDS_RANK = 0.2
"""What one unit of log odds weighs beside the rank score of the rules; anything from 0.05 to 0.4 did nearly as well."""

MOST_ODDS = 8.0
"""Log odds are taken no further than this either way."""

REACH = 2.0
"""Rank score of the rules that a sentence may be behind the best and still be read. On development questions the
answering sentence is among them in 990 of 1000 of those where it is among the best ``SENTENCES``, and five are read
instead of eight."""

UNREAD_ODDS = -2.0
"""Log odds of a sentence that was not worth reading."""

SUPPORT_BIAS, SUPPORT_RULES, SUPPORT_ODDS, RULED_OUT = 0.4, 1.0, 0.2, -1.0
"""The log odds of the support: those of the rules, and the reader's at a fifth.

Half of the development questions (sha256 of the id, even) gave 0.73 and 0.24 by logistic regression, and a bias of
1.05: taken well below that, as declining a near miss counts for more than a wrong refusal there. Where the rules found
no answer of the asked kind their support is 0 and says only that: it counts as ``RULED_OUT``.
"""

RULES_BOUND = 0.02
"""The rules' support is taken no nearer to 0 or 1 than this."""

SURE_SPAN = -2.0
"""Log odds from which the reader's words are the answer that is marked."""

UNFIT_ODDS = -3.0
"""What the odds are lowered by where the words cannot be the asked kind of thing."""

_NUMERAL = re.compile(r"[0-9０-９零〇一二三四五六七八九十百千万亿两半数几]")
_TIME = re.compile(r"[0-9０-９零〇一二三四五六七八九十]|[年月日天时代期春夏秋冬早晚昨今明前后末初]")
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’", '"': '"', "〈": "〉"}
_EDGES = "，,。；;：:、！!？? \u3000\n"


def blend(reader: Reader, question: Question, ranked: Sequence[Scored], evidence: Sequence[Evidence]) -> list[Scored]:
    """The candidates judged anew, best first: the best of the rules read, the others after them."""
    worth = [one.candidate for one in ranked[:SENTENCES] if ranked[0].rank - one.rank <= REACH]
    read = read_sentences(reader, question.text, worth, evidence)
    judged = [
        _together(question, scored, read[index]) if index in read else _unread(scored)
        for index, scored in enumerate(ranked)
    ]
    return sorted(judged, key=lambda one: (-one.rank, one.candidate.evidence, one.candidate.start))


def _unread(scored: Scored) -> Scored:
    return replace(scored, rank=scored.rank - ODDS_RANK * MOST_ODDS, support=_support(scored.support, UNREAD_ODDS))


def _together(question: Question, scored: Scored, read: Read) -> Scored:
    text = scored.candidate.text
    span = tidy(text, (read.start, read.end))
    odds = read.odds + (0.0 if fits(question, text[slice(*span)]) else UNFIT_ODDS)
    odds = max(-MOST_ODDS, min(odds, MOST_ODDS))
    return replace(
        scored,
        rank=scored.rank + ODDS_RANK * odds,
        support=_support(scored.support, odds),
        found=_answer(question, scored.candidate.plain, scored.found, span, odds),
    )


def _support(rules: float, odds: float) -> float:
    bounded = min(max(rules, RULES_BOUND), 1 - RULES_BOUND)
    said = SUPPORT_RULES * log(bounded / (1 - bounded)) if rules else RULED_OUT
    return 1 / (1 + exp(-(SUPPORT_BIAS + said + SUPPORT_ODDS * odds)))


def _answer(question: Question, text: str, found: Found | None, span: Span, odds: float) -> Found | None:
    """The reader's words where it is sure, else those of the rules; lists and figures both mark are cut by rules."""
    if odds < SURE_SPAN or span[0] == span[1]:
        return found
    if found and spelt_out(question, text):
        return found
    if found and question.kind in FIGURE_KINDS and found.start < span[1] and span[0] < found.end:
        return found
    return Found(*span, fit=1.0, close=1.0)


def fits(question: Question, words: str) -> bool:
    """Whether words can be the asked kind of thing: a figure needs a numeral, a time a numeral or a word of time."""
    if question.kind in FIGURE_KINDS:
        return _NUMERAL.search(_undated(words)) is not None
    if question.kind == "time":
        return _TIME.search(words) is not None
    return bool(words)


def _undated(words: str) -> str:
    for date in reversed(find_dates(words)):
        words = words[: date.start] + words[date.end :]
    return words


def tidy(text: str, span: Span) -> Span:
    """The span without marks at its edges, with whole figures, and with quotation marks in pairs."""
    start, end = span
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    while start < end and text[start] in _EDGES:
        start += 1
    while start > 0 and start < end and _runs_on(text, start):
        start -= 1
    while end < len(text) and start < end and _runs_on(text, end):
        end += 1
    return _paired(text, (start, end))


def _runs_on(text: str, at: int) -> bool:
    """Whether a figure goes on across a position."""
    left, right = text[at - 1], text[at]
    if left in ".,." and at > 1 and right.isdecimal():
        return text[at - 2].isdecimal()
    if right in ".," and at + 1 < len(text) and left.isdecimal():
        return text[at + 1].isdecimal()
    word = left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
    return word or (left.isdecimal() and (right.isdecimal() or right == "%"))


def _paired(text: str, span: Span) -> Span:
    """Take in a mark beside the span whose partner is inside; drop one at an edge whose partner is far."""
    start, end = span
    for opening, closing in (*_QUOTES.items(), *_QUOTES.items()):  # twice: a pair may stand inside another
        inside = text[start:end]
        if opening in inside and closing not in inside and text[end : end + 1] == closing:
            end += 1
        elif closing in inside and opening not in inside and start and text[start - 1] == opening:
            start -= 1
    for opening, closing in _QUOTES.items():
        inside = text[start:end]
        start += inside.startswith(opening) and closing not in inside[1:]
        end -= inside.endswith(closing) and opening not in inside[:-1] and end > start
    return start, max(start, end)
