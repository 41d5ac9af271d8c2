"""The best pairing, against every pairing there is."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.turns.assignment import best_assignment

ROWS, COLUMNS = "abcd", "wxyz"
SCORES = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), st.integers(-6, 9).map(float), max_size=16
)


def best_by_trying(scores: dict[tuple[str, str], float]) -> float:
    return max(
        sum(max(0.0, scores.get(pair, 0.0)) for pair in zip(ROWS, order, strict=True))
        for order in permutations(COLUMNS)
    )


@given(SCORES)
def test_no_pairing_is_better(scores: dict[tuple[str, str], float]) -> None:
    chosen, total = best_assignment(scores)
    assert total == pytest.approx(best_by_trying(scores))
    assert sum(scores[pair] for pair in chosen) == pytest.approx(total)
    assert all(scores[pair] > 0 for pair in chosen)
    assert len({row for row, _ in chosen}) == len({column for _, column in chosen}) == len(chosen)


@given(SCORES)
def test_the_order_of_the_table_does_not_matter(scores: dict[tuple[str, str], float]) -> None:
    assert best_assignment(dict(reversed(scores.items()))) == best_assignment(scores)
