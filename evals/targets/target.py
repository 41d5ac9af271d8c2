"""The seam to a system under test. Knows nothing of any."""

from __future__ import annotations

from typing import Any, Protocol

from evals.samples.sample import Sample

Reply = dict[str, Any]


class Target(Protocol):
    """Something that can be asked."""

    @property
    def name(self) -> str:
        """As written into the record: ``pipeline`` or an address."""
        ...

    @property
    def model(self) -> str:
        """The generating model, as far as known."""
        ...

    async def prepare(self, corpus: str | None) -> dict[str, Any]:
        """Make a corpus ready to be asked; returns what that took, for the record."""
        ...

    async def answer(self, sample: Sample) -> Reply:
        """The reply to one sample, in the JSON shapes of the outside contract.

        Raises:
            GazetteError: the system failed; the sample then counts as unscored.
        """
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
