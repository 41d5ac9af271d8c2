"""Rankings and judgements as TREC files, out and in. Knows nothing of measures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.errors import DataError
from evals.record import RunFolder

TAG = "gazette"
RANKING = "ranking.trec"
QRELS = "qrels.trec"


def write_trec(folder: RunFolder, rows: Sequence[dict[str, Any]]) -> None:
    """``ranking.trec`` and ``qrels.trec`` of the rows that are rankings; nothing where there are none."""
    ranked = [row for row in rows if row["task"] == "search"]
    if not ranked:
        return
    lines = [
        f"{row['id']} Q0 {document} {rank} {score:.6f} {TAG}\n"
        for row in ranked
        for rank, (document, score) in enumerate(row["reply"].get("ranking", ()), 1)
    ]
    judged = [
        f"{row['id']} 0 {document} {grade}\n" for row in ranked for document, grade in row["gold"]["qrels"].items()
    ]
    folder.write_text(RANKING, "".join(lines))
    folder.write_text(QRELS, "".join(judged))


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """A TREC run ``{query: [(document, score), …]}``, best first.

    Raises:
        DataError: a line has not six fields, or its score is no number.
    """
    found: dict[str, list[tuple[str, float]]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        fields = line.split()
        if not fields:
            continue
        try:
            query, _, document, _, score, _ = fields
            found.setdefault(query, []).append((document, float(score)))
        except ValueError as error:
            raise DataError(f"{path}:{number}: {line!r}; wanted `query Q0 document rank score tag`") from error
    return {query: sorted(ranked, key=lambda one: -one[1]) for query, ranked in found.items()}
