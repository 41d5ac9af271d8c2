"""What a service is put through, phase by phase; each gives one row. Knows nothing of how requests are made."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

import aiohttp

from tests.bench.load.asking import Told, search, stream, upload
from tests.bench.load.reference import Reference
from tests.bench.load.service import Service

Row = dict[str, object]

OVERLOAD = 4
OVERLOAD_SECONDS = 15
PROBE_SECONDS, RECOVERY_SECONDS = 0.25, 60
UPLOADED = 120
SOAK_SHARE_SETTLING = 0.2
"""Of a soak's samples, those before which a process may still grow: caches fill."""


class Phases:
    """Phases over one service; later ones are compared with the idle one.

    Args:
        service: running, over a large collection.
        client: open to it.
        questions: each asked once.
        records: of uploads, none sent twice.
        reference: measured before each phase that is told with its processor time.
    """

    def __init__(
        self,
        service: Service,
        client: aiohttp.ClientSession,
        questions: Iterator[str],
        records: Iterator[dict[str, str]],
        reference: Reference,
    ) -> None:
        self._service = service
        self._client = client
        self._questions = questions
        self._records = records
        self._reference = reference
        self._idle_late = 0.0
        self._rate = 0.0

    async def idle(self, count: int) -> Row:
        """Searches one after the other."""
        for _ in range(20):
            await self._search()
        row, told = await self._timed("search, one at a time", self._one_by_one(count))
        self._idle_late = late(told)
        return row

    async def crowded(self, count: int, connections: int) -> Row:
        """Searches over some connections, each asking again as soon as it is answered."""
        row, told = await self._timed(f"search, {connections} connections", self._side_by_side(count, connections))
        self._rate = len(told) / float(str(row["seconds"]))
        return row

    async def paced(self, rate: float, seconds: float, connections: int) -> Row:
        """Searches that come at a steady rate, over some connections.

        Timed from when each was due, so that one which had to wait for a free connection took that long too.
        """
        due, told = iter([number / rate for number in range(int(rate * seconds))]), list[Told]()

        async def one_connection(began: float) -> None:
            for at in due:
                await asyncio.sleep(max(began + at - time.perf_counter(), 0))
                one = await self._search()
                told.append(replace(one, seconds=time.perf_counter() - began - at))

        async def offered() -> list[Told]:
            began = time.perf_counter()
            await asyncio.gather(*(one_connection(began) for _ in range(connections)))
            return told

        row, _ = await self._timed(f"search, {rate:g} a second over {connections} connections", offered())
        return row

    async def streams(self, count: int) -> Row:
        """Answers as streams, all at once."""

        async def all_at_once() -> list[Told]:
            return await asyncio.gather(*(stream(self._client, next(self._questions)) for _ in range(count)))

        row, _ = await self._timed(f"{count} answers streamed at once", all_at_once())
        return row

    async def overload(self) -> Row:
        """Searches at a multiple of what the service managed before, and how soon it is itself again afterwards."""
        rate = max(self._rate * OVERLOAD, 20.0)

        async def offered() -> list[Told]:
            under_way, began = [], time.perf_counter()
            for number in range(int(rate * OVERLOAD_SECONDS)):
                await asyncio.sleep(max(began + number / rate - time.perf_counter(), 0))
                under_way.append(asyncio.ensure_future(self._search()))
            self._stopped = time.perf_counter()
            return await asyncio.gather(*under_way)

        row, told = await self._timed(f"search at {OVERLOAD} times that rate", offered())
        refused = [one for one in told if one.status in (429, 503)]
        row |= {
            "offered a second": round(rate, 1),
            "refused": len(refused),
            "refused with Retry-After": sum(one.retry_after is not None for one in refused),
            "seconds until as idle": round(await self._recovered(), 2),
        }
        return row

    async def _recovered(self) -> float:
        """Seconds from the last request of the overload until searches take twice what they took idle, or less."""
        while time.perf_counter() - self._stopped < RECOVERY_SECONDS:
            told = await self._search()
            if told.is_right and told.seconds <= 2 * self._idle_late:
                break
            await asyncio.sleep(PROBE_SECONDS)
        return time.perf_counter() - self._stopped

    async def ingesting(self, rounds: int) -> Row:
        """Searches one at a time while a file is taken in, and as many before, in turn, so that other load counts in
        both."""
        before: list[Told] = []
        during: list[Told] = []
        began, cpu = time.perf_counter(), self._service.cpu_seconds()
        for number in range(rounds):
            rows = [next(self._records) for _ in range(UPLOADED)]
            taking = asyncio.ensure_future(upload(self._client, f"taken-{number}.jsonl", rows))
            at = len(during)
            while not taking.done():
                during.append(await self._search())
            await taking
            before += [await self._search() for _ in range(len(during) - at)]
        seconds = time.perf_counter() - began
        idle, busy = late(before), late(during)
        return {
            "what": f"search while {rounds} files of {UPLOADED} articles are taken in",
            "n": len(during),
            "right": sum(one.is_right for one in during),
            "p50 ms": milliseconds(middle(during)),
            "p95 ms": milliseconds(busy),
            "p50 ms between": milliseconds(middle(before)),
            "p95 ms between": milliseconds(idle),
            "p95 over p95 between": round(busy / idle, 2),
            "seconds": round(seconds, 1),
            "CPU seconds": round(self._service.cpu_seconds() - cpu, 1),
            "load": round(os.getloadavg()[0], 1),
        }

    async def soak(self, minutes: float, a_second: float) -> AsyncIterator[Row]:
        """Searches, streams and now and then an upload, at a low rate; a sample every thirtieth of the time."""
        began, chance = time.perf_counter(), random.Random(3)
        samples: list[dict[str, int]] = []
        statuses = Counter[int]()
        wrong = asked = 0
        while (gone := time.perf_counter() - began) < minutes * 60:
            if gone >= len(samples) * minutes * 2:
                samples.append(self._service.held())
                yield {"what": "soak", "minute": round(gone / 60, 1), **samples[-1]}
                await upload(self._client, "soak.jsonl", [next(self._records) for _ in range(4)])
            told = await (self._search() if chance.random() < 0.7 else stream(self._client, next(self._questions)))
            statuses[told.status] += 1
            wrong, asked = wrong + (not told.is_right), asked + 1
            await asyncio.sleep(max(began + asked / a_second - time.perf_counter(), 0))
        yield {
            "what": f"soak of {minutes:g} minutes",
            "n": asked,
            "statuses": dict(statuses),
            "wrong": wrong,
            **{
                f"{name}, settled and last": [samples[_settled(samples)][name], samples[-1][name]]
                for name in samples[0]
            },
            "CPU seconds": round(self._service.cpu_seconds()),
            "load": round(os.getloadavg()[0], 1),
        }

    async def _search(self) -> Told:
        return await search(self._client, next(self._questions))

    async def _one_by_one(self, count: int) -> list[Told]:
        return [await self._search() for _ in range(count)]

    async def _side_by_side(self, count: int, connections: int) -> list[Told]:
        shares = await asyncio.gather(*(self._one_by_one(count // connections) for _ in range(connections)))
        return [told for share in shares for told in share]

    async def _timed(self, what: str, work: Awaitable[list[Told]]) -> tuple[Row, list[Told]]:
        alone = self._reference()
        began, cpu = time.perf_counter(), self._service.cpu_seconds()
        told = await work
        seconds, cpu = time.perf_counter() - began, self._service.cpu_seconds() - cpu
        served = [one for one in told if one.status == HTTPStatus.OK]
        row: Row = {
            "what": what,
            "n": len(told),
            "right": sum(one.is_right for one in told),
            "statuses": dict(Counter(one.status for one in told)),
            "p50 ms": milliseconds(middle(served)),
            "p95 ms": milliseconds(late(served)),
            "a second": round(len(served) / seconds, 1),
            "CPU ms each": round(cpu / max(len(served), 1) * 1000, 1),
            "the model alone, CPU ms": round(alone, 1),
            "over the model's": round(cpu / max(len(served), 1) * 1000 / alone, 1),
            "seconds": round(seconds, 2),
            "load": round(os.getloadavg()[0], 1),
        }
        return row, told


def _settled(samples: Sequence[object]) -> int:
    return int(len(samples) * SOAK_SHARE_SETTLING)


def middle(told: Sequence[Told]) -> float:
    """Median seconds."""
    return statistics.median(one.seconds for one in told)


def late(told: Sequence[Told]) -> float:
    """95th percentile of seconds."""
    return sorted(one.seconds for one in told)[int(len(told) * 0.95)]


def milliseconds(seconds: float) -> float:
    """For a row."""
    return round(seconds * 1000, 1)
