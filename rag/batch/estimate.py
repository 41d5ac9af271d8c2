"""What a batch may cost at most, before anything is paid: tokens of every prompt, and the longest replies.

The bound of a unit is what its calls cost when each is asked a second time, as happens when a reply comes in the wrong
shape. Tokens are counted in one vocabulary for all models, so a margin is added. Pure but for reading articles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from rag.batch.bodies import DigestsLine, read_body
from rag.batch.plan import ANSWERS, DIGESTS, SUMMARIES
from rag.errors import NotFoundError
from rag.models import Unit
from rag.openings import SHOWN, SHOWN_CHARS
from rag.pipeline import Pipeline
from rag.prompts import load_prompt

MARGIN = 1.25
"""On counted tokens: other vocabularies than o200k_base need up to about a quarter more for Chinese news."""

_ATTEMPTS = 2
_CALLS = {SUMMARIES: 1, ANSWERS: 3, DIGESTS: 1}
"""Calls of one unit, each asked twice at most: an answer may be rewritten, drafted, and revised; a digest has an
opening, besides the summaries of its articles."""

Counts = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one unit at most."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A batch before it is started. ``cost_usd`` is None where the model has no listed price; all are upper bounds."""

    lines: int
    refused: int
    units: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None


class Estimator:
    """Counts the tokens of units for one model.

    Args:
        pipeline: over the corpus that is asked.
        count_tokens: of each text.
        prices: US dollars of one prompt and one completion token; None where nobody knows.
    """

    def __init__(self, pipeline: Pipeline, count_tokens: Counts, prices: tuple[float, float] | None) -> None:
        self._pipeline = pipeline
        self._count = count_tokens
        self._prices = prices
        self._settings = pipeline.settings
        self._room = self._settings.model.context_tokens - self._settings.model.max_output_tokens

    def __call__(self, url: str, body: Mapping[str, Any]) -> float:
        """What one attempt of a unit may cost, US dollars; 0 where the model has no listed price."""
        return self._cost(self.tokens(url, body)) if self._prices and any(self._prices) else 0.0

    @staticmethod
    def free(url: str, body: Mapping[str, Any]) -> float:  # noqa: ARG004 - the seam's signature
        """A bound for where nothing will be paid: nothing is counted."""
        return 0.0

    def tokens(self, url: str, body: Mapping[str, Any]) -> Tokens:
        """Tokens of all calls of one attempt, at most."""
        if url == SUMMARIES:
            return self._summary(body["article_id"])
        if url == DIGESTS:
            articles = self._pipeline.summarisable(filters=read_body(DigestsLine, body).limits())
            # A token a character is more than Chinese news needs.
            opening = self._calls(SHOWN * SHOWN_CHARS, self._prompt_tokens("digest"), _CALLS[url])
            return sum(map(self._summary, articles), opening)
        needed = self._settings.retrieve.evidence * self._settings.chunk.max_tokens
        return self._calls(needed, self._prompt_tokens("answer") + self._count([str(body)])[0], _CALLS[url])

    def estimate(self, units: Iterable[Unit]) -> Estimate:
        """Everything a planned batch may take."""
        lines: set[int] = set()
        refused, count, prompt, completion = 0, 0, 0, 0
        for unit in units:
            lines.add(unit.line)
            if unit.error is not None or unit.url is None:
                refused += 1
                continue
            count += 1
            tokens = self.tokens(unit.url, unit.body) if self._prices != (0.0, 0.0) else Tokens()
            prompt, completion = prompt + tokens.prompt, completion + tokens.completion
        cost = None if self._prices is None else self._cost(Tokens(prompt, completion))
        return Estimate(len(lines), refused, count, prompt, completion, cost)

    def _cost(self, tokens: Tokens) -> float:
        prompt, completion = self._prices or (0.0, 0.0)
        return tokens.prompt * prompt + tokens.completion * completion

    def _summary(self, article_id: str) -> Tokens:
        """One article's summary; one longer than the model's context is read in parts first."""
        needed, fixed = self._article_tokens(article_id), self._prompt_tokens("summarise")
        pieces = ceil(needed / max(self._room - fixed, 1))
        return self._calls(needed, fixed, _CALLS[SUMMARIES] + (pieces if pieces > 1 else 0))

    def _calls(self, needed: int, fixed: int, calls: int) -> Tokens:
        """So many calls, each asked again, with a prompt of so many tokens of text and of our own words."""
        one = min(ceil((needed + fixed) * MARGIN), self._room)
        most = _ATTEMPTS * calls
        return Tokens(one * most, self._settings.model.max_output_tokens * most)

    def _article_tokens(self, article_id: str) -> int:
        try:
            article, _ = self._pipeline.article(article_id)
        except NotFoundError:
            return 0  # it will fail before any call is made
        return self._count([article.text])[0]

    def _prompt_tokens(self, name: str) -> int:
        return sum(self._count(list(load_prompt(name).sections.values())))
