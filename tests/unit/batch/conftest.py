"""A ledger in a file, and batches in it made of nothing but units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.ledger import Ledger
from rag.models import Batch, Unit

BATCH = Batch(
    batch_id="batch_1",
    collection="default",
    content="c",
    corpus="k",
    file_id="file-1",
    endpoint=None,
    model="scripted",
    state="validating",
    created=datetime(2024, 3, 5, tzinfo=UTC),
)
Begin = Callable[..., Batch]


def unit(position: int, *, line: int | None = None, bound: float = 0.0) -> Unit:
    number = position + 1 if line is None else line
    return Unit(position, number, f"r{number}", "/v1/summaries", {"article_id": f"a{position}"}, bound)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def begin(ledger: Ledger) -> Begin:
    """Makes a batch of these units that is in progress."""

    def made(*units: Unit, **fields: object) -> Batch:
        batch = replace(BATCH, **fields)  # type: ignore[arg-type]
        ledger.batches.add(batch)
        assert ledger.batches.begin(batch, units)
        return ledger.batches.get(batch.collection, batch.batch_id)

    return made
