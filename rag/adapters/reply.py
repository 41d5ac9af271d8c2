"""The JSON a model must reply with: its schema, its one validation, and reading its claims while they stream in.

A reply that breaks the schema is refused with the reason; nothing is repaired. Knows nothing of prompts or providers.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo, model_validator

from rag.models import AbstentionCode, DraftClaim, Pointer

Shape = TypeVar("Shape", bound=BaseModel)
_WHITE = " \t\r\n"


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _shown(value: int, info: ValidationInfo) -> int:
    shown = (info.context or {}).get("shown", frozenset())
    if value not in shown:
        raise ValueError(f"no passage {value} was shown; shown were {', '.join(map(str, sorted(shown)))}")
    return value


# Bounds are checked by validators, not in the schema: providers differ in the schema words they take.
_Text = Annotated[str, AfterValidator(_filled)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuoteReply(_Strict):
    """A passage by the number it was shown under, and what the claim copies from it."""

    passage: Annotated[int, AfterValidator(_shown)]
    quote: _Text


class ClaimReply(_Strict):
    """One statement with its quotes."""

    text: _Text
    answer: str | None
    quotes: list[QuoteReply]

    @model_validator(mode="after")
    def _has_a_quote(self) -> ClaimReply:
        if not self.quotes:
            raise ValueError("a claim must have at least one quote")
        return self

    def draft(self) -> DraftClaim:
        """The claim as a draft: passage numbers start at 1, evidence indices at 0; ``answer`` stands in ``text``."""
        answer = self.answer.strip() if self.answer else ""
        pointers = tuple(Pointer(quote.passage - 1, quote.quote) for quote in self.quotes)
        return DraftClaim(self.text, pointers, answer if answer and answer in self.text else None)


class Reply(_Strict):
    """The whole reply: claims, or the reason for having none."""

    abstain: AbstentionCode | None
    claims: list[ClaimReply]

    @model_validator(mode="after")
    def _answers_or_abstains(self) -> Reply:
        if bool(self.claims) == (self.abstain is not None):
            raise ValueError("give claims and abstain null, or no claims and a reason in abstain")
        return self


def reply_schema() -> dict[str, Any]:
    """The JSON schema of a reply; every field is required and no other allowed, as strict modes want it."""
    return Reply.model_json_schema()


def read_reply(text: str, shown: frozenset[int]) -> Reply:
    """Validate a whole reply.

    Args:
        text: what the model wrote.
        shown: numbers of the passages it was shown.

    Raises:
        ValueError: it is no JSON object of the schema, or points at a passage that was not shown; says where and why.
    """
    try:
        return Reply.model_validate_json(_unfenced(text), context={"shown": shown})
    except ValidationError as error:
        raise ValueError(_describe(error)) from error


def read_claim(text: str, shown: frozenset[int]) -> ClaimReply:
    """Validate one claim of a reply, as ``read_reply`` does."""
    try:
        return ClaimReply.model_validate_json(text, context={"shown": shown})
    except ValidationError as error:
        raise ValueError(_describe(error)) from error


def read_object(text: str, shape: type[Shape]) -> Shape:
    """Validate a whole reply of another shape.

    Raises:
        ValueError: it is no JSON object of that shape; says where and why.
    """
    try:
        return shape.model_validate_json(_unfenced(text))
    except ValidationError as error:
        raise ValueError(_describe(error)) from error


def _unfenced(text: str) -> str:
    """The content of a Markdown code block where the whole reply is one, as many models write JSON; else the text."""
    lines = text.strip().split("\n")
    whole = len(lines) > 2 and lines[0].rstrip() in ("```", "```json") and lines[-1].rstrip() == "```"
    return "\n".join(lines[1:-1]) if whole else text


def _describe(error: ValidationError) -> str:
    """Where and why, in our words alone: it goes back to the model, and a key it made up may hold an order."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{_place(problem['loc'])}: {problem['msg']}" for problem in problems[:3])


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) if re.fullmatch(r"\d+|[a-z_]{1,20}", str(part)) else "…" for part in loc) or "reply"


class ClaimStream:
    """Finds the elements of the top-level ``claims`` array in a JSON object that arrives in pieces of any size.

    It only tells where an element ends; each element is then parsed as JSON. The whole reply is validated at the end,
    so a text that is not JSON at all yields nothing here and an error there.
    """

    def __init__(self) -> None:
        self.text = ""
        self._at = 0  # next character to look at
        self._closers: list[str] = []  # of the open brackets, outermost first
        self._string_start: int | None = None
        self._escaped = False
        self._key: str | None = None  # the last string read directly in the top-level object
        self._element_start: int | None = None

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; the JSON texts of the elements it completes, in order."""
        self.text += piece
        complete: list[str] = []
        while self._at < len(self.text):
            character = self.text[self._at]
            if self._string_start is not None:
                self._read_in_string(character)
            else:
                complete.extend(self._read(character))
            self._at += 1
        return complete

    def _read_in_string(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"' and self._string_start is not None:
            if len(self._closers) == 1:
                self._key = _string(self.text[self._string_start : self._at + 1])
            self._string_start = None

    def _read(self, character: str) -> list[str]:
        if self._in_claims and self._element_start is None and character not in _WHITE + ",]":
            self._element_start = self._at
        if character == '"':
            self._string_start = self._at
        elif character in "{[":
            self._closers.append("}" if character == "{" else "]")
        elif self._closers and character == self._closers[-1]:
            self._closers.pop()
            if self._in_claims and self._element_start is not None:
                element, self._element_start = self.text[self._element_start : self._at + 1], None
                return [element]
        return []

    @property
    def _in_claims(self) -> bool:
        """Directly in the array that stands under the key ``claims`` of the outermost object."""
        return self._closers == ["}", "]"] and self._key == "claims"


def _string(text: str) -> str | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, str) else None
