"""Works on batches beside serving, one after the other, as long as the service runs; goes on with those it finds.

Knows nothing of routes, and nothing of how a unit is done.
"""

from __future__ import annotations

import asyncio
import logging

from rag.batch import Runner, cancel, validate
from rag.collections import Collections
from rag.errors import GazetteError
from rag.models import Batch
from rag.pipeline import Pipeline
from rag.staffing import crew, estimator, patience

LOOK_SECONDS = 5.0
"""How soon a batch that another process resumed is noticed; one sent here is at once."""

_LOG = logging.getLogger(__name__)


class Batching:
    """The service's own worker. ``wake`` it when there is a new batch; ``stop`` waits for requests under way."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def stop(self) -> None:
        """Hand out nothing more; ``run`` returns when what is under way is settled."""
        self._stop.set()
        self._wake.set()

    async def run(self, collections: Collections) -> None:
        """Work until stopped, on each batch with its own collection's pipeline. What one batch does wrong ends that
        batch, not the service.
        """
        while not self._stop.is_set():
            self._wake.clear()
            found = await asyncio.to_thread(_next, collections)
            if found is None:
                await self._sleep()
                continue
            pipeline, batch = found
            try:
                await self._work(pipeline, batch)
            except GazetteError as error:
                _LOG.warning("batch %s: %s", batch.batch_id, error)
                await asyncio.to_thread(_fail, pipeline, batch, str(error))

    async def _work(self, pipeline: Pipeline, batch: Batch) -> None:
        if batch.state == "cancelling":
            await asyncio.to_thread(cancel, pipeline.ledger, batch)
            return
        batch = await asyncio.to_thread(lambda: validate(pipeline, batch, estimator(pipeline)))
        if batch.state != "in_progress":
            return
        counts = await asyncio.to_thread(lambda: pipeline.ledger.units.counts(batch))
        with crew(pipeline, counts.units - counts.units_done) as workers:
            runner = Runner(pipeline.ledger, workers, pipeline.settings.store.path, patience(pipeline.settings))
            await runner.run(batch, self._stop)

    async def _sleep(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
        except TimeoutError:
            return


def _next(collections: Collections) -> tuple[Pipeline, Batch] | None:
    """The oldest batch of all collections that can be worked on with the configured model."""
    waiting = [(one, batch) for one in collections.opened() if (batch := _next_of(one)) is not None]
    return min(waiting, key=lambda pair: pair[1].created, default=None)


def _next_of(pipeline: Pipeline) -> Batch | None:
    waiting = pipeline.ledger.batches.in_states(pipeline.collection, ("validating", "in_progress", "cancelling"))
    mine = [batch for batch in waiting if batch.model == pipeline.generator.model or batch.state == "cancelling"]
    return mine[-1] if mine else None


def _fail(pipeline: Pipeline, batch: Batch, reason: str) -> None:
    pipeline.ledger.batches.move(batch, "failed", "validating", "in_progress", reason=reason)
