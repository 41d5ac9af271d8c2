"""What an ingest did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be taken in, and why."""

    source: str
    error: str


@dataclass(frozen=True, slots=True)
class UnappliedCorrection:
    """A correction that is kept but does not fit the document as it is now, and why."""

    correction_id: str
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class TruncatedPassage:
    """A passage of more ``tokens`` than the embedder reads: beyond ``limit`` it is found by its words alone."""

    document: str
    article_id: str
    passage_id: str
    tokens: int
    limit: int


@dataclass(frozen=True, slots=True)
class RecutReport:
    """What cutting stored documents again did: how many were cut, and the names of those that came out differently."""

    documents: int = 0
    changed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    unapplied: tuple[UnappliedCorrection, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did. ``unchanged``: documents already there byte for byte; ``skipped``: files no reader takes.

    ``unapplied``: corrections of the documents taken in that found no place in their new text. ``truncated``: passages
    that the embedder did not read to the end.
    """

    documents: int = 0
    articles: int = 0
    passages: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0
    unapplied: tuple[UnappliedCorrection, ...] = ()
    truncated: tuple[TruncatedPassage, ...] = ()
