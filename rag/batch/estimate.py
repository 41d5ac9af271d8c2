"""What a batch may cost at most, before anything is paid: tokens of every prompt, and the longest replies.

The bound of a unit is what its calls cost when each is asked a second time, as happens when a reply comes in the wrong
shape. Tokens are counted in one vocabulary for all models, so a margin is added. Pure but for reading articles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from rag.batch.plan import ANSWERS, SUMMARIES
from rag.errors import NotFoundError
from rag.models import Unit
from rag.pipeline import Pipeline
from rag.prompts import load_prompt

MARGIN = 1.25
"""On counted tokens: other vocabularies than o200k_base need up to about a quarter more for Chinese news."""

_ATTEMPTS = 2
_CALLS = {SUMMARIES: 1, ANSWERS: 3}
"""Calls of one unit, each asked twice at most: an answer may be rewritten, drafted, and revised."""

Counts = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one unit at most."""

    prompt: int = 0
    completion: int = 0


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

    def __call__(self, url: str, body: Mapping[str, Any]) -> float:
        """What one attempt of a unit may cost, US dollars; 0 where the model has no listed price."""
        return self._cost(self.tokens(url, body)) if self._prices and any(self._prices) else 0.0

    @staticmethod
    def free(url: str, body: Mapping[str, Any]) -> float:  # noqa: ARG004 - the seam's signature
        """A bound for where nothing will be paid: nothing is counted."""
        return 0.0

    def tokens(self, url: str, body: Mapping[str, Any]) -> Tokens:
        """Tokens of all calls of one attempt, at most."""
        model = self._settings.model
        room = model.context_tokens - model.max_output_tokens
        if url == SUMMARIES:
            needed, fixed = self._article_tokens(body["article_id"]), self._prompt_tokens("summarise")
        else:
            needed = self._settings.retrieve.evidence * self._settings.chunk.max_tokens
            fixed = self._prompt_tokens("answer") + self._count([str(body)])[0]
        pieces = max(ceil(needed / max(room - fixed, 1)), 1) if url == SUMMARIES else 1
        calls = _ATTEMPTS * (_CALLS[url] + (pieces if pieces > 1 else 0))
        one = min(ceil((needed + fixed) * MARGIN), room)
        return Tokens(one * calls, model.max_output_tokens * calls)

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

    def _article_tokens(self, article_id: str) -> int:
        try:
            article, _ = self._pipeline.article(article_id)
        except NotFoundError:
            return 0  # it will fail before any call is made
        return self._count([article.text])[0]

    def _prompt_tokens(self, name: str) -> int:
        return sum(self._count(list(load_prompt(name).sections.values())))
