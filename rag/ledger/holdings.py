"""Counts what every collection holds, in a few queries over all of them. Knows nothing of who asks."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from rag.ledger.schema import PENDING, READY, batch_units, documents, passages
from rag.models import Holdings


def holdings(connection: Connection) -> list[Holdings]:
    """One a collection, by name."""
    states = select(documents.c.collection, documents.c.state, func.count()).group_by(
        documents.c.collection, documents.c.state
    )
    counted = {(one, state): count for one, state, count in connection.execute(states)}
    visible = select(documents.c.collection, func.count()).select_from(
        passages.join(documents, documents.c.version == passages.c.version)
    )
    slices: dict[str, int] = dict(
        connection.execute(visible.where(documents.c.state == READY).group_by(documents.c.collection)).tuples().all()
    )
    units: dict[str, dict[str, int]] = {}
    by_state = select(batch_units.c.collection, batch_units.c.state, func.count())
    for one, state, count in connection.execute(by_state.group_by(batch_units.c.collection, batch_units.c.state)):
        units.setdefault(one, {})[state] = count
    names = sorted({one for one, _ in counted} | set(units))
    return [
        Holdings(
            one, counted.get((one, READY), 0), slices.get(one, 0), counted.get((one, PENDING), 0), units.get(one, {})
        )
        for one in names
    ]
