"""What the body of a batch line may hold, route by route: the same fields as over HTTP. Pydantic at the edge only.

A summaries line may also name one ``article_id``, and is not limited in how many articles it asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from rag.models import ArticleKind, DigestRequest, Filters, SummaryStyle, Turn


def _iso_date(text: str) -> str:
    try:
        found = date.fromisoformat(text).isoformat()
    except ValueError:
        found = ""
    if found != text:
        raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD")
    return text


IsoDate = Annotated[str, AfterValidator(_iso_date)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Topic = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """Base of all bodies; a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SummariesLine(Body):
    """Body of a ``/v1/summaries`` line: exactly one of the first four says which articles."""

    article_id: Name | None = None
    article_ids: tuple[Name, ...] | None = Field(None, min_length=1)
    document: Name | None = None
    all: Literal[True] | None = None
    max_chars: int | None = Field(None, ge=20, le=5000)
    style: SummaryStyle = "brief"

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        names = ("article_id", "article_ids", "document", "all")
        chosen = [name for name in names if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise ValueError(f"give exactly one of {', '.join(names)}; given: {', '.join(chosen) or 'none'}")
        return self


class _TurnFields(Body):
    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class _FilterFields(Body):
    date_from: IsoDate | None = Field(None, alias="from")
    date_to: IsoDate | None = Field(None, alias="to")
    place: Name | None = None
    paper: Name | None = None
    document: Name | None = None
    kind: ArticleKind | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError(f"from {self.date_from} is after to {self.date_to}; swap them")
        return self


class _FilteredLine(Body):
    filters: _FilterFields | None = None

    def limits(self) -> Filters:
        """The filters as the engine takes them."""
        given = self.filters
        if given is None:
            return Filters()
        return Filters(given.date_from, given.date_to, given.place, given.paper, given.document, given.kind)


class DigestsLine(_FilteredLine):
    """Body of a ``/v1/digests`` line, with no limit to its articles. As over HTTP, ``since`` records nothing."""

    topic: Topic | None = None
    since: Literal["last"] | None = None
    max_chars: int | None = Field(None, ge=20, le=100_000)

    def request(self) -> DigestRequest:
        """As the engine takes it."""
        return DigestRequest(self.limits(), self.topic, self.since == "last", self.max_chars)


class AnswersLine(_FilteredLine):
    """Body of a ``/v1/answers`` line. ``model`` may only name the configured one; nothing is streamed."""

    question: Question
    history: Annotated[tuple[_TurnFields, ...], Field(max_length=100)] | None = None
    model: Name | None = None

    def turns(self) -> tuple[Turn, ...]:
        """The history as the engine takes it."""
        return tuple(Turn(turn.role, turn.content) for turn in self.history or ())


def read_body(kind: type[B], body: Mapping[str, Any]) -> B:
    """A body, checked.

    Raises:
        ValueError: names every field that is wrong, and what it may be.
    """
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise ValueError("; ".join(_told(one) for one in error.errors())) from error


def _told(error: Any) -> str:
    where = "body" + "".join(f".{part}" for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{where}: unknown field; nothing by this name is taken here"
    return f"{where}: {str(error['msg']).removeprefix('Value error, ')}"
