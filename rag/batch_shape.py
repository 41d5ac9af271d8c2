"""A batch and a file as JSON, in OpenAI's shape with our own members beside it. Knows nothing of states' meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice

from rag.ledger import Ledger
from rag.models import Batch, BatchCounts, BatchFile, UnitResult
from rag.serialise import Json

SHOWN_ERRORS = 20
"""Lines told with a batch none of whose lines could be done; the error file has them all."""

_ENDINGS = {"completed": "completed_at", "failed": "failed_at", "cancelled": "cancelled_at", "expired": "expired_at"}
OUTPUT, ERRORS = "output", "errors"


def batch_json(batch: Batch, counts: BatchCounts, refused: Sequence[UnitResult] = ()) -> Json:
    """One batch. Times are seconds since the epoch; ``cost_usd`` holds bounds of calls whose end nobody saw.

    Args:
        batch: as it stands.
        counts: how far it is.
        refused: units to tell under ``errors``.
    """
    window = (batch.expires - batch.created) if batch.expires else None
    has_ended = batch.ended is not None
    shape: Json = {
        "id": batch.batch_id,
        "object": "batch",
        "endpoint": batch.endpoint,
        "errors": {"object": "list", "data": [_error(one) for one in refused]} if refused else None,
        "input_file_id": batch.file_id,
        "completion_window": f"{round(window.total_seconds() / 3600)}h" if window else None,
        "status": batch.state,
        "output_file_id": result_file_id(batch, OUTPUT) if has_ended and counts.completed else None,
        "error_file_id": result_file_id(batch, ERRORS) if has_ended and counts.completed < counts.total else None,
        "created_at": _seconds(batch.created),
        "in_progress_at": _seconds(batch.started),
        "expires_at": _seconds(batch.expires),
        "request_counts": {"total": counts.total, "completed": counts.completed, "failed": counts.failed},
        "metadata": dict(batch.metadata) if batch.metadata is not None else None,
        "model": batch.model,
        "reason": batch.reason,
        "units": {"total": counts.units, "done": counts.units_done, "failed": counts.units_failed},
        "cost_usd": counts.cost_usd,
        "budget_usd": batch.budget_usd,
    }
    if batch.state in _ENDINGS:
        shape[_ENDINGS[batch.state]] = _seconds(batch.ended)
    return shape


def told(ledger: Ledger, batch: Batch) -> Json:
    """One batch, looked up; where it failed with the first lines that say why."""
    refused: list[UnitResult] = []
    if batch.state == "failed":
        refused = list(islice((one for one in ledger.units.results(batch) if one.error), SHOWN_ERRORS))
    return batch_json(batch, ledger.units.counts(batch), refused)


def file_json(file: BatchFile) -> Json:
    """One file."""
    return {
        "id": file.file_id,
        "object": "file",
        "bytes": file.size,
        "created_at": _seconds(file.created),
        "filename": file.name,
        "purpose": file.purpose,
    }


def result_file_id(batch: Batch, kind: str) -> str:
    """The id of a batch's output or error file."""
    return f"file-{batch.batch_id.removeprefix('batch_')}-{kind}"


def _error(unit: UnitResult) -> Json:
    return {**(asdict(unit.error) if unit.error else {}), "line": unit.line, "param": None}


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())
