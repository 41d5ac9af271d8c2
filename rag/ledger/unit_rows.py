"""Units to rows and back, and the changes to a row that an outcome makes. Knows nothing of queries or transactions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.ledger.schema import batch_units
from rag.models import Again, Batch, Done, Failed, Outcome, Refused, Unit, UnitError, UnitResult

Json = dict[str, Any]


def unit_row(batch: Batch, unit: Unit) -> Json:
    """The row of a new unit: waiting, or failed from the start."""
    return {
        "collection": batch.collection,
        "batch_id": batch.batch_id,
        "position": unit.position,
        "line": unit.line,
        "custom_id": unit.custom_id,
        "url": unit.url,
        "body": dict(unit.body),
        "state": "failed" if unit.error else "waiting",
        "attempts": unit.attempts,
        "owner": None,
        "due": 0.0,
        "cost_bound_usd": unit.cost_bound_usd,
        "cost_usd": 0.0,
        "result": None,
        "error": asdict(unit.error) if unit.error else None,
    }


def unit_of(row: Any) -> Unit:
    """The unit of a row."""
    error = UnitError(**row.error) if row.error else None
    named = (row.position, row.line, row.custom_id, row.url)
    return Unit(*named, row.body, row.cost_bound_usd, row.attempts, error)


def result_of(row: Any) -> UnitResult:
    """How the unit of a row stands."""
    error = UnitError(**row.error) if row.error else None
    return UnitResult(row.position, row.line, row.custom_id, row.url, row.body, row.state, row.result, error)


def settled(outcome: Outcome, due: float) -> Json:
    """The columns an outcome changes: the bound that was held for the attempt gives way to what it cost.

    Args:
        outcome: of the last attempt.
        due: when it may be tried again, seconds since the epoch; only for ``Again``.
    """
    unpaid = batch_units.c.cost_usd - batch_units.c.cost_bound_usd
    free: Json = {"owner": None, "due": 0.0}
    match outcome:
        case Done(body, cost):
            return {**free, "state": "completed", "result": dict(body), "error": None, "cost_usd": unpaid + cost}
        case Failed(error, may_have_cost):
            end: Json = {**free, "state": "failed", "error": asdict(error)}
            return end if may_have_cost else {**end, "cost_usd": unpaid}
        case Refused(error):
            return {**free, "state": "waiting", "error": asdict(error), "cost_usd": unpaid}
        case Again(error, _, may_have_cost):
            wait: Json = {**free, "state": "waiting", "due": due, "error": asdict(error)}
            return wait if may_have_cost else {**wait, "cost_usd": unpaid}
