"""Measures of a ranking against judgements, computed by ir-measures; `all_gold@k` is built on its recall.

A query without a ranking gets 0, not nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from evals.measures.measure import Better, Outcome, Reply, Score, missing
from evals.samples.sample import Sample
from evals.statistics import Parts, column_mean

_ALL_GOLD = "all_gold@"


@dataclass(frozen=True)
class RankingMeasure:
    """One measure of ir-measures, or whether all relevant documents are among the first k."""

    name: str
    source: str
    computed: str
    better: Better = "higher"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """The query's value."""
        if sample.task != "search":
            return None
        if (fault := missing(reply)) is not None:
            return fault
        import ir_measures

        judged: dict[str, int] = sample.gold["qrels"]
        ranked = {document: float(score) for document, score in reply["ranking"]}
        value = 0.0
        if ranked:
            found = ir_measures.iter_calc([_parse(self.computed)], {"q": judged}, {"q": ranked})
            value = next(float(metric.value) for metric in found)
        return Score(float(value == 1.0) if self.name.startswith(_ALL_GOLD) else value)

    @staticmethod
    def combine(parts: Parts) -> float:
        """The mean over queries."""
        return column_mean(parts)


@lru_cache
def _parse(name: str) -> Any:
    import ir_measures

    return ir_measures.parse_measure(name)


def ranking_measure(name: str) -> RankingMeasure | None:
    """The measure of this name; None where ir-measures does not know it."""
    if name.startswith(_ALL_GOLD) and name.removeprefix(_ALL_GOLD).isdigit():
        source = "Share of queries all of whose relevant documents are among the first k: R@k = 1 (ir-measures)"
        return RankingMeasure(name, source, f"R@{name.removeprefix(_ALL_GOLD)}")
    try:
        _parse(name)
    except (NameError, ValueError, SyntaxError):
        return None
    return RankingMeasure(name, "ir-measures (MacAvaney et al. 2022), trec_eval's definition", name)
