"""A verified answer as server-sent events. Knows nothing of how the answer came about.

The answer is verified as a whole before its first character leaves; while that takes, comments keep the line open. The
texts of all ``delta`` events, joined, are the answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api import examples
from api.deps import gone
from api.errors import of_any
from rag.models import Answer, Citation
from rag.serialise import abstention_json, answer_json, citation_json, claim_json

PING_SECONDS = 15.0
"""Silence after which a comment is sent: proxies drop lines that stay silent for 30 to 60 seconds."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Neither caches nor a proxy (nginx) may hold events back."""

Event = tuple[str, Any]


def events_of(answer: Answer) -> Iterator[Event]:
    """The answer as (name, JSON value) pairs, ``done`` last."""
    yield "evidence", {"articles": _articles(answer)}
    if answer.abstention is not None:
        yield "abstention", abstention_json(answer.abstention)
    else:
        yield from _claims(answer)
    yield "done", answer_json(answer)


def _claims(answer: Answer) -> Iterator[Event]:
    text = answer.answer or ""
    citations = {citation.marker: citation for citation in answer.citations}
    ordered = sorted(enumerate(answer.claims), key=lambda pair: pair[1].start)
    # A claim's delta runs on to where the next claim begins: its markers and full stop belong to it.
    ends = [claim.start for _, claim in ordered[1:]] + [len(text)]
    sent = 0
    for (index, claim), end in zip(ordered, ends, strict=False):
        for marker in claim.citations:
            if marker in citations:
                yield "citation", citation_json(citations.pop(marker))
        yield "delta", {"text": text[sent:end]}
        yield "claim", {"index": index, **claim_json(claim)}
        sent = end
    if sent < len(text):
        yield "delta", {"text": text[sent:]}


def _articles(answer: Answer) -> list[dict[str, Any]]:
    resting: tuple[Citation, ...] = answer.abstention.nearest if answer.abstention else answer.citations
    first = {citation.article_id: citation for citation in reversed(resting)}
    seen = dict.fromkeys(citation.article_id for citation in resting)
    return [
        {
            "document": first[article_id].document,
            "document_id": first[article_id].document_id,
            "article_id": article_id,
            "title": first[article_id].title,
            "published": first[article_id].published,
            "place": first[article_id].place,
        }
        for article_id in seen
    ]


def framed(name: str, value: Any) -> bytes:
    """One event on the wire; JSON holds no line break, so its value is one ``data`` line."""
    return format_sse_event(event=name, data_str=json.dumps(value, ensure_ascii=False))


async def streamed(request: Request, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> AsyncIterator[bytes]:
    """Ask, and send the answer's events; a failure becomes an ``error`` event, for the status has long been sent.

    The asking is cancelled when the client hangs up or the stream is closed.
    """
    asking, leaving = asyncio.ensure_future(ask()), asyncio.ensure_future(gone(request))
    try:
        while not asking.done():
            done, _ = await asyncio.wait({asking, leaving}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if leaving in done and not asking.done():
                return
            if not done:
                yield KEEPALIVE_COMMENT
        try:
            answer = asking.result()
        except Exception as error:  # noqa: BLE001 - told to the client; what is unexpected is logged by of_any
            yield framed("error", of_any(error).json(request.url.path))
            return
        for name, value in events_of(answer):
            yield framed(name, value)
    finally:
        asking.cancel()
        leaving.cancel()


EXAMPLE = b"".join(framed(name, value) for name, value in events_of(examples.ANSWER_VALUE)).decode()
