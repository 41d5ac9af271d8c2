"""Means with intervals, paired differences with p values, and their correction for being many.

Pure functions over arrays; the same seed gives the same interval. Knows nothing of samples or measures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Parts = NDArray[np.float64]
"""``(n, d)``: row ``i`` is what sample ``i`` brings to a measure; the first column is its own score if ``d`` is 1."""
Combine = Callable[[Parts], float]

RESAMPLES = 2000
CONFIDENCE = 0.95
_BLOCK = 4_000_000
"""Indices drawn at a time, at most: bounds memory, not the result."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean (or another statistic) of ``n`` samples with its 95 % interval ``[low, high]``."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """``b`` minus ``a`` over ``n`` pairs, its 95 % interval, and the two-sided p of no difference."""

    mean: float
    low: float
    high: float
    p: float
    n: int


def column_mean(parts: Parts) -> float:
    """The plain mean of the first column."""
    return float(parts[:, 0].mean())


def ratio(parts: Parts) -> float:
    """Sum of the first column over the sum of the second: a share counted over everything, not averaged by sample."""
    whole = float(parts[:, 1].sum())
    return float(parts[:, 0].sum()) / whole if whole else float("nan")


def mean_interval(values: Sequence[float], seed: int, resamples: int = RESAMPLES) -> Interval:
    """The mean with its percentile bootstrap interval.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3.

    Args:
        values: one a sample, at least one.
        seed: of the resampling.
        resamples: how many.
    """
    return interval(np.asarray(values, dtype=np.float64)[:, None], column_mean, seed, resamples)


def interval(parts: Parts, combine: Combine, seed: int, resamples: int = RESAMPLES) -> Interval:
    """Any statistic of rows with its percentile bootstrap interval; rows are resampled whole.

    Args:
        parts: ``(n, d)``, ``n`` at least 1.
        combine: rows to one figure; NaN where it is not defined, such resamples are left out.
        seed: of the resampling.
        resamples: how many.
    """
    low, high = _limits(_resampled(parts, combine, seed, resamples))
    return Interval(combine(parts), low, high, len(parts))


def paired(a: Parts, b: Parts, combine: Combine, seed: int, resamples: int = RESAMPLES) -> Difference:
    """How much better ``b`` is than ``a`` on the same samples.

    The interval is the percentile one of resampled pairs; p is the share of resampled differences, shifted to have no
    mean, that are as large as the one seen. Source: Efron and Tibshirani (1993), section 16.4; Sakai, Evaluating
    Evaluation Metrics based on the Bootstrap (SIGIR 2006).

    Args:
        a: ``(n, d)``, row ``i`` and row ``i`` of ``b`` are of the same sample.
        b: ``(n, d)``.
        combine: rows to one figure.
        seed: of the resampling.
        resamples: how many.
    """
    if a.shape != b.shape:
        raise ValueError(f"pairs are wanted: {a.shape} against {b.shape}")
    width = a.shape[1]
    both = np.concatenate([a, b], axis=1)

    def difference(parts: Parts) -> float:
        return combine(parts[:, width:]) - combine(parts[:, :width])

    if combine is column_mean:
        drawn = _resampled((b - a)[:, :1], column_mean, seed, resamples)
    else:
        drawn = _resampled(both, difference, seed, resamples)
    seen = difference(both)
    low, high = _limits(drawn)
    as_large = int(np.sum(np.abs(drawn - seen) >= abs(seen) - 1e-12))
    return Difference(seen, low, high, (as_large + 1) / (len(drawn) + 1), len(a))


def holm(ps: Sequence[float]) -> list[float]:
    """p values adjusted for being many, in the order given.

    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure (1979).
    """
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda one: ps[one])):
        highest = max(highest, min(1.0, ps[index] * (len(ps) - rank)))
        adjusted[index] = highest
    return adjusted


def _resampled(parts: Parts, combine: Combine, seed: int, resamples: int) -> NDArray[np.float64]:
    n = len(parts)
    random = np.random.default_rng(seed)
    drawn: list[NDArray[np.float64]] = []
    left = resamples
    while left:
        block = min(left, max(1, _BLOCK // n))
        chosen = random.integers(n, size=(block, n))
        if combine is column_mean:
            drawn.append(parts[:, 0][chosen].mean(axis=1))
        elif combine is ratio:
            whole = parts[:, 1][chosen].sum(axis=1)
            share = parts[:, 0][chosen].sum(axis=1) / np.where(whole == 0, np.nan, whole)
            drawn.append(share)
        else:
            drawn.append(np.array([combine(parts[rows]) for rows in chosen]))
        left -= block
    return np.concatenate(drawn)


def _limits(drawn: NDArray[np.float64]) -> tuple[float, float]:
    defined = drawn[~np.isnan(drawn)]
    if not len(defined):
        return float("nan"), float("nan")
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
