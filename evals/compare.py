"""Two runs, question by question: what changed, by how much more than chance, and which questions flipped.

Knows nothing of how runs are made or shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.aggregate import DIGITS, matrix
from evals.errors import RunError
from evals.measures import Bench, Measure, build_measures
from evals.pairing import RunPair, join
from evals.record import RunFolder
from evals.statistics import Difference, Parts, holm, paired

Json = dict[str, Any]

SIGNIFICANT = 0.05
FLIPPING = (
    "accuracy", "answer_match", "verdict_accuracy", "Success@1", "sentence@1", "all_gold@10", "vital_nugget_recall",
    "title_read",
)  # fmt: skip
"""The first of these that both runs have says which questions flipped."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure in both runs, over the questions that both scored; ``p_holm`` is corrected for all measures."""

    measure: str
    type: str | None
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    n: int
    better: str

    @property
    def verdict(self) -> str:
        """better, worse, or no difference shown."""
        if self.p_holm >= SIGNIFICANT:
            return "no difference shown"
        return "better" if (self.difference > 0) == (self.better == "higher") else "worse"


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run got right and the other did not, with both replies."""

    id: str
    type: str
    asked: str
    wanted: Any
    a: Any
    b: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from ``a`` to ``b``, and in the pairs of ``also`` with them.

    ``only_a`` and ``only_b`` count questions the other run does not have.
    """

    a: Json
    b: Json
    also: tuple[tuple[Json, Json], ...]
    rows: tuple[Row, ...]
    flips_by: str | None
    gained: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    n: int
    only_a: int
    only_b: int

    def json(self) -> Json:
        """As printed with ``--json``."""
        return {
            "a": self.a,
            "b": self.b,
            "also": [{"a": a, "b": b} for a, b in self.also],
            "n": self.n,
            "only_a": self.only_a,
            "only_b": self.only_b,
            "measures": [{**asdict(row), "verdict": row.verdict} for row in self.rows],
            "flips_by": self.flips_by,
            "gained": [asdict(flip) for flip in self.gained],
            "lost": [asdict(flip) for flip in self.lost],
        }


def compare(
    first: RunFolder,
    second: RunFolder,
    *,
    also: Sequence[RunPair] = (),
    only: Sequence[str] = (),
    by_type: bool = False,
    seed: int = 0,
) -> Comparison:
    """Pair the runs by question and compare every measure both have.

    Args:
        first: the run before.
        second: the run after; differences are second minus first.
        also: the same two systems over other data: their questions count as if all were one set, each question once.
        only: these measures alone; the correction then counts no others. Empty: all that every run has.
        by_type: compare within every type too; the correction then counts those comparisons.
        seed: of the bootstrap.

    Raises:
        RunError: a run is not finished, one lacks a measure asked for, two share no question, a shared question is not
            the same in both, or those to be taken together were made with other settings.
    """
    runs = [(first, second), *also]
    joined = join(runs)
    summaries = [(before.summary(), after.summary()) for before, after in runs]
    names = _measured_in_all(summaries, only)
    measures = build_measures(only or names, Bench())
    found = [
        (measure, kind, *difference)
        for kind, group in _groups(joined.pairs, by_type)
        for measure in measures
        if (difference := _difference(measure, group, seed)) is not None
    ]
    flips_by = next((name for name in FLIPPING if name in names), None)
    gained, lost = _flips(joined.pairs, flips_by) if flips_by else ((), ())
    (a, b), *others = ((_identity(before), _identity(after)) for before, after in summaries)
    return Comparison(
        a, b, tuple(others), _rows(found), flips_by, gained, lost, len(joined.pairs), joined.only_a, joined.only_b
    )


def _measured_in_all(summaries: Sequence[tuple[Json, Json]], only: Sequence[str]) -> list[str]:
    """What every run measured; those asked for must be among it."""
    measured = [summary["measures"] for both in summaries for summary in both]
    names = [name for name in measured[0] if all(name in one for one in measured)]
    if lacking := [name for name in only if name not in names]:
        which = "both runs" if len(summaries) == 1 else "all these runs"
        raise RunError(f"{', '.join(lacking)}: not measured in {which}; there are {', '.join(names)}")
    return names


