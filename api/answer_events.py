"""A verified answer as server-sent events. Knows nothing of how the answer came about.

Every claim was verified before its first character leaves. The texts of all ``delta`` events, joined, are the answer.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from fastapi.sse import format_sse_event

from api import examples
from api.errors import Problem
from rag.asking import Answered, AnswerEvent, Found
from rag.models import Ranking
from rag.serialise import abstention_json, answer_json, citation_json, claim_json
from rag.verify import Said

EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["evidence", "citation", "delta", "claim", "abstention", "done", "error"]},
        "data": {"type": "string", "description": "JSON."},
    },
    "required": ["event", "data"],
}
"""One event of a stream, for the description."""

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


async def frames(happening: AsyncGenerator[AnswerEvent, None]) -> AsyncGenerator[bytes, None]:
    """An answer's events on the wire as they happen; closing this closes what happens."""
    writer = EventWriter()
    async with aclosing(happening) as events:
        async for event in events:
            for name, value in writer.events_of(event):
                yield framed(name, value)


def failed(instance: str, problem: Problem) -> bytes:
    """The event of a failure; ``instance`` is the path asked for."""
    return framed("error", problem.json(instance))


def example() -> str:
    """The stream of the documentation's example."""
    writer = EventWriter()
    pairs = (pair for event in examples.ANSWER_EVENTS for pair in writer.events_of(event))
    return b"".join(framed(name, value) for name, value in pairs).decode()
