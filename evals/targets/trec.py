"""Another system by the TREC run it wrote: its rankings are judged with the same measures. Knows nothing of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.errors import TargetError
from evals.samples.sample import Sample
from evals.targets.target import Reply
from evals.trec import read_run


class TrecTarget:
    """Looks rankings up in a run file.

    Args:
        path: of the file, lines ``query Q0 document rank score tag``.

    Raises:
        TargetError: there is no such file.
    """

    model = "trec run"

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise TargetError(f"--target {path}: neither an http:// address nor a TREC run file")
        self.name = str(path)
        self._rankings = read_run(path)

    async def prepare(self, corpus: str | None) -> dict[str, Any]:  # noqa: ARG002
        """Nothing to do: the rankings are there."""
        return {}

    async def answer(self, sample: Sample) -> Reply:
        """The run's ranking; an empty one where the run does not have the query.

        Raises:
            TargetError: the sample is no search.
        """
        if sample.task != "search":
            raise TargetError(f"{sample.id}: a TREC run cannot be asked to {sample.task}; it holds rankings")
        return {"ranking": [[document, score] for document, score in self._rankings.get(sample.id, [])]}

    def close(self) -> None:
        """Nothing is open."""
