"""Measures by name. Knows nothing of suites."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from evals.errors import SuiteError
from evals.measures.abstention import AbstentionPrecision, AbstentionReason, AbstentionRecall, WrongAbstentionRate
from evals.measures.alce import CitationPrecision, CitationRecall
from evals.measures.answers import Accuracy, AnswerMatch, MixUpRate
from evals.measures.digests import CopiesMerged, CoverageComplete, GroupingF
from evals.measures.figures import FigureAccuracy, UnsupportedFigureRate
from evals.measures.latency import LatencyMs, LatencyP95Ms
from evals.measures.measure import Bench, MeanMeasure, Measure
from evals.measures.overlap import CharacterExact, CharacterF1
from evals.measures.pointers import PointerValidity
from evals.measures.ranking import ranking_measure
from evals.measures.risk import RiskCoverageArea
from evals.measures.segments import SEGMENT_MEASURES
from evals.measures.sentences import SentenceAtOne
from evals.measures.similarity import CharacterRouge, ChrF
from evals.measures.summaries import FactDensity, NuggetRecall, SummaryRate, VitalNuggetRecall
from evals.measures.support import CitedArticle, SupportRecall
from evals.measures.unsupported import UnsupportedClaimRate
from evals.measures.verdicts import FalseClaimsCaught, TrueClaimsKept, VerdictAccuracy

_CLASSES: Final[tuple[type[MeanMeasure], ...]] = (
    Accuracy, AnswerMatch, CharacterExact, CharacterF1, FigureAccuracy, MixUpRate, PointerValidity, SupportRecall,
    CitedArticle, CitationRecall, CitationPrecision, UnsupportedClaimRate, AbstentionPrecision, AbstentionRecall,
    WrongAbstentionRate, AbstentionReason, RiskCoverageArea, SentenceAtOne, VerdictAccuracy, FalseClaimsCaught,
    TrueClaimsKept, NuggetRecall, VitalNuggetRecall, FactDensity, SummaryRate, CharacterRouge, ChrF, LatencyMs,
    LatencyP95Ms, UnsupportedFigureRate, CoverageComplete, CopiesMerged, GroupingF, *SEGMENT_MEASURES,
)  # fmt: skip

_FACTORIES: Final = {one.name: one for one in _CLASSES}


def known_measures() -> list[Measure]:
    """Every measure with a fixed name; measures of rankings (`nDCG@10`, `all_gold@5`) take any cutoff."""
    return [factory(Bench()) for factory in _FACTORIES.values()]


def build_measures(names: Iterable[str], bench: Bench) -> list[Measure]:
    """The measures named, in order.

    Raises:
        SuiteError: a name is not known; the message has the nearest one.
    """
    return [_build(name, bench) for name in names]


def _build(name: str, bench: Bench) -> Measure:
    if name in _FACTORIES:
        return _FACTORIES[name](bench)
    ranking = ranking_measure(name) if "@" in name else None
    if ranking is None:
        near = get_close_matches(name, [*_FACTORIES, "nDCG@10", "R@10", "RR@10", "Success@1", "all_gold@10"], n=1)
        hint = f"; did you mean {near[0]}?" if near else "; `gazette eval list --measures` has them all"
        raise SuiteError(f"no measure {name!r}{hint}")
    return ranking
