"""Chooses who does the units of a batch, and what they may cost, from the settings and the model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rag.adapters.completions import prices_per_token
from rag.adapters.tiktoken import count_tokens
from rag.batch.crew import Clerk, Crew, HereCrew
from rag.batch.desk import AnswerDesk
from rag.batch.estimate import Estimator
from rag.batch.pace import Patience
from rag.batch.summaries import summary_desk
from rag.build import EXTRACTIVE
from rag.errors import BatchError
from rag.pipeline import Pipeline
from rag.settings import Settings

GROUP = 16
"""Units of the extractive model settled in one step: a write to disk takes as long as one of them."""


@contextmanager
def crew(pipeline: Pipeline) -> Iterator[Crew]:
    """Whoever is right for the model: this process does everything, as many remote calls at a time as set."""
    yield crew_here(pipeline)


def crew_here(pipeline: Pipeline) -> HereCrew:
    """This process does everything: as many calls of a remote model at a time as the settings allow."""
    clerk = Clerk(summary_desk(pipeline), AnswerDesk(pipeline.ask))
    if pipeline.generator.model == EXTRACTIVE:
        return HereCrew(clerk, size=pipeline.settings.serve.workers, group=GROUP)
    return HereCrew(clerk, size=pipeline.settings.batch.concurrency, group=1)


def patience(settings: Settings) -> Patience:
    """How often units are tried, from the settings."""
    return Patience(settings.batch.attempts, settings.batch.wait_seconds)


def estimator(pipeline: Pipeline) -> Estimator:
    """What units cost with the configured model, at list prices; nothing with the extractive one."""
    name = pipeline.generator.model
    prices = (0.0, 0.0) if name == EXTRACTIVE else prices_per_token(name)
    return Estimator(pipeline, count_tokens, prices)


def check_budget(pipeline: Pipeline, budget_usd: float | None) -> None:
    """See that a budget can be kept.

    Raises:
        BatchError: the model has no listed price.
    """
    name = pipeline.generator.model
    if budget_usd is not None and name != EXTRACTIVE and prices_per_token(name) is None:
        raise BatchError(f"no list price of {name!r} is known, so a budget of {budget_usd:g} USD cannot be kept")
