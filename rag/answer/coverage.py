"""How much of a question's content a sentence says, alone and together with what stands around it.

Terms are folded character bigrams (see ``question.content_terms``); rare ones in the evidence weigh more. Knows nothing
of answer types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from rag.answer.candidates import Candidate
from rag.answer.question import FUNCTION, Question, content_runs, content_terms, split_words

OPENING = 8
_PLACE = re.compile(r".{1,4}(?:[省市县区乡镇村]|街道|社区)")
"""A place standing alone; whether it is the right one is judged apart, for pages often only say 该区."""
_X_OF_Y = re.compile(r"(?P<x>[^的]{2,8})的[^的]{1,5}")
_WHEN = re.compile(r"[今去前明当本上]年(?:[上下]半年|底|初)?|[0-9]+[年月日]|[上下本]个?月|[近日]日")
LONG_PART = 5
LONG_RUN = 3
"""Content characters in a row from which a stretch names something of its own."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the question's content, each in [0, 1]: said by the sentence, near it, and anywhere in its article.

    ``missing`` is the longest stretch of content (characters) of which the article says nothing; ``weakest`` the share
    said near the sentence of that stretch of content of which least is said. ``letters`` is the share of the content's
    single characters in the sentence; ``opening`` how much of the first stretch of content the sentence opens with.
    """

    sentence: float
    near: float
    article: float
    common: float
    missing: int
    weakest: float
    letters: float
    opening: float


Unit = tuple[tuple[str, ...], float]
"""A character, figure or word of the content: the terms it is part of, and its weight."""


def _units(run: str, weights: Mapping[str, float]) -> list[Unit]:
    units: list[Unit] = []
    for word in split_words(run):
        if word[0].isascii() or len(word) == 1:
            units.append(((word,), weights.get(word, 0.5)))
            continue
        pairs = [word[at : at + 2] for at in range(len(word) - 1)]
        for at in range(len(word)):
            terms = tuple(pairs[max(at - 1, 0) : at + 1])
            units.append((terms, sum(weights.get(term, 0.5) for term in terms) / len(terms)))
    return units


def _said(units: Sequence[Unit], text: str) -> float:
    return sum(weight for terms, weight in units if any(term in text for term in terms))


class Scale:
    """Weighs a question's terms by their rarity among the candidates."""

    def __init__(self, question: Question, candidates: Sequence[Candidate]) -> None:
        self.runs = content_runs(question)
        base = content_terms(question)
        count = len(candidates)
        self.weights: dict[str, float] = {}
        for term, weight in base.items():
            holding = sum(term in candidate.folded for candidate in candidates)
            self.weights[term] = weight * (0.25 + log((count + 1) / (holding + 0.5)) / log(2 * count + 2))
        self._units = [_units(run, self.weights) for run in self.runs]
        self.total = sum(weight for units in self._units for _, weight in units) or 1.0
        phrases = [run for run in self.runs if len(run) >= LONG_RUN and not _PLACE.fullmatch(run)]
        phrases += [part for run in self.runs for part in run.split("的") if part != run and len(part) >= LONG_PART]
        self._phrases = [_units(phrase, self.weights) for phrase in phrases]
        self._letters = {letter for run in self.runs for letter in run if letter not in FUNCTION}
        self._articles: dict[str, tuple[float, int]] = {}

    def share(self, text: str) -> float:
        """Weighted share of the content's characters that a folded text says, each in some term of at least two."""
        return sum(_said(units, text) for units in self._units) / self.total

    @property
    def subject(self) -> str:
        """The *X* of a question that asks only for X的Y, without place and time; folded, empty in others."""
        found = _X_OF_Y.fullmatch(self.runs[0]) if len(self.runs) == 1 else None
        return _WHEN.sub("", _PLACE.sub("", found["x"])) if found else ""

    def cover(self, candidate: Candidate) -> Coverage:
        """Measure one candidate."""
        whole = candidate.setting.whole
        if whole not in self._articles:
            self._articles[whole] = (self.share(whole), self._longest_missing(whole))
        article, missing = self._articles[whole]
        near = candidate.near
        return Coverage(
            self.share(candidate.folded),
            self.share(near),
            article,
            self._common(candidate.folded),
            missing,
            self._weakest(near),
            sum(letter in candidate.folded for letter in self._letters) / (len(self._letters) or 1),
            self._opening(candidate.folded),
        )

    def _opening(self, text: str) -> float:
        first = self.runs[0] if self.runs else ""
        length = min(len(first), OPENING)
        return sum(first[at : at + 2] in text[:OPENING] for at in range(length - 1)) / max(length - 1, 1)

    def _weakest(self, text: str) -> float:
        shares = [_said(units, text) / (sum(weight for _, weight in units) or 1.0) for units in self._phrases]
        return min(shares, default=1.0)

    def _longest_missing(self, text: str) -> int:
        longest = 0
        for run in self.runs:
            length = 0
            for first, second in pairwise(run):
                length = 0 if first + second in text else (length or 1) + 1
                longest = max(longest, length)
        return longest

    def _common(self, text: str) -> float:
        """Longest stretch of content the text repeats, as a share of the longest stretch there is, at most 8."""
        best = 0
        for run in self.runs:
            for start in range(len(run)):
                while start + best < len(run) and run[start : start + best + 1] in text:
                    best += 1
        return best / min(8, max((len(run) for run in self.runs), default=1)) if best < 8 else 1.0
