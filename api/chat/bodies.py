"""What chat programs send. They send many fields that mean nothing here (temperature, seed, user …): those are ignored.

What would change the answer's meaning and cannot be honoured is refused instead: several choices, tools, JSON output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.errors import Problem
from rag.models import Turn

QA = "gazette-qa"
SUMMARY = "gazette-summary"
DIGEST = "gazette-digest"
MODELS = (QA, SUMMARY, DIGEST)
"""What can be asked; `api/embedding_bodies.py` has those that only turn text into vectors."""

SOURCES = "\n\n---\n\n"
"""Stands between an answer and its list of sources; in a turn sent back to us, what follows it is not the answer."""

_MAX_TURNS = 200
_MAX_CHARS = 100_000


def known_model(name: str, offered: Sequence[str] = MODELS) -> str:
    """The name, if there is such a model.

    Raises:
        Problem: 404, there is none.
    """
    if name not in offered:
        detail = f"model {name!r} is not offered here; offered: {', '.join(offered)}"
        raise Problem(404, "model_not_found", "No such model", detail)
    return name


class TextPart(BaseModel):
    """One part of a message; only text can be read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: Literal["text", "input_text", "output_text"]
    text: str = Field(max_length=_MAX_CHARS)


class Message(BaseModel):
    """One message of the conversation. System, developer and tool messages are taken and not followed."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | tuple[TextPart, ...] | None = Field(None, max_length=_MAX_CHARS)

    @property
    def text(self) -> str:
        """Its words, parts joined by lines."""
        if isinstance(self.content, str):
            return self.content.strip()
        return "\n".join(part.text for part in self.content or ()).strip()


class StreamOptions(BaseModel):
    """What a stream ends with."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    include_usage: bool = False


class ChatBody(BaseModel):
    """Body of ``POST /v1/chat/completions``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str = Field(min_length=1, max_length=200, description=f"One of {', '.join(MODELS)}.")
    messages: tuple[Message, ...] = Field(min_length=1, max_length=_MAX_TURNS, description="Oldest first.")
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, description="1: there is one answer.")
    store: bool | None = Field(None, description="False: the answer is not kept.")
    max_tokens: int | None = Field(None, ge=1, description="Taken and not followed: answers are short and never cut.")
    tools: tuple[dict[str, Any], ...] | None = Field(None, description="None can be called from here.")
    response_format: dict[str, Any] | None = Field(None, description="Text only; for JSON ask `POST /v1/answers`.")

    @field_validator("n")
    @classmethod
    def _one_answer(cls, n: int | None) -> int | None:
        if (n or 1) > 1:
            raise ValueError(f"n = {n}: there is one answer; leave n out")
        return n

    @field_validator("tools")
    @classmethod
    def _no_tools(cls, tools: tuple[dict[str, Any], ...] | None) -> tuple[dict[str, Any], ...] | None:
        if tools:
            raise ValueError(f"{len(tools)} tools: Gazette calls none; leave tools out")
        return tools

    @field_validator("response_format")
    @classmethod
    def _text(cls, response_format: dict[str, Any] | None) -> dict[str, Any] | None:
        kind = (response_format or {}).get("type", "text")
        if kind != "text":
            raise ValueError(f"response_format {kind!r}: only text; ask POST /v1/answers for JSON")
        return response_format

    @field_validator("messages")
    @classmethod
    def _ends_with_a_question(cls, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        last = messages[-1]
        if last.role != "user" or not last.text:
            raise ValueError(f"the last message is of {last.role!r}; it must be a user's, with text")
        return messages

    @property
    def question(self) -> str:
        """What is asked: the last message."""
        return self.messages[-1].text

    @property
    def with_usage(self) -> bool:
        """Whether a stream ends with what it cost."""
        return self.stream_options is not None and self.stream_options.include_usage

    def turns(self) -> tuple[Turn, ...]:
        """The conversation before the question."""
        return turns(self.messages[:-1])


def turns(messages: Sequence[Message]) -> tuple[Turn, ...]:
    """Messages as turns, our own lists of sources taken off again."""
    return tuple(
        Turn("user" if one.role == "user" else "assistant", one.text.split(SOURCES.rstrip(), 1)[0].strip())
        for one in messages
        if one.role in ("user", "assistant") and one.text
    )
