"""A verified answer as server-sent events. Knows nothing of how the answer came about.

Every claim was verified before its first character leaves; while that takes, comments keep the line open. The texts of
all ``delta`` events, joined, are the answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from fastapi import Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api import examples
from api.deps import gone
from api.errors import of_any
from rag.asking import Answered, AnswerEvent, Found
from rag.models import Ranking
from rag.serialise import abstention_json, answer_json, citation_json, claim_json
from rag.verify import Said

PING_SECONDS = 15.0
"""Silence after which a comment is sent: proxies drop lines that stay silent for 30 to 60 seconds."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Neither caches nor a proxy (nginx) may hold events back."""

Event = tuple[str, Any]


class EventWriter:
    """Turns what happens to one answer into (name, JSON value) pairs; ``done`` is the last."""

    def __init__(self) -> None:
        self._claims = 0

    def events_of(self, event: AnswerEvent) -> Iterator[Event]:
        """The pairs of one event."""
        match event:
            case Found():
                yield "evidence", {"articles": _articles(event.ranking)}
            case Said():
                for citation in event.citations:
                    yield "citation", citation_json(citation)
                yield "delta", {"text": event.delta}
                yield "claim", {"index": self._claims, **claim_json(event.claim)}
                self._claims += 1
            case Answered(answer):
                if answer.abstention is not None:
                    yield "abstention", abstention_json(answer.abstention)
                yield "done", answer_json(answer)


def _articles(ranking: Ranking) -> list[dict[str, Any]]:
    """The articles an answer will be drafted from, best first."""
    best = {found.article.article_id: found for found in reversed(ranking.evidence)}
    return [
        {
            "document": found.document,
            "document_id": found.article.document_id,
            "article_id": found.article.article_id,
            "title": found.article.title,
            "published": found.article.published,
            "place": found.article.place,
        }
        for found in sorted(best.values(), key=lambda found: found.rank)
    ]


def framed(name: str, value: Any) -> bytes:
    """One event on the wire; JSON holds no line break, so its value is one ``data`` line."""
    return format_sse_event(event=name, data_str=json.dumps(value, ensure_ascii=False))


async def streamed(request: Request, happening: AsyncGenerator[AnswerEvent, None]) -> AsyncIterator[bytes]:
    """Send an answer's events as they happen; a failure becomes an ``error`` event, for the status has long been sent.

    The asking is cancelled when the client hangs up or the stream is closed.
    """
    writer, leaving = EventWriter(), asyncio.ensure_future(gone(request))
    step = asyncio.ensure_future(_next(happening))
    try:
        while True:
            done, _ = await asyncio.wait({step, leaving}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                yield KEEPALIVE_COMMENT
            elif step not in done:
                return
            else:
                try:
                    event = step.result()
                except Exception as error:  # noqa: BLE001 - told to the client; what is unexpected is logged by of_any
                    yield framed("error", of_any(error).json(request.url.path))
                    return
                if event is None:
                    return
                for name, value in writer.events_of(event):
                    yield framed(name, value)
                step = asyncio.ensure_future(_next(happening))
    finally:
        leaving.cancel()
        step.cancel()
        if not step.done():
            # A generator cannot be closed while it runs: its step must have ended first.
            await asyncio.wait({step})
        await happening.aclose()


async def _next(happening: AsyncGenerator[AnswerEvent, None]) -> AnswerEvent | None:
    return await anext(happening, None)


def example() -> str:
    """The stream of the documentation's example."""
    writer = EventWriter()
    pairs = (pair for event in examples.ANSWER_EVENTS for pair in writer.events_of(event))
    return b"".join(framed(name, value) for name, value in pairs).decode()
