"""Runs put together question by question: the same one before and after, over one set of data or over several.

Knows nothing of measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.errors import RunError
from evals.record import RunFolder

Json = dict[str, Any]

RunPair = tuple[RunFolder, RunFolder]
"""The run before and the run after."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The questions that both runs of a pair have, as rows of both, and how many only one of them has."""

    pairs: list[tuple[Json, Json]]
    only_a: int
    only_b: int


def join(runs: Sequence[RunPair]) -> Joined:
    """All questions of all pairs.

    Args:
        runs: at least one pair; in each the same system before, and the same after.

    Raises:
        RunError: two runs of a pair share no question, a shared one is not the same in both, one stands in two pairs,
            or the pairs were made with other systems or settings.
    """
    _check_systems(runs)
    joined = [_joined(before, after) for before, after in runs]
    pairs = [pair for one in joined for pair in one.pairs]
    _check_once(pairs)
    return Joined(pairs, sum(one.only_a for one in joined), sum(one.only_b for one in joined))


def _joined(first: RunFolder, second: RunFolder) -> Joined:
    a_rows, b_rows = ({row["id"]: row for row in run.rows()} for run in (first, second))
    shared = [name for name in a_rows if name in b_rows]
    _check_same(first, second, a_rows, b_rows, shared)
    pairs = [(a_rows[name], b_rows[name]) for name in shared]
    return Joined(pairs, len(a_rows) - len(shared), len(b_rows) - len(shared))


def _check_same(
    first: RunFolder, second: RunFolder, a: Mapping[str, Json], b: Mapping[str, Json], shared: Sequence[str]
) -> None:
    if not shared:
        raise RunError(
            f"{first.name} and {second.name} share no question; compare runs of one suite over the same data"
        )
    other = [name for name in shared if (a[name]["input"], a[name]["gold"]) != (b[name]["input"], b[name]["gold"])]
    if other:
        raise RunError(
            f"{len(other)} questions differ between {first.name} and {second.name} under the same id (first "
            f"{other[0]!r}): the data changed; run the older one again"
        )


def _check_systems(runs: Sequence[RunPair]) -> None:
    kept, *others = runs
    for before, after in others:
        for one, other in zip(kept, (before, after), strict=True):
            if _system(one) != _system(other):
                raise RunError(
                    f"{other.name} was made with another system or other settings than {one.name}; only runs of one "
                    "system are taken together"
                )


def _system(run: RunFolder) -> tuple[str, str, str]:
    summary = run.summary()
    return summary["model"], summary["target"], summary["settings"]["fingerprint"]


def _check_once(pairs: Sequence[tuple[Json, Json]]) -> None:
    """No question counts twice: that would make chance look smaller than it is."""
    seen: dict[str, list[object]] = {}
    for row, _ in pairs:
        if row["input"] in seen.setdefault(row["id"], []):
            raise RunError(f"{row['id']!r} stands in two of the runs to be taken together; give each question once")
        seen[row["id"]].append(row["input"])
