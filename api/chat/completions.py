"""Chat completions, whole and as a stream of chunks, in OpenAI's shapes. Knows nothing of what is in the text."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.sse import KEEPALIVE_COMMENT

from api.chat import writing
from api.chat.writing import Reply
from api.deps import gone
from api.errors import of_any, openai_error
from api.stream import PING_SECONDS
from rag.asking import Answered, AnswerEvent
from rag.models import Usage
from rag.serialise import Json
from rag.verify import Said


@dataclass(frozen=True, slots=True)
class Completion:
    """One reply on its way to a chat program: what all its pieces share."""

    model: str
    base: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, reply: Reply) -> Json:
        """The completion in one piece."""
        text = writing.written(reply, self.base)
        message = {"role": "assistant", "content": text.text, "refusal": None, "annotations": list(text.annotations)}
        return {
            **self._shared("chat.completion"),
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": usage_json(reply.usage),
            **self._extras(text),
        }

    def chunk(self, delta: Json, finish: str | None = None, **extras: Any) -> Json:
        """One piece of a stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._shared("chat.completion.chunk"), "choices": [choice], **extras}

    def last(self, reply: Reply) -> Json:
        """The piece that ends a stream: annotations and citations of the whole text."""
        text = writing.written(reply, self.base)
        return self.chunk({"annotations": list(text.annotations)}, "stop", **self._extras(text))

    def usage(self, reply: Reply) -> Json:
        """The piece behind the last, for those who asked what it cost."""
        return {**self._shared("chat.completion.chunk"), "choices": [], "usage": usage_json(reply.usage)}

    def _shared(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "system_fingerprint": None}

    def _extras(self, text: writing.Written) -> Json:
        return {"citations": list(text.citations), "abstention": text.abstention}


def usage_json(usage: Usage) -> Json:
    """Tokens as OpenAI counts them, and our cost beside."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "cost_usd": usage.cost_usd,
    }


def framed(value: Json | str) -> bytes:
    """One event of a stream: unnamed, as OpenAI's are."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return b"data: " + text.encode("utf-8", "backslashreplace") + b"\n\n"


async def chunks(
    completion: Completion, happening: AsyncGenerator[AnswerEvent, None], *, with_usage: bool
) -> AsyncIterator[Json]:
    """The pieces of an answer as it comes: each claim is verified before its first character leaves."""
    yield completion.chunk({"role": "assistant", "content": ""})
    async for event in happening:
        if isinstance(event, Said):
            yield completion.chunk({"content": writing.said(event.claim, event.delta)})
        elif isinstance(event, Answered):
            reply = Reply.of(event.answer)
            rest = writing.ending(reply, completion.base)
            if rest:
                yield completion.chunk({"content": rest})
            yield completion.last(reply)
            if with_usage:
                yield completion.usage(reply)


async def whole_chunks(
    completion: Completion, making: AsyncGenerator[Reply, None], *, with_usage: bool
) -> AsyncIterator[Json]:
    """The pieces of a reply that is made in one go: its text comes at once, when all of it was verified."""
    yield completion.chunk({"role": "assistant", "content": ""})
    async for reply in making:
        yield completion.chunk({"content": writing.written(reply, completion.base).text})
        yield completion.last(reply)
        if with_usage:
            yield completion.usage(reply)


async def streamed(
    request: Request, pieces: AsyncIterator[Json], happening: AsyncGenerator[Any, None]
) -> AsyncIterator[bytes]:
    """Send pieces as they come; a failure becomes an ``error`` event. Hanging up cancels the asking."""
    leaving = asyncio.ensure_future(gone(request))
    step = asyncio.ensure_future(_next(pieces))
    try:
        while True:
            done, _ = await asyncio.wait({step, leaving}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                yield KEEPALIVE_COMMENT
                continue
            if step not in done:
                return
            try:
                piece = step.result()
            except Exception as error:  # noqa: BLE001 - told to the client; what is unexpected is logged by of_any
                yield framed(openai_error(of_any(error)))
                return
            if piece is None:
                yield framed("[DONE]")
                return
            yield framed(piece)
            step = asyncio.ensure_future(_next(pieces))
    finally:
        leaving.cancel()
        step.cancel()
        if not step.done():
            # A generator cannot be closed while it runs: its step must have ended first.
            await asyncio.wait({step})
        await happening.aclose()


async def _next(pieces: AsyncIterator[Json]) -> Json | None:
    return await anext(pieces, None)
