"""What an ingest did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be taken in, and why."""

    source: str
    error: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did. ``unchanged``: documents already there byte for byte; ``skipped``: files no reader takes."""

    documents: int = 0
    articles: int = 0
    passages: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0