def _identity(summary: Json) -> Json:
    kept = ("run", "suite", "n", "model", "target", "git", "dirty", "started")
    told = {name: summary.get(name) for name in ("given", "changed")}  # not in runs made before they were recorded
    return {name: summary[name] for name in kept} | told | {"settings": summary["settings"]["fingerprint"]}


def _groups(pairs: list[tuple[Json, Json]], by_type: bool) -> list[tuple[str | None, list[tuple[Json, Json]]]]:
    """All pairs under None, then, where asked for, those of each type."""
    types = dict.fromkeys(a["type"] for a, _ in pairs) if by_type else {}
    return [(None, pairs), *((one, [pair for pair in pairs if pair[0]["type"] == one]) for one in types)]


def _difference(
    measure: Measure, pairs: Sequence[tuple[Json, Json]], seed: int
) -> tuple[float, float, Difference] | None:
    """Both figures and their difference over the questions that both runs scored."""
    name = measure.name
    scored = [(a, b) for a, b in pairs if name in a["scores"] and name in b["scores"]]
    a, b = (matrix([pair[side] for pair in scored], name) for side in (0, 1))
    if a is None or b is None:
        return None
    return _figure(measure, a), _figure(measure, b), paired(a, b, measure.combine, seed)


def _figure(measure: Measure, parts: Parts) -> float:
    return float(measure.combine(parts))


def _rows(found: Sequence[tuple[Measure, str | None, float, float, Difference]]) -> tuple[Row, ...]:
    """Rows with corrected p values.

    What is the same in both runs, question by question, can show no difference whatever the truth, so it does not count
    among the many (Tarone 1990).
    """
    ps = [difference.p for *_, difference in found]
    tests = [index for index, (*_, difference) in enumerate(found) if difference.low != difference.high]
    adjusted = list(ps)
    for index, corrected in zip(tests, holm([ps[one] for one in tests]), strict=True):
        adjusted[index] = corrected
    return tuple(
        Row(
            measure.name,
            kind,
            _rounded(a),
            _rounded(b),
            _rounded(difference.mean),
            _rounded(difference.low),
            _rounded(difference.high),
            _rounded(difference.p),
            _rounded(p_holm),
            difference.n,
            measure.better,
        )
        for (measure, kind, a, b, difference), p_holm in zip(found, adjusted, strict=True)
    )


def _rounded(value: float) -> float:
    return value if math.isnan(value) else round(value, DIGITS)


def _flips(pairs: Sequence[tuple[Json, Json]], measure: str) -> tuple[tuple[Flip, ...], tuple[Flip, ...]]:
    gained: list[Flip] = []
    lost: list[Flip] = []
    for a, b in pairs:
        before, after = a["scores"].get(measure), b["scores"].get(measure)
        if before is None or after is None or before == after:
            continue
        flip = Flip(a["id"], a["type"], asked(a), wanted(a), said(a), said(b))
        (gained if after > before else lost).append(flip)
    return tuple(gained), tuple(lost)


def asked(row: Json) -> str:
    """What a sample asks, in one line."""
    given = row["input"]
    return str(given.get("question") or given.get("claim") or given.get("document") or row["id"])


def wanted(row: Json) -> Any:
    """What the gold wants, short enough to read."""
    gold = row["gold"]
    if "label" in gold:
        return gold["label"]
    if row["task"] in ("ask", "read"):
        return gold.get("answers") or gold.get("must") if gold.get("answerable", True) else "abstain"
    if "qrels" in gold:
        return sorted(gold["qrels"])
    if "articles" in gold:
        return [one["title"] for one in gold["articles"] if one["kind"] != "page_furniture"]
    return gold.get("reference") or [one["nugget"] for one in gold.get("nuggets", ())] or None


def said(row: Json) -> Any:
    """What was replied, short enough to read."""
    reply = row["reply"]
    if "error" in reply:
        return f"error: {reply['error']}"
    if reply.get("abstained"):
        return f"abstains: {(reply.get('abstention') or {}).get('code', '')}"
    if "ranking" in reply:
        return [document for document, _ in reply["ranking"][:3]]
    if "articles" in reply:
        return [piece.get("title") for piece in reply["articles"] if piece.get("kind") != "furniture"]
    return reply.get("answer") or reply.get("summary") or reply.get("verdict")
