"""How far two who label the same things agree, beyond chance. Knows nothing of what is labelled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from evals.statistics import Interval, Parts, column_mean, interval

Json = dict[str, Any]
LABELS = ("supported", "partial", "unsupported")


def kappa(parts: Parts) -> float:
    """Cohen's kappa of rows (label of one, label of the other); NaN where both say the same of everything.

    Source: Cohen, A Coefficient of Agreement for Nominal Scales (1960).
    """
    first, second = parts[:, 0], parts[:, 1]
    seen = float((first == second).mean())
    by_chance = sum(float((first == label).mean() * (second == label).mean()) for label in np.unique(parts))
    return (seen - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")


def agreement(pairs: Sequence[tuple[str, str]], seed: int = 0) -> Json:
    """How two agree on *supported or not*, with the full table of their labels.

    Args:
        pairs: one of ``LABELS`` each; ``partial`` is not supported, as in all measures here.
        seed: of the bootstrap.

    Returns:
        ``{n, same, kappa, table}``: two figures with interval (null where not defined), and counts by both labels.
    """
    table = {one: dict.fromkeys(LABELS, 0) for one in LABELS}
    for one, other in pairs:
        table[one][other] += 1
    if not pairs:
        return {"n": 0, "same": None, "kappa": None, "table": table}
    parts = np.asarray([[one == "supported", other == "supported"] for one, other in pairs], dtype=np.float64)
    same = (parts[:, :1] == parts[:, 1:]).astype(np.float64)
    return {
        "n": len(pairs),
        "same": figure(interval(same, column_mean, seed)),
        "kappa": figure(interval(parts, kappa, seed)),
        "table": table,
    }


def figure(found: Interval) -> Json | None:
    """As printed; None where the figure is not defined."""
    if math.isnan(found.mean):
        return None
    shown = {name: round(getattr(found, name), 4) for name in ("mean", "low", "high")}
    return {**shown, "n": found.n}
