"""All samples of a run in groups that open: what went wrong first, and no more of them than the page can bear.

Knows nothing of how one sample is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.report.markup import Html, tag
from evals.report.samples import outcome, sample_details
from evals.report.sources import read_sources

Json = dict[str, Any]

_ORDER = ("failed", "wrong", "partly right", "not judged", "right")
_BLOCK = 200
"""Samples whose documents are read at a time, so that a large corpus is never held whole."""


def browse(summary: Json, rows: Sequence[Json], *, run: int, max_chars: int, path: Path) -> tuple[Html, frozenset[str]]:
    """The samples by outcome.

    Args:
        summary: of the run.
        rows: its samples.
        run: its number on the page.
        max_chars: of markup; samples that would exceed it are left out, right ones first, and counted.
        path: where all of them can be read.

    Returns:
        The markup, and the ids of the samples that are in it.
    """
    groups = {name: [row for row in rows if outcome(row) == name] for name in _ORDER}
    kept: set[str] = set()
    left = max_chars
    parts: list[Html] = []
    for name, group in groups.items():
        if not group:
            continue
        drawn, left = _draw(summary, group, run, left)
        kept.update(str(row["id"]) for row in group[: len(drawn)])
        parts.append(_group(name, group, drawn, path))
    return tag("div", *parts), frozenset(kept)


def _draw(summary: Json, group: Sequence[Json], run: int, left: int) -> tuple[list[Html], int]:
    drawn: list[Html] = []
    for start in range(0, len(group), _BLOCK):
        block = group[start : start + _BLOCK]
        sources: Mapping[str, str] = read_sources(summary, block)
        for row in block:
            one = sample_details(row, sources, run)
            if len(one) > left:
                return drawn, 0
            left -= len(one)
            drawn.append(one)
    return drawn, left


def _group(name: str, group: Sequence[Json], drawn: Sequence[Html], path: Path) -> Html:
    types: dict[str, int] = {}
    for row in group:
        types[row["type"]] = types.get(row["type"], 0) + 1
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(types.items(), key=lambda one: -one[1])[:12])
    missing = len(group) - len(drawn)
    note = (
        tag("p", f"{missing} more are left out here to keep the page small; they stand in {path}", class_="note")
        if missing
        else None
    )
    head = tag("summary", tag("b", f"{name.capitalize()}: {len(group)}"), " ", tag("span", told, class_="dim"))
    return tag("details", head, tag("div", *drawn, note), class_="group")
