"""How much a collection holds, for figures of operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one collection holds: visible documents and passages, documents half taken in, units of batches by state."""

    collection: str
    documents: int = 0
    passages: int = 0
    pending: int = 0
    units: Mapping[str, int] = field(default_factory=dict)
