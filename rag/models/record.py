"""The record of an answer: what was asked, what it was made from, what came out, and what a person thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.models.queries import Filters, Turn


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's judgement of an answer. ``answers`` are right answers, given where the answer was wrong."""

    right: bool
    comment: str = ""
    answers: tuple[str, ...] = ()
    unanswerable: bool = False


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer as it was given, with everything needed to give it again.

    ``answer`` is its JSON (``rag.serialise.answer_json``); ``evidence`` the passage ids shown, in rank order;
    ``prompt`` is ``name@version``, None for a model without one; ``settings`` those that shape an answer, without
    secrets; ``revision`` the digest of our code and prompts; ``created`` ISO, None before the ledger keeps it.
    """

    answer: dict[str, Any]
    history: tuple[Turn, ...]
    filters: Filters
    evidence: tuple[str, ...]
    prompt: str | None
    settings: dict[str, Any]
    revision: str
    replay_of: str | None = None
    created: str | None = None
    mark: Mark | None = None

    @property
    def answer_id(self) -> str:
        """The answer's id."""
        return str(self.answer["id"])


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two records: its name, what it was, what it is."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer given again. ``causes``: what went in differently; ``effects``: what came out differently."""

    before: AnswerRecord
    after: AnswerRecord
    causes: tuple[Change, ...]
    effects: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Whether the reader would read the same, resting on the same words."""
        return not self.effects
