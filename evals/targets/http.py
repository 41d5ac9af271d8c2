"""A peer over HTTP: anything that takes OpenAI-shaped chat completions, with its own corpus behind it.

Our own top-level fields (``citations``, ``claims``, ``abstained``) are read where they are there. Knows nothing of
measures.
"""

from __future__ import annotations

import re
from typing import Any

import httpx

from evals.errors import TargetError
from evals.samples.sample import Sample
from evals.targets.target import Reply

TIMEOUT_SECONDS = 120.0
_OWN_FIELDS = ("citations", "claims", "abstained", "abstention", "confidence", "standalone_question")
_REFUSAL = re.compile(
    r"信息不足|資訊不足|無法回答|无法回答|没有(?:找到|提到|提及|相关)|沒有(?:找到|提到|提及|相關)"
    r"|未提及|未提到|不知道|cannot answer",
    re.IGNORECASE,
)
"""Phrases of declining, after the instruction and the detection of RGB (Chen et al. 2024, section 3.2)."""
_SHORT = 60
"""A longer reply that holds such a phrase mostly answers another part of the question."""


class HttpTarget:
    """Asks an endpoint of chat completions.

    Args:
        url: of the endpoint, ``http://…/v1/chat/completions``.
        model: named in each request.
        api_key: sent as a bearer token, if any.
        transport: what carries the requests; the network by default.
    """

    def __init__(
        self,
        url: str,
        model: str = "default",
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = url
        self.model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._transport = transport

    async def prepare(self, corpus: str | None) -> dict[str, Any]:  # noqa: ARG002
        """Nothing to do: the peer has its own corpus."""
        return {}

    async def answer(self, sample: Sample) -> Reply:
        """The peer's message as an answer.

        Raises:
            TargetError: the sample is no question, or the peer failed.
        """
        if sample.task not in ("ask", "read"):
            raise TargetError(f"{sample.id}: a chat endpoint cannot be asked to {sample.task}; it takes questions")
        body = {"model": self.model, "messages": _messages(sample)}
        try:
            # A client a request: nothing stays open for an event loop that may be gone by then.
            async with httpx.AsyncClient(
                timeout=TIMEOUT_SECONDS, headers=self._headers, transport=self._transport
            ) as client:
                response = await client.post(self.name, json=body)
            response.raise_for_status()
            return _reply(sample, response.json())
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            raise TargetError(f"{self.name}: {type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Nothing is open between requests."""


def _messages(sample: Sample) -> list[dict[str, str]]:
    history = [{"role": turn["role"], "content": turn["content"]} for turn in sample.input.get("history", ())]
    question = sample.input["question"]
    texts = "\n\n".join(f"[{index}] {text['text']}" for index, text in enumerate(sample.input.get("texts", ()), 1))
    asked = f"{texts}\n\n只根据以上资料回答;资料里没有的,就说无法回答。\n问题:{question}" if texts else question
    return [*history, {"role": "user", "content": asked}]


def _reply(sample: Sample, body: dict[str, Any]) -> Reply:
    message = body["choices"][0]["message"]
    text = message["content"] or ""
    own = {name: source[name] for source in (message, body) for name in _OWN_FIELDS if name in source}
    declined = own.get("abstained", len(text) <= _SHORT and _REFUSAL.search(text) is not None)
    usage = body.get("usage") or {}
    return {
        "question": sample.input["question"],
        "answer": None if declined else text,
        "message": text,
        "model": body.get("model"),
        "usage": {name: usage.get(name, 0) for name in ("prompt_tokens", "completion_tokens", "cost_usd")},
        **own,
        "abstained": declined,
    }
