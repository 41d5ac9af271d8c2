"""Rows of scores to figures: over everything and by type, each with n, interval and what could not be scored.

Knows nothing of how rows came about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evals.measures.measure import Measure
from evals.statistics import Parts, interval
from evals.suite import Gate

Json = dict[str, Any]

DIGITS = 4
REPEATS = "repeats"
"""Tag of a sample that was asked several times: the id of the question."""


def score_row(row: Json, name: str) -> tuple[float, ...] | None:
    """What a sample brings to a measure; None where it brings nothing."""
    value = row["scores"].get(name)
    if value is None:
        return None
    return tuple(row.get("parts", {}).get(name) or (value,))


def matrix(rows: Sequence[Json], name: str) -> Parts | None:
    """All that questions bring to a measure, ``(n, d)``; None where none does.

    A question that was asked several times is one row, the mean of its replies: repeating makes its own figure surer,
    not the sample of questions larger.
    """
    found: dict[str, list[tuple[float, ...]]] = {}
    for row in rows:
        if (parts := score_row(row, name)) is not None:
            found.setdefault(question_of(row), []).append(parts)
    return np.asarray([np.mean(replies, axis=0) for replies in found.values()], dtype=np.float64) if found else None


def question_of(row: Json) -> str:
    """The id of the question that a row answers, the same for all repetitions."""
    return str(row.get("tags", {}).get(REPEATS, row["id"]))


def figures(rows: Sequence[Json], measures: Sequence[Measure], seed: int) -> dict[str, Json]:
    """Every measure that any of the rows speaks to: ``{mean, low, high, n, unscored}``."""
    found: dict[str, Json] = {}
    for measure in measures:
        unscored = sum(measure.name in row["unscored"] for row in rows)
        parts = matrix(rows, measure.name)
        if parts is None:
            if unscored:
                found[measure.name] = {"mean": None, "low": None, "high": None, "n": 0, "unscored": unscored}
            continue
        result = interval(parts, measure.combine, seed)
        shown = {name: _rounded(getattr(result, name)) for name in ("mean", "low", "high")}
        found[measure.name] = {**shown, "n": result.n, "unscored": unscored}
    return found


def figures_by_type(rows: Sequence[Json], measures: Sequence[Measure], seed: int) -> dict[str, dict[str, Json]]:
    """The same for every type alone."""
    types = dict.fromkeys(row["type"] for row in rows)
    return {one: figures([row for row in rows if row["type"] == one], measures, seed) for one in types}


def figures_by_label(rows: Sequence[Json], measures: Sequence[Measure], seed: int) -> dict[str, dict[str, Json]]:
    """Label of what is inside samples → measure → ``{mean, low, high, n, samples}``: ``n`` counts the things, the
    interval is over samples that have any. Only measures whose rows are shares label them.
    """
    found: dict[str, dict[str, Json]] = {}
    for measure in measures:
        labelled: dict[str, list[list[float]]] = {}
        for row in rows:
            for label, parts in row.get("by_label", {}).get(measure.name, {}).items():
                labelled.setdefault(label, []).append(parts)
        for label, shares in labelled.items():
            result = interval(np.asarray(shares, dtype=np.float64), measure.combine, seed)
            shown = {name: _rounded(getattr(result, name)) for name in ("mean", "low", "high")}
            whole = int(sum(share[1] for share in shares))
            found.setdefault(label, {})[measure.name] = {**shown, "n": whole, "samples": result.n}
    return found


def judge_gates(
    gates: Sequence[Gate], overall: Mapping[str, Json], by_type: Mapping[str, Mapping[str, Json]], *, whole: bool
) -> list[Json]:
    """Every gate with its value and whether it holds.

    Args:
        gates: bounds.
        overall: figures over everything.
        by_type: figures by type.
        whole: whether all samples of the suite were run; a gate without a figure then fails, else it is not judged
            (``passed`` is null).
    """
    judged = []
    for gate in gates:
        found = (by_type.get(gate.type, {}) if gate.type else overall).get(gate.measure, {})
        value = found.get("mean")
        passed = gate.passes(value) if value is not None else (False if whole else None)
        judged.append({"measure": gate.label, "bound": gate.bound, "value": value, "passed": passed})
    return judged


def latency(rows: Sequence[Json]) -> Json:
    """Quantiles of the seconds a reply took, in milliseconds."""
    seconds = [row["seconds"] for row in rows if "error" not in row["reply"]]
    if not seconds:
        return {"p50": None, "p95": None}
    p50, p95 = np.quantile(np.asarray(seconds), [0.5, 0.95])
    return {"p50": round(1000 * float(p50), 1), "p95": round(1000 * float(p95), 1)}


def usage(rows: Sequence[Json]) -> Json:
    """Tokens and cost of all replies."""
    total: Json = {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0}
    for row in rows:
        used = row["reply"].get("usage") or {}
        for name in total:
            total[name] += used.get(name) or 0
    return total


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, DIGITS)
