"""What is sent to the Responses API: the part that is text. Fields that mean nothing here are taken and not followed.

What would change the reply and cannot be honoured is refused with 400 and the field's name.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.chat.bodies import MODELS, QA, Message
from api.errors import refused

_MAX_ITEMS = 200
_MAX_CHARS = 100_000


class ResponsesBody(BaseModel):
    """Body of ``POST /v1/responses``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str = Field(min_length=1, max_length=200, description=f"One of {', '.join(MODELS)}.")
    input: str | list[dict[str, Any]] = Field(
        description="The question, or messages (`role`, `content`: text or parts of text); the last is the question.",
        max_length=_MAX_CHARS,
    )
    stream: bool | None = False
    previous_response_id: str | None = Field(
        None, max_length=200, description="An answer of `gazette-qa` that this question goes on from."
    )
    instructions: str | None = Field(None, description="Taken and not followed, as messages of the system are.")
    metadata: dict[str, str] | None = Field(None, max_length=16, description="Sent back as it came.")
    store: bool | None = Field(None, description="False: the answer is not kept, and no other can go on from it.")
    tools: list[Any] | None = Field(None, description="None can be called from here.")
    tool_choice: str | dict[str, Any] | None = Field(None, description="`none` or `auto`.")
    text: dict[str, Any] | None = Field(None, description="`format` must be `text`; for JSON ask `POST /v1/answers`.")
    background: bool | None = Field(None, description="Not offered: replies come at once.")
    conversation: str | dict[str, Any] | None = Field(None, description="Not offered: see `previous_response_id`.")
    prompt: dict[str, Any] | None = Field(None, description="Not offered: prompts are the service's own.")
    top_logprobs: int | None = Field(None, description="Not offered: text is quoted, not guessed.")

    @property
    def keep(self) -> bool:
        """Whether the reply is kept: answers are, where nobody minds; summaries and digests never."""
        return self.model == QA and self.store is not False

    def messages(self) -> tuple[Message, ...]:
        """What was said, oldest first; the last is the question.

        Raises:
            Problem: 400, something asks for what is not offered, or there is no question.
        """
        self._check()
        if isinstance(self.input, str):
            found: tuple[Message, ...] = (Message(role="user", content=self.input),)
        else:
            if len(self.input) > _MAX_ITEMS:
                raise refused("input", f"{len(self.input)} items; at most {_MAX_ITEMS}", "too_many")
            found = tuple(_message(at, item) for at, item in enumerate(self.input))
        if not found or found[-1].role != "user" or not found[-1].text:
            raise refused("input", "the last message must be a user's, with text", "invalid_value")
        return found

    def _check(self) -> None:
        if self.tools:
            raise refused("tools", f"{len(self.tools)} given; Gazette calls none, leave them out")
        if self.tool_choice not in (None, "none", "auto"):
            raise refused("tool_choice", f"{self.tool_choice!r}; there are no tools, leave it out")
        kind = ((self.text or {}).get("format") or {}).get("type", "text")
        if kind != "text":
            raise refused("text.format", f"{kind!r}; only text, ask POST /v1/answers for JSON")
        if self.previous_response_id is not None and self.model != QA:
            raise refused("previous_response_id", f"{self.model} takes no conversation, only {QA} does; leave it out")
        for field in ("background", "conversation", "prompt", "top_logprobs"):
            if getattr(self, field):
                raise refused(field, "not offered here, leave it out")


def _message(at: int, item: dict[str, Any]) -> Message:
    place = f"input.{at}"
    kind = item.get("type", "message")
    if kind != "message":
        raise refused(f"{place}.type", f"{kind!r}; only messages of text are read")
    content = item.get("content")
    for index, part in enumerate(content if isinstance(content, list) else ()):
        named = part.get("type") if isinstance(part, dict) else type(part).__name__
        if named not in ("input_text", "output_text", "text"):
            raise refused(f"{place}.content.{index}.type", f"{named!r}; only text is read")
    try:
        return Message.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        inside = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in item or part == "role")
        raise refused(f"{place}.{inside}".rstrip("."), first["msg"], "invalid_value") from error
