"""Where vectors and terms differ from what the ledger shows. Knows nothing of how that is found or mended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Passages that an index lacks, or holds though the ledger does not show them."""

    missing_vectors: frozenset[str] = frozenset()
    extra_vectors: frozenset[str] = frozenset()
    missing_terms: frozenset[str] = frozenset()
    extra_terms: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether the three stores agree."""
        return self == Disagreement()

    def __str__(self) -> str:
        return (
            f"vectors lack {len(self.missing_vectors)} passages and hold {len(self.extra_vectors)} too many, "
            f"terms lack {len(self.missing_terms)} and hold {len(self.extra_terms)} too many"
        )
