"""Measures of cut pages: does every character share its piece with the right others?

Reimplements the definitions of the public scorer of the synthetic pages and is proven equal to it in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from evals.measures.cuts import PageScore, score_page
from evals.measures.measure import Better, MeanMeasure, Outcome, RatioMeasure, Reply, Score, missing
from evals.samples.sample import Sample
from evals.statistics import Parts

_BCUBED = "B-cubed over characters, Bagga and Baldwin 1998; extended by Amigó et al. 2009"
_PAGES = "Own: definitions of the scorer that comes with the synthetic pages, proven equal to it"


Pieces = tuple[tuple[str, str | None, tuple[tuple[int, int], ...]], ...]


def page_score(sample: Sample, reply: Reply) -> PageScore:
    """Counts of one page; computed once for all measures of the reply."""
    pieces = tuple(
        (piece.get("kind", "article"), piece.get("title"), tuple((start, end) for start, end in piece["source_spans"]))
        for piece in reply["articles"]
    )
    return _page_score(pieces, _Gold(sample))


class _Gold:
    """The gold of a page; equal where it is of the same page, so that it can be part of a cache key."""

    def __init__(self, sample: Sample) -> None:
        self.path = Path(sample.input["path"])
        self.articles = sample.gold["articles"]

    def __hash__(self) -> int:
        return hash(self.path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Gold) and self.articles is other.articles


@lru_cache(maxsize=4)
def _page_score(pieces: Pieces, gold: _Gold) -> PageScore:
    predicted = [{"kind": kind, "title": title, "spans": spans} for kind, title, spans in pieces]
    return score_page(gold.articles, predicted, gold.path.read_bytes().decode("utf-8"))


@dataclass(frozen=True)
class BcubedF(MeanMeasure):
    """Harmonic mean of B-cubed precision and recall, each averaged over pages."""

    name = "bcubed_f"
    source = _BCUBED

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Row (precision, recall)."""
        if sample.task != "segment":
            return None
        if (fault := missing(reply)) is not None:
            return fault
        page = page_score(sample, reply)
        p, r = page.precision, page.recall
        return Score(2 * p * r / (p + r) if p + r else 0.0, (p, r))

    @staticmethod
    def combine(parts: Parts) -> float:
        """From the two means."""
        p, r = np.asarray(parts).mean(axis=0)
        return float(2 * p * r / (p + r)) if p + r else 0.0


@dataclass(frozen=True)
class _PageRatio(RatioMeasure):
    """A share counted over all pages."""

    row: ClassVar[Callable[[PageScore], tuple[float, float]]]
    labels: ClassVar[Callable[[PageScore], Mapping[str, tuple[float, float]]]]
    source = _PAGES

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Row (part, whole)."""
        if sample.task != "segment":
            return None
        if (fault := missing(reply)) is not None:
            return fault
        page = page_score(sample, reply)
        return self.share(*type(self).row(page), type(self).labels(page))


def _unlabelled(_page: PageScore) -> Mapping[str, tuple[float, float]]:
    return {}


def _ratio(
    name: str,
    about: str,
    row: Callable[[PageScore], tuple[float, float]],
    better: Better = "higher",
    labels: Callable[[PageScore], Mapping[str, tuple[float, float]]] = _unlabelled,
) -> type[MeanMeasure]:
    fields = {"__doc__": about, "name": name, "better": better, "__module__": __name__}
    return type(name, (_PageRatio,), {**fields, "row": staticmethod(row), "labels": staticmethod(labels)})


def _f1(threshold: int) -> Callable[[PageScore], tuple[float, float]]:
    return lambda page: (2 * page.matched[threshold], page.n_gold + page.n_predicted)


SEGMENT_MEASURES: Final[tuple[type[MeanMeasure], ...]] = (
    BcubedF,
    _ratio("art_f50", "F1 of text pieces matched one to one at IoU >= .5", _f1(50)),
    _ratio("art_f80", "F1 of text pieces matched one to one at IoU >= .8", _f1(80)),
    _ratio("art_f95", "F1 of text pieces matched one to one at IoU >= .95", _f1(95)),
    _ratio(
        "whole_f80",
        "Articles and continuations found at IoU >= .8; by kind and artefact all text pieces",
        lambda page: page.main,
        labels=lambda page: page.main_by_label,
    ),
    _ratio("hard_f80", "The same for pieces that are interleaved, interrupted or turned", lambda page: page.hard),
    _ratio(
        "title", "Headlines read exactly; one not read at all counts too (the scorer's flaw)", lambda page: page.title
    ),
    _ratio(
        "title_read",
        "Headlines read exactly, white space apart",
        lambda page: page.title_read,
        labels=lambda page: page.title_by_label,
    ),
    _ratio("headless", "Pieces without a headline left without one", lambda page: page.headless),
    _ratio("order", "Neighbouring characters kept in reading order, by piece", lambda page: page.order),
    _ratio("furniture_leak", "Furniture taken into pieces", lambda page: page.leak, "lower"),
    _ratio("cross_leak", "Characters of a piece that belong to another", lambda page: page.cross, "lower"),
)
