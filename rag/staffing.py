"""Chooses who does the units of a batch, and what they may cost, from the settings and the model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial

from rag.adapters.completions import prices_per_token, retried_outside
from rag.adapters.ray import RayEngine
from rag.adapters.tiktoken import count_tokens
from rag.batch.crew import Clerk, Crew, Did, HereCrew, SpreadCrew
from rag.batch.desk import AnswerDesk, DigestDesk, SummaryDesk
from rag.batch.estimate import Estimator
from rag.batch.pace import Patience
from rag.batch.summaries import summary_desk
from rag.choosing import EXTRACTIVE, build_generator
from rag.engine import ProcessSpread
from rag.errors import BatchError
from rag.issue import read_piece
from rag.ledger import Ledger
from rag.ledgers import ledger_url
from rag.models import Unit
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.summarising import Summarising
from rag.verify import RuleVerifier

GROUP = 16
"""Units of the extractive model settled in one step: a write to disk takes as long as one of them."""


SPREAD_FROM = 200
"""Units from which on other processes are worth their start, which takes as long as some hundred summaries."""


@contextmanager
def crew(pipeline: Pipeline, units: int) -> Iterator[Crew]:
    """Whoever is right for so many units of the configured model and engine.

    This process calls remote models, many at a time; the extractive model has a process for every core, as soon as
    there is enough to do; with the engine ``ray`` all summaries are made by its workers.
    """
    settings, here = pipeline.settings, crew_here(pipeline)
    is_free = pipeline.generator.model == EXTRACTIVE
    spread: ProcessSpread | RayEngine
    if settings.ingest.engine == "ray":
        spread = RayEngine(settings.ingest)
    elif is_free and units >= SPREAD_FROM:
        spread = ProcessSpread(settings.batch.workers or os.cpu_count() or 1)
    else:
        yield here
        return
    with closing(spread):
        yield SpreadCrew(spread, RemoteClerk.of(pipeline), here, group=GROUP if is_free else 1)


class PatientClerk(Clerk):
    """Has each call of a model made once: when to try again is the batch's to say, for all of its workers."""

    async def do(self, unit: Unit) -> Did:
        """One unit."""
        with retried_outside():
            return await super().do(unit)


@dataclass(frozen=True)
class RemoteClerk:
    """Summarises in whatever process it is called in, with a ledger opened there once, which it only reads."""

    settings: Settings
    url: str
    revision: str

    @classmethod
    def of(cls, pipeline: Pipeline) -> RemoteClerk:
        """One that reads what this pipeline does, and writes summaries as it does."""
        return cls(pipeline.settings, ledger_url(pipeline.settings), pipeline.revision)

    def __call__(self, units: Sequence[Unit]) -> list[Did]:
        """One ``Did`` a unit, in order."""
        loop, clerk = _office(self)
        return loop.run_until_complete(_in_turn(clerk, units))

    def __hash__(self) -> int:
        return hash((self.url, self.revision))


@lru_cache(maxsize=1)
def _office(recipe: RemoteClerk) -> tuple[asyncio.AbstractEventLoop, Clerk]:
    """One loop a process, for a remote model's connections belong to theirs."""
    settings, collection = recipe.settings, recipe.settings.store.collection
    ledger, pool = Ledger.open(recipe.url), ThreadPoolExecutor(1)
    generator = build_generator(settings, pool)
    summarising = Summarising(ledger, collection, generator, RuleVerifier(), pool)
    read = partial(read_piece, ledger, collection)
    desk = SummaryDesk(ledger, collection, read, summarising.summarise, model=generator.model, revision=recipe.revision)
    return asyncio.new_event_loop(), PatientClerk(desk)


async def _in_turn(clerk: Clerk, units: Sequence[Unit]) -> list[Did]:
    return [await clerk.do(unit) for unit in units]


def crew_here(pipeline: Pipeline) -> HereCrew:
    """This process does everything: as many calls of a remote model at a time as the settings allow."""
    clerk = PatientClerk(summary_desk(pipeline), AnswerDesk(pipeline.ask), DigestDesk(pipeline.digest))
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
