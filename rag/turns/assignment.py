"""The best one-to-one pairing under a table of scores. Pure arithmetic; knows nothing of what is paired."""

from __future__ import annotations

from collections.abc import Mapping

Key = tuple[str, str]


def best_assignment(scores: Mapping[Key, float]) -> tuple[frozenset[Key], float]:
    """The pairs of the one-to-one pairing with the highest sum, and that sum.

    Nothing need be paired: a pair whose score is not above 0 never is. Of equal pairings the one found does not depend
    on the order of ``scores``.

    Source: the Hungarian method in O(n²m) (Kuhn 1955; Jonker and Volgenant 1987), each row with a column of its own
    that stands for "no partner" at cost 0.
    """
    rows = sorted({row for row, _ in scores})
    columns = sorted({column for _, column in scores})
    size, width = len(rows), len(columns) + len(rows)
    cost = [[-scores.get((row, column), 0.0) for column in columns] + [0.0] * size for row in rows]
    owner = _owners(cost, size, width)
    pairs = {(rows[row], columns[column]) for column, row in enumerate(owner[: len(columns)]) if row >= 0}
    kept = frozenset(pair for pair in pairs if scores.get(pair, 0.0) > 0.0)
    return kept, sum(scores[pair] for pair in sorted(kept))


def _owners(cost: list[list[float]], size: int, width: int) -> list[int]:
    """The row each column is given to at least cost, -1 for none; ``size`` rows, ``width`` columns, no fewer."""
    row_price, column_price = [0.0] * (size + 1), [0.0] * (width + 1)
    owner, way = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, size + 1):
        owner[0], column = row, 0
        least, used = [float("inf")] * (width + 1), [False] * (width + 1)
        while owner[column]:
            used[column] = True
            current, delta, nearest = owner[column], float("inf"), 0
            for other in range(1, width + 1):
                if used[other]:
                    continue
                reduced = cost[current - 1][other - 1] - row_price[current] - column_price[other]
                if reduced < least[other]:
                    least[other], way[other] = reduced, column
                if least[other] < delta:
                    delta, nearest = least[other], other
            for other in range(width + 1):
                if used[other]:
                    row_price[owner[other]] += delta
                    column_price[other] -= delta
                else:
                    least[other] -= delta
            column = nearest
        while column:
            owner[column], column = owner[way[column]], way[column]
    return [row - 1 for row in owner[1:]]
