"""Intervals, paired differences and corrections against independent computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals.statistics import column_mean, holm, interval, mean_interval, paired, ratio

SEED = 7


def _values(n: int, seed: int = 1) -> list[float]:
    return list(np.random.default_rng(seed).beta(2, 5, size=n))


def test_the_interval_of_a_mean_agrees_with_scipys_percentile_bootstrap() -> None:
    values = _values(150)
    ours = mean_interval(values, SEED, resamples=10_000)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", random_state=np.random.default_rng(3)
    ).confidence_interval
    assert ours.mean == pytest.approx(float(np.mean(values)))
    assert ours.low == pytest.approx(theirs.low, abs=0.002)
    assert ours.high == pytest.approx(theirs.high, abs=0.002)
    assert ours.n == 150


def test_the_interval_of_a_ratio_agrees_with_scipys() -> None:
    random = np.random.default_rng(2)
    whole = random.integers(1, 20, size=120).astype(float)
    part = np.floor(whole * random.random(120))
    ours = interval(np.stack([part, whole], axis=1), ratio, SEED, resamples=8000)
    theirs = stats.bootstrap(
        (part, whole),
        lambda p, w, axis: p.sum(axis=axis) / w.sum(axis=axis),
        n_resamples=8000,
        paired=True,
        vectorized=True,
        method="percentile",
        random_state=np.random.default_rng(4),
    ).confidence_interval
    assert ours.mean == pytest.approx(part.sum() / whole.sum())
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_any_statistic_can_be_resampled_and_equals_the_fast_path() -> None:
    parts = np.asarray(_values(60))[:, None]
    slow = interval(parts, lambda rows: float(rows[:, 0].mean()), SEED)
    fast = interval(parts, column_mean, SEED)
    assert (slow.low, slow.high) == pytest.approx((fast.low, fast.high))


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    values = _values(40)
    assert mean_interval(values, 1) == mean_interval(values, 1)
    assert mean_interval(values, 1) != mean_interval(values, 2)


def test_a_paired_p_is_near_the_t_tests_where_that_holds() -> None:
    random = np.random.default_rng(5)
    a = random.normal(0.5, 0.2, size=200)
    b = a + random.normal(0.02, 0.12, size=200)
    ours = paired(a[:, None], b[:, None], column_mean, SEED, resamples=10_000)
    assert ours.mean == pytest.approx(float((b - a).mean()))
    assert ours.p == pytest.approx(float(stats.ttest_rel(a, b).pvalue), abs=0.01)
    assert ours.low < ours.mean < ours.high


def test_no_difference_has_p_one_and_a_clear_one_a_small_p() -> None:
    same = np.asarray(_values(50))[:, None]
    assert paired(same, same, column_mean, SEED).p == 1.0
    assert paired(same, same + 0.3 + 0.01 * same, column_mean, SEED).p < 0.001


def test_pairing_finds_what_two_intervals_hide() -> None:
    a = np.asarray(_values(80))
    b = a + 0.01
    difference = paired(a[:, None], b[:, None], column_mean, SEED)
    assert difference.low > 0
    assert mean_interval(list(a), SEED).high > mean_interval(list(b), SEED).low


def test_pairs_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="pairs"):
        paired(np.zeros((3, 1)), np.zeros((4, 1)), column_mean, SEED)


def test_holm_is_the_textbook_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_agrees_with_a_direct_reading_of_the_definition(ps: list[float]) -> None:
    order = np.argsort(ps, kind="stable")
    wanted = np.empty(len(ps))
    wanted[order] = np.maximum.accumulate([min(1.0, (len(ps) - rank) * ps[index]) for rank, index in enumerate(order)])
    assert holm(ps) == pytest.approx(list(wanted))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_holds_its_mean_within_the_range_of_the_values(values: list[float]) -> None:
    found = mean_interval(values, SEED, resamples=200)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.n == len(values)
