"""The bodies that go out about recorded answers, for the documentation; the JSON itself is ``rag.record``'s."""

from __future__ import annotations

from typing import Any, Literal

from api.common import Reply
from api.replies import AnswerReply, Next


class TurnReply(Reply):
    """One turn of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


class MarkReply(Reply):
    """A person's judgement; ``answers`` are right answers where it was wrong."""

    right: bool
    comment: str
    answers: list[str]
    unanswerable: bool


class RecordReply(Reply):
    """An answer as it was given, and what it was made from. ``evidence``: passage ids shown, in rank order."""

    answer: AnswerReply
    history: list[TurnReply]
    filters: dict[str, str]
    evidence: list[str]
    prompt: str | None
    settings: dict[str, dict[str, Any]]
    revision: str
    replay_of: str | None
    created: str
    mark: MarkReply | None


class RecordsReply(Reply):
    """Answers given, the newest first."""

    items: list[RecordReply]
    next: Next


class ChangeReply(Reply):
    """One thing that differs."""

    name: str
    before: Any
    after: Any


class ReplayReply(Reply):
    """An answer given again: ``causes`` went in differently, ``effects`` came out differently."""

    same: bool
    causes: list[ChangeReply]
    effects: list[ChangeReply]
    before: AnswerReply
    after: AnswerReply
