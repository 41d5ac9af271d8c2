"""What a trained reader makes of the sentences that the rules leave: where each answers, and how surely.

The reader sees a sentence with its neighbours, under the headline. Knows nothing of how a reader works or of claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.candidates import Candidate
from rag.mapping import Span
from rag.models import Article, Evidence
from rag.protocols import Reader, Reading

SENTENCES = 8
"""Sentences read, the best by the rules: on the development questions the answering one is among them in 99 of 100."""

BEFORE, AFTER = 2, 1
"""Neighbouring sentences shown with a sentence."""


@dataclass(frozen=True, slots=True)
class Read:
    """The likeliest answer in one candidate: its span in the candidate's text, and its log odds against no answer.

    ``start == end`` where the reader marked nothing in the candidate; ``odds`` is then the most they can be.
    """

    start: int
    end: int
    odds: float


@dataclass(frozen=True, slots=True)
class _Window:
    """Sentences ``first`` to ``last`` of one article, to be read in one go."""

    article: Article
    sentences: tuple[Span, ...]
    first: int
    last: int

    @property
    def low(self) -> int:
        return self.sentences[self.first][0]

    @property
    def high(self) -> int:
        return self.sentences[self.last][1]

    @property
    def head(self) -> str:
        title = self.article.title
        return f"{title}\n" if title and self.low > 0 else ""

    @property
    def text(self) -> str:
        return self.head + self.article.text[self.low : self.high]


def read_sentences(
    reader: Reader, question: str, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> dict[int, Read]:
    """Read the candidates given; the result is keyed by their position in ``candidates``."""
    placed = [_placed(candidate, evidence[candidate.evidence]) for candidate in candidates]
    windows = _windows(candidates, placed, evidence)
    found: dict[int, Read] = {}
    for window, readings in zip(windows, reader.read(question, [one.text for one in windows]), strict=True):
        shift = window.low - len(window.head)
        for index, (span, candidate) in enumerate(zip(placed, candidates, strict=True)):
            same = evidence[candidate.evidence].article.article_id == window.article.article_id
            if same and window.low <= span[0] and span[1] <= window.high and readings:
                found[index] = _best_in(span, readings, shift)
    return found


def _placed(candidate: Candidate, item: Evidence) -> Span:
    """Where the candidate stands in its article."""
    return candidate.start + item.passage.start, candidate.end + item.passage.start


def _windows(candidates: Sequence[Candidate], placed: Sequence[Span], evidence: Sequence[Evidence]) -> list[_Window]:
    """Runs of sentences that hold the candidates and their neighbours, apart from each other."""
    wanted: dict[str, set[int]] = {}
    articles: dict[str, tuple[Article, tuple[Span, ...]]] = {}
    for candidate, (start, end) in zip(candidates, placed, strict=True):
        article, sentences = evidence[candidate.evidence].article, candidate.setting.sentences
        articles[article.article_id] = article, sentences
        own = [at for at, (low, high) in enumerate(sentences) if low < end and start < high]
        shown = range(max(own[0] - BEFORE, 0), min(own[-1] + AFTER + 1, len(sentences)))
        wanted.setdefault(article.article_id, set()).update(shown)
    windows: list[_Window] = []
    for name, shown_ in wanted.items():
        article, sentences = articles[name]
        for at in sorted(shown_):
            if windows and windows[-1].article is article and windows[-1].last == at - 1:
                windows[-1] = _Window(article, sentences, windows[-1].first, at)
            else:
                windows.append(_Window(article, sentences, at, at))
    return windows


def _best_in(span: Span, readings: Sequence[Reading], shift: int) -> Read:
    for reading in readings:
        start, end = reading.start + shift, reading.end + shift
        if span[0] <= start < span[1]:
            return Read(start - span[0], min(end, span[1]) - span[0], reading.score)
    return Read(0, 0, readings[-1].score)
