"""Training examples of the reader: a question, a text and where it answers, or nowhere.

Texts without an answer are the paragraph with the answering sentences cut out, the paragraph of the same collection
most like the question, and the right paragraph under a question with one point changed (``near_misses.py``). Knows
nothing of tokens or weights.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import log
from pathlib import Path
from typing import Any

from rag.adapters.pairs import plain
from rag.mapping import Span
from rag.text.sentences import split_sentences
from rag.weights.near_misses import Stock, near_miss
from rag.weights.questions import made_questions

HELD_OUT = 5
"""One title in five is never trained on: half of those choose thresholds, half are reported."""

RIVALS = 4
"""Paragraphs most like a question among which one without its answer is drawn."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over a paragraph: plain texts, the spans of its answers in the paragraph, and the answers."""

    question: str
    title: str
    text: str
    spans: tuple[Span, ...]
    answers: tuple[str, ...]
    paragraph: str
    part: str


@dataclass(frozen=True, slots=True)
class Example:
    """One input: ``spans`` empty where the text does not answer."""

    question: str
    text: str
    spans: tuple[Span, ...]


def part_of(collection: str, title: str) -> str:
    """``train``, ``choose`` or ``report``, by the hash of the paragraph's title."""
    bucket = int(sha256(f"{collection} {title}".encode()).hexdigest(), 16) % (2 * HELD_OUT)
    return {0: "choose", 1: "report"}.get(bucket, "train")


def read_collection(folder: Path) -> list[Asked]:
    """The questions of a retrieval folder (corpus, queries, qrels) whose answers stand in their paragraphs."""
    corpus = {row["_id"]: row for row in _rows(folder / "corpus.jsonl")}
    relevant = dict(line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:])
    asked = []
    for row in _rows(folder / "queries.jsonl"):
        paragraph = corpus[relevant[row["_id"]]]
        title, text = paragraph["title"], paragraph["text"]
        places = zip(row["answers"], row["answer_starts"], strict=True)
        spans = {(start, start + len(answer)) for answer, start in places if start >= 0}
        spans |= {
            found.span() for answer in row["answers"] if not spans for found in re.finditer(re.escape(answer), text)
        }
        answers = tuple(sorted({plain(answer) for answer in row["answers"]}))
        if spans:
            asked.append(
                Asked(
                    plain(row["text"]), plain(title), plain(text), tuple(sorted(spans)), answers,
                    paragraph["_id"], part_of(folder.name, title),
                )
            )  # fmt: skip
    return asked


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def bigrams(text: str) -> set[str]:
    """Pairs of neighbouring word characters."""
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalnum()}


class Rivals:
    """For each question, the paragraphs of its collection most like it that hold none of its answers."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._texts = {one.paragraph: (one.title, one.text) for one in asked}
        self._holding: defaultdict[str, set[str]] = defaultdict(set)
        for paragraph, (title, text) in self._texts.items():
            for bigram in bigrams(f"{title}\n{text}"):
                self._holding[bigram].add(paragraph)

    def of(self, one: Asked) -> list[tuple[str, str]]:
        """Titles and texts, likest first."""
        scores: Counter[str] = Counter()
        for bigram in bigrams(one.question):
            holding = self._holding.get(bigram, set())
            for paragraph in holding:
                scores[paragraph] += int(100 * log(1 + len(self._texts) / len(holding)))
        ranked = (self._texts[paragraph] for paragraph, _ in scores.most_common() if paragraph != one.paragraph)
        fitting = (pair for pair in ranked if not any(answer in pair[1] for answer in one.answers))
        return [pair for pair, _ in zip(fitting, range(RIVALS), strict=False)]


def cut(title: str, text: str, spans: Sequence[Span], random_: random.Random) -> Example | None:
    """Some sentences in a row, with the answer if there is one, perhaps under the title; the question is left empty."""
    sentences = split_sentences(text)
    if not sentences:
        return None
    budget = random_.randint(50, 130) if random_.random() < 0.75 else random_.randint(130, 340)
    kept = random_.choice(list(spans)) if spans else None
    holding = [at for at, (low, high) in enumerate(sentences) if kept and low < kept[1] and kept[0] < high]
    first = holding[0] if holding else random_.randrange(len(sentences))
    last = holding[-1] if holding else first
    while (first > 0 or last < len(sentences) - 1) and sentences[last][1] - sentences[first][0] < budget:
        if first > 0 and (last == len(sentences) - 1 or random_.random() < 0.5):
            first -= 1
        else:
            last += 1
    low, high = sentences[first][0], sentences[last][1]
    head = f"{title}\n" if title and random_.random() < 0.5 else ""
    shift = len(head) - low
    inside = tuple((a + shift, b + shift) for a, b in spans if low <= a and b <= high)
    return Example("", head + text[low:high], inside)


def without_answers(text: str, answers: Sequence[str], spans: Sequence[Span]) -> str:
    """The text without the sentences that hold an answer."""
    return "".join(
        text[low:high]
        for low, high in split_sentences(text)
        if not any(answer in text[low:high] for answer in answers)
        and not any(low < end and start < high for start, end in spans)
    )


class Examples:
    """Draws the examples of an epoch: each question once over its paragraph, some over texts that do not answer."""

    def __init__(self, asked: Sequence[Asked], news: Sequence[str]) -> None:
        self._asked = [one for one in asked if one.part == "train"]
        self._news = [text for text in news if len(text) >= 80]
        rivals = Rivals(self._asked)
        self._rivals = [rivals.of(one) for one in self._asked]
        self._stock = Stock.of([(one.question, one.text) for one in self._asked])

    def epoch(self, seed: int, made: int) -> list[Example]:
        """The examples of one epoch, ``made`` of them from news, a third of these without an answer."""
        random_ = random.Random(seed)
        found: list[Example] = []
        for one, rivals in zip(self._asked, self._rivals, strict=True):
            self._add(found, one.question, cut(one.title, one.text, one.spans, random_))
            self._add_unanswered(found, one, rivals, random_)
        while made > 0:
            made -= self._add_made(found, random_.choice(self._news), random_)
        random_.shuffle(found)
        return found

    @staticmethod
    def _add(found: list[Example], question: str, example: Example | None) -> None:
        if example is not None:
            found.append(Example(question, example.text, example.spans))

    def _add_unanswered(
        self, found: list[Example], one: Asked, rivals: Sequence[tuple[str, str]], random_: random.Random
    ) -> None:
        chance = random_.random()
        if chance < 0.2:
            left = without_answers(one.text, one.answers, one.spans)
            if len(left) > 30:
                self._add(found, one.question, cut(one.title, left, (), random_))
        elif chance < 0.32 and rivals:
            self._add(found, one.question, cut(*random_.choice(rivals), (), random_))
        elif chance < 0.7 and (question := near_miss(one.question, one.text, self._stock, random_)):
            kept = cut(one.title, one.text, one.spans, random_)
            self._add(found, question, kept and Example("", kept.text, ()))

    def _add_made(self, found: list[Example], news: str, random_: random.Random) -> int:
        text = plain(news)
        for question, span in made_questions(text, random_):
            if random_.random() < 0.33:
                left = without_answers(text, [text[slice(*span)]], [span])
                self._add(found, question, cut("", left, (), random_))
            else:
                self._add(found, question, cut("", text, [span], random_))
            return 1
        return 0
