"""Responses, whole and as typed events, as OpenAI's Responses API has them. Knows nothing of what is in the text."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import uuid4

from fastapi.sse import format_sse_event

from api.chat import writing
from api.chat.response_bodies import ResponsesBody
from api.chat.wishes import Begun
from api.chat.writing import Reply, Written
from api.errors import Problem
from rag.models import Usage
from rag.serialise import Json

_PREFIX, _ANSWER_PREFIX = "resp_", "ans_"


def response_id(answer_id: str | None) -> str:
    """What a response is called: after the answer that is kept of it, or after nothing."""
    return _PREFIX + (answer_id.removeprefix(_ANSWER_PREFIX) if answer_id else uuid4().hex)


def answer_id_of(name: str) -> str:
    """What the answer behind a response would be called."""
    return _ANSWER_PREFIX + name.removeprefix(_PREFIX)


class Responding:
    """One response on its way: what all its events share, and the number of the next one."""

    def __init__(self, body: ResponsesBody, base: str) -> None:
        self._body = body
        self._base = base
        self._id = ""
        self._item = f"msg_{uuid4().hex}"
        self._created = int(time.time())
        self._next = 0

    def whole(self, reply: Reply) -> Json:
        """The response in one piece."""
        self._id = self._id or response_id(reply.answer_id)
        text = writing.written(reply, self._base)
        extras = {"citations": list(text.citations), "abstention": text.abstention}
        done = self._shell("completed", output=[self._message(_part(text))], usage=usage_json(reply.usage))
        return {**done, **extras, "completed_at": int(time.time())}

    async def frames(self, pieces: AsyncGenerator[Begun | str | Reply, None]) -> AsyncGenerator[bytes, None]:
        """The events of a response on the wire as it comes; closing this closes ``pieces``."""
        async with aclosing(pieces) as coming:
            async for piece in coming:
                if isinstance(piece, Begun):
                    for frame in self._opened(piece):
                        yield frame
                elif isinstance(piece, Reply):
                    for frame in self._closed(piece):
                        yield frame
                elif piece:
                    yield self._event("response.output_text.delta", **self._place(), delta=piece, logprobs=[])

    def failed(self, problem: Problem) -> bytes:
        """The event of a failure."""
        self._id = self._id or response_id(None)
        error = {"code": "server_error", "message": str(problem)}
        return self._event("response.failed", response=self._shell("failed", error=error))

    def _opened(self, begun: Begun) -> list[bytes]:
        self._id = response_id(begun.answer_id)
        started = self._shell("in_progress")
        item = {**self._message(), "status": "in_progress", "content": []}
        return [
            self._event("response.created", response=started),
            self._event("response.in_progress", response=started),
            self._event("response.output_item.added", output_index=0, item=item),
            self._event("response.content_part.added", **self._place(), part=_part(Written("", (), (), None))),
        ]

    def _closed(self, reply: Reply) -> list[bytes]:
        text = writing.written(reply, self._base)
        part = _part(text)
        noted = [
            self._event(
                "response.output_text.annotation.added", **self._place(), annotation_index=at, annotation=annotation
            )
            for at, annotation in enumerate(part["annotations"])
        ]
        return [
            *noted,
            self._event("response.output_text.done", **self._place(), text=text.text, logprobs=[]),
            self._event("response.content_part.done", **self._place(), part=part),
            self._event("response.output_item.done", output_index=0, item=self._message(part)),
            self._event("response.completed", response=self.whole(reply)),
        ]

    def _event(self, name: str, **members: Any) -> bytes:
        value = {"type": name, "sequence_number": self._next, **members}
        self._next += 1
        return format_sse_event(event=name, data_str=json.dumps(value, ensure_ascii=False))

    def _place(self) -> Json:
        return {"item_id": self._item, "output_index": 0, "content_index": 0}

    def _message(self, *parts: Json) -> Json:
        return {
            "id": self._item, "type": "message", "role": "assistant", "status": "completed", "content": list(parts)
        }  # fmt: skip

    def _shell(self, status: str, **members: Any) -> Json:
        shared = {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "model": self._body.model,
            "output": [],
            "error": None,
            "incomplete_details": None,
            "instructions": self._body.instructions,
            "metadata": self._body.metadata or {},
            "previous_response_id": self._body.previous_response_id,
            "parallel_tool_calls": False,
            "tool_choice": "none",
            "tools": [],
            "store": self._body.keep,
            "temperature": None,
            "top_p": None,
            "text": {"format": {"type": "text"}},
            "usage": None,
        }
        return {**shared, **members}


def usage_json(usage: Usage) -> Json:
    """Tokens as the Responses API counts them, and our cost beside."""
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "cost_usd": usage.cost_usd,
    }


def _part(text: Written) -> Json:
    """The text with its annotations, which are flat here."""
    annotations = [{"type": one["type"], **one["url_citation"]} for one in text.annotations]
    return {"type": "output_text", "text": text.text, "annotations": annotations, "logprobs": []}
