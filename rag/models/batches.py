"""Batches: many requests in one file, each answered once. Plain data; the states are those of OpenAI's batch API.

A *line* of the input is one request. It is worked on as one or more *units*: a line that asks for the summaries of a
whole document is one unit an article, so that a kill in the middle of it loses at most the articles under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

BatchState = Literal[
    "validating",
    "in_progress",
    "finalizing",
    "completed",
    "failed",
    "cancelling",
    "cancelled",
    "expired",
    "paused",
]
"""OpenAI's states, and ``paused``: stopped by a person or by the budget, until somebody resumes it."""

ENDED: frozenset[BatchState] = frozenset(("completed", "failed", "cancelled", "expired"))
"""States that a batch does not leave by itself."""

UnitState = Literal["waiting", "leased", "completed", "failed", "cancelled", "expired"]


@dataclass(frozen=True, slots=True)
class UnitError:
    """Why a unit has no result: ``code`` is for programs and stays, ``message`` names the value and the remedy."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of work: what to ask of which route.

    ``position`` counts all units of the batch from 0, ``line`` the lines of the input from 1; ``attempts`` how often it
    was handed out, this time included. ``cost_bound_usd`` is what one attempt may cost at most. A line that cannot be
    read is a unit that failed before anybody took it: it has an ``error`` from the start.
    """

    position: int
    line: int
    custom_id: str | None
    url: str | None
    body: Mapping[str, Any]
    cost_bound_usd: float = 0.0
    attempts: int = 0
    error: UnitError | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A unit's result; ``cost_usd`` is what was paid for it now (nothing where it was kept from before)."""

    body: Mapping[str, Any]
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A unit that will not succeed when tried again; the model may have been paid for what it said all the same."""

    error: UnitError
    may_have_cost: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A unit worth another try, after so many seconds if the provider said how many.

    ``is_away``: there was nobody to ask, which no unit is to blame for.
    """

    error: UnitError
    after_seconds: float | None = None
    may_have_cost: bool = False
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The model refused, and nothing was paid: surely as it would refuse every other unit (``is_sure``), or perhaps."""

    error: UnitError
    is_sure: bool


Outcome = Done | Failed | Again | Refused


@dataclass(frozen=True, slots=True)
class UnitResult:
    """A unit as it stands in the ledger: what was asked, and one of ``body`` and ``error`` once its state is final."""

    position: int
    line: int
    custom_id: str | None
    url: str | None
    asked: Mapping[str, Any]
    state: UnitState
    body: Mapping[str, Any] | None
    error: UnitError | None


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How far a batch is: in lines, as OpenAI's ``request_counts``, and in units. A line is completed with any result.

    ``cost_usd`` is what was paid, with what calls under way may still cost.
    """

    total: int = 0
    completed: int = 0
    failed: int = 0
    units: int = 0
    units_done: int = 0
    units_failed: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchFile:
    """An uploaded file; ``size`` in bytes."""

    file_id: str
    name: str
    purpose: str
    size: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. ``content`` identifies file and settings, ``corpus`` what the corpus was when it was made.

    ``reason`` says why it is paused or failed; ``budget_usd`` is never passed; None: no limit.
    """

    batch_id: str
    collection: str
    content: str
    corpus: str
    file_id: str
    endpoint: str | None
    model: str
    state: BatchState
    created: datetime
    expires: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    budget_usd: float | None = None
    reason: str | None = None
    metadata: Mapping[str, str] | None = None
