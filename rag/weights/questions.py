"""Questions made by rule from sentences of plain news: one fact of a sentence is taken out and asked for.

Chinese asks where the answer stands, so a clause with 多少, 谁, 哪里 or 什么时候 in the fact's place is a question.
Knows nothing of tokens or training.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from rag.mapping import Span
from rag.text.dates import find_dates
from rag.text.figures import find_figures
from rag.text.names import find_names
from rag.text.sentences import split_clauses, split_sentences

_ASKS = {
    "person": ("谁", "谁", "哪位"),
    "place": ("哪里", "什么地方", "哪个地方"),
    "organisation": ("哪家单位", "哪个机构", "谁", "哪个单位"),
    "title": ("什么", "哪部作品"),
    "quoted": ("什么", "什么"),
}
_WHEN = ("什么时候", "哪天", "何时", "什么时间")
_YEARS = ("哪一年", "哪年", "何时", "什么时候")
_MEASURED = re.compile(r"(?P<name>[\w“”]{2,})(?:达到?了?|为|是|超过|共|已达|约为?|增至|突破)$")
_PRINTED = re.compile(
    r"^(?P<head>[第约近超逾]?)(?P<number>[0-9.,０-９零〇一二三四五六七八九十百千万亿两余多]+)(?P<unit>\D*)$"
)
_REPORTED = re.compile(
    r"^(?:据了解|据悉|据介绍|记者获悉|[^，,]{0,12}记者[^，,]{0,14}(?:获悉|了解到)|目前|此外|其中|同时)[，,]"
)
SHORTEST, LONGEST = 8, 48
"""Characters of a made question."""


def made_questions(text: str, random_: random.Random) -> Iterator[tuple[str, Span]]:
    """Questions over a news text, in random order, each with the span of its answer in the text."""
    sentences = [span for span in split_sentences(text) if 12 <= span[1] - span[0] <= 120]
    random_.shuffle(sentences)
    for start, end in sentences:
        facts = list(_facts(text[start:end], random_))
        if not facts:
            continue
        (low, high), asks = random_.choice(facts)
        question = _question(text[start:end], (low, high), asks, random_)
        if SHORTEST <= len(question) <= LONGEST:
            yield question, (start + low, start + high)


def _facts(sentence: str, random_: random.Random) -> Iterator[tuple[Span, str]]:
    """Spans that can be asked for, each with the words that ask."""
    dates = find_dates(sentence)
    for date in dates:
        only_year = date.month is None
        yield (date.start, date.end), random_.choice(_YEARS if only_year else _WHEN)
    for figure in find_figures(sentence):
        span = (figure.start, figure.end)
        if any(date.start < span[1] and span[0] < date.end for date in dates):
            continue
        if printed := _PRINTED.match(figure.raw.replace(" ", "")):
            many = "几" if printed["head"] == "第" else "多少"
            yield span, ("第" if many == "几" else "") + many + printed["unit"]
    for name in find_names(sentence):
        if name.kind in _ASKS and 2 <= name.end - name.start <= 20:
            yield (name.start, name.end), random_.choice(_ASKS[name.kind])


def _question(sentence: str, fact: Span, asks: str, random_: random.Random) -> str:
    clauses = [span for span in split_clauses(sentence) if span[0] <= fact[0] and fact[1] <= span[1]]
    own = clauses[0] if clauses else (0, len(sentence))
    start = own[0]
    if own[1] - own[0] < 12 or random_.random() < 0.4:
        before = [span for span in split_clauses(sentence) if span[1] <= own[0]]
        start = before[-1][0] if before else start
    head, tail = sentence[start : fact[0]], sentence[fact[1] : own[1]].rstrip("，,。；;！!、：: ")
    head = _REPORTED.sub("", head)
    if not tail and asks.startswith("多少") and random_.random() < 0.6 and (found := _MEASURED.search(head)):
        head = head[: found.end("name")] + "是"
    question = _thinned(head, random_) + asks + _thinned(tail, random_)
    return question.strip("，,、：:“” ") + random_.choice(("？", "?", ""))


def _thinned(words: str, random_: random.Random) -> str:
    """The words with, now and then, a few characters left out, as one asks who does not remember the sentence."""
    if len(words) < 10 or random_.random() < 0.5:
        return words
    length = random_.randint(2, 4)
    at = random_.randrange(len(words) - length)
    return words[:at] + words[at + length :]
