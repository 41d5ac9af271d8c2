"""The bodies of batches and files that go out, for the documentation: OpenAI's shapes with our own members."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.common import Reply
from rag.models import BatchState


class FileReply(Reply):
    """One file."""

    id: str
    object: Literal["file"]
    bytes: int
    created_at: int = Field(description="Seconds since the epoch, as all times of batches.")
    filename: str
    purpose: str


class FilesReply(Reply):
    """Files, the newest first."""

    object: Literal["list"]
    data: list[FileReply]
    has_more: bool


class FileDeletedReply(Reply):
    """A file that is gone."""

    id: str
    object: Literal["file"]
    deleted: Literal[True]


class BatchErrorReply(Reply):
    """A line that could not be done."""

    code: str
    message: str
    line: int
    param: str | None


class BatchErrorsReply(Reply):
    """The first lines that could not be done; the error file has all."""

    object: Literal["list"]
    data: list[BatchErrorReply]


class RequestCounts(Reply):
    """Lines of the input by what became of them."""

    total: int
    completed: int
    failed: int


class UnitCounts(Reply):
    """Pieces of work: a line that asks for many articles is as many."""

    total: int
    done: int
    failed: int


class BatchReply(Reply):
    """One batch. ``paused`` is our own state; ``reason`` says why: by request, the budget, or the model refuses."""

    id: str
    object: Literal["batch"]
    endpoint: str | None
    errors: BatchErrorsReply | None
    input_file_id: str
    completion_window: str | None
    status: BatchState
    output_file_id: str | None
    error_file_id: str | None
    created_at: int
    in_progress_at: int | None
    expires_at: int | None
    completed_at: int | None = None
    failed_at: int | None = None
    cancelled_at: int | None = None
    expired_at: int | None = None
    request_counts: RequestCounts
    metadata: dict[str, str] | None
    model: str
    reason: str | None
    units: UnitCounts
    cost_usd: float = Field(description="At list prices, with what calls under way may still cost.")
    budget_usd: float | None


class BatchesReply(Reply):
    """Batches, the newest first."""

    object: Literal["list"]
    data: list[BatchReply]
    first_id: str | None
    last_id: str | None
    has_more: bool
