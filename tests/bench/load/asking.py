"""Requests to a service, timed, and streams read to their end. Knows nothing of phases or figures."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Told:
    """How one request went: ``is_right`` as far as its kind can be judged."""

    status: int
    seconds: float
    is_right: bool
    retry_after: str | None = None


def client(url: str) -> aiohttp.ClientSession:
    """A client without a bound of its own on connections. Its parser is compiled: it shares the service's cores."""
    return aiohttp.ClientSession(
        url, timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS), connector=aiohttp.TCPConnector(limit=0)
    )


async def search(service: aiohttp.ClientSession, question: str) -> Told:
    """One search; right when it found something."""
    began = time.perf_counter()
    async with service.post("/v1/search", json={"query": question, "k": 10}) as reply:
        content = await reply.read()
    seconds = time.perf_counter() - began
    is_right = reply.status == HTTPStatus.OK and bool(json.loads(content)["results"])
    return Told(reply.status, seconds, is_right, reply.headers.get("retry-after"))


async def stream(service: aiohttp.ClientSession, question: str) -> Told:
    """One answer as a stream; right when its events came in order and its deltas are the answer."""
    began = time.perf_counter()
    body = {"question": question, "stream": True}
    async with service.post("/v1/answers", json=body) as reply:
        content = (await reply.read()).decode()
    is_right = reply.status == HTTPStatus.OK and in_order(events(content))
    return Told(reply.status, time.perf_counter() - began, is_right, reply.headers.get("retry-after"))


def events(content: str) -> list[tuple[str, Any]]:
    """The events of a stream; comments are left out."""
    found = []
    for block in content.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def in_order(told: list[tuple[str, Any]]) -> bool:
    """Evidence first, ``done`` last, citations before their claim, and what was streamed is what the end says."""
    names = [name for name, _ in told]
    if len(names) < 2 or (names[0], names[-1]) != ("evidence", "done") or names.count("done") != 1:
        return False
    answer, cited, claims = told[-1][1], set[int](), 0
    for name, value in told:
        if name == "citation":
            cited.add(value["marker"])
        elif name == "claim":
            if value["index"] != claims or not cited.issuperset(value["citations"]):
                return False
            claims += 1
    if answer["abstained"]:
        return claims == 0 and names[-2] == "abstention"
    deltas = "".join(value["text"] for name, value in told if name == "delta")
    return bool(deltas == answer["answer"]) and claims == len(answer["claims"])


async def upload(service: aiohttp.ClientSession, name: str, rows: list[dict[str, str]]) -> list[str]:
    """Records sent as one file; ids of nothing but what it brought, for taking it away again."""
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    form = aiohttp.FormData()
    form.add_field("files", content, filename=name)
    async with service.post("/v1/documents", data=form) as reply:
        reply.raise_for_status()
        await reply.read()
    return [row["_id"] for row in rows]
