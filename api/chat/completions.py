"""Chat completions, whole and as a stream of chunks, in OpenAI's shapes. Knows nothing of what is in the text."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from api.chat import writing
from api.chat.wishes import Begun
from api.chat.writing import Reply
from api.errors import Problem, openai_error
from rag.models import Usage
from rag.serialise import Json


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

    def sources(self, reply: Reply) -> Iterator[Json]:
        """Pieces that add no text and carry one source each as Open WebUI reads them, in the order of their markers.

        They go before the annotations, which it takes for the same sources by their address. ``source_url`` keeps it
        from asking a foreign server for the icon of that address.
        """
        for one in reply.citations:
            url, name = writing.address(one, self.base), one.title or one.document
            shown = {"source": url, "source_url": url, "name": name}
            source = {"source": {"id": url, "name": name}, "document": [one.quote], "metadata": [shown]}
            yield self.chunk({}, event={"type": "source", "data": source})

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


def failed(problem: Problem) -> bytes:
    """The event of a failure."""
    return framed(openai_error(problem))


async def frames(
    completion: Completion, pieces: AsyncGenerator[Begun | str | Reply, None], *, with_usage: bool
) -> AsyncGenerator[bytes, None]:
    """The chunks of a reply on the wire as it comes; closing this closes ``pieces``."""
    yield framed(completion.chunk({"role": "assistant", "content": ""}))
    async with aclosing(pieces) as coming:
        async for piece in coming:
            if isinstance(piece, Reply):
                for source in completion.sources(piece):
                    yield framed(source)
                yield framed(completion.last(piece))
                if with_usage:
                    yield framed(completion.usage(piece))
            elif isinstance(piece, str) and piece:
                yield framed(completion.chunk({"content": piece}))
    yield framed("[DONE]")
