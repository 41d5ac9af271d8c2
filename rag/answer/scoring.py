"""Which sentence answers, and how surely: features of a candidate, their rank score and the support in [0, 1].

The weights were fitted by logistic regression on the development questions of CMRC 2018 and DRCD (CC BY-SA): for the
rank, the sentence with the answer against its neighbours; for the support, the best sentence of the paragraph against
the best one once the answering sentences are taken out, together with questions over newspaper pages. Where several
articles compete, features that are constant within a paragraph (article, missing, retrieval) were set by hand. Knows
nothing of how a claim is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from rag.answer.bylines import Signature
from rag.answer.candidates import Candidate
from rag.answer.coverage import Coverage, Scale
from rag.answer.cues import cue
from rag.answer.lists import enumerated, term_spelt_out
from rag.answer.locality import Found, Locality
from rag.answer.moments import find_moments
from rag.answer.named import asks_level, asks_office, find_named
from rag.answer.people import find_people
from rag.answer.quantities import find_quantities
from rag.answer.question import Question

FIGURE_KINDS = frozenset({"count", "money", "percent", "quantity"})
TYPED_KINDS = FIGURE_KINDS | {"person", "time"}
"""Kinds where a sentence without a fitting answer in it cannot answer."""


LEAST_FIT = 0.3
"""Below this a figure counts something else, a name holds another office."""

UNFOUND_FACTOR = 0.7
"""What is left of the support of a sentence in which no place, name or list was found, though one is asked."""

SPELT_OUT_RANK = 2.0
SPELT_OUT_SUPPORT = 0.75
"""A sentence that lists what the asked quoted term stands for answers, however little else of the question it says."""

ENUMERATED_RANK = 0.5
ENUMERATED_SUPPORT = 0.6
"""A sentence on the subject that lists several of the asked noun's head likely answers a list question; one that
prints the noun whole is as good as a term spelt out."""

LEAST_NEAR = 0.34
"""A stretch of the question of which less is said near a sentence names another thing than the sentence speaks of."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate judged: how it covers the question, the best answer in it, its rank score and its support."""

    candidate: Candidate
    coverage: Coverage
    found: Found | None
    rank: float
    support: float
    signature: Signature | None = None


def score(question: Question, candidate: Candidate, scale: Scale, best_retrieval: float) -> Scored:
    """Judge one candidate for one question."""
    coverage = scale.cover(candidate)
    found = best_answer(question, candidate, scale)
    features = measure(question, candidate, coverage, found, best_retrieval)
    rank = sum(weight * feature for weight, feature in zip(RANK_WEIGHTS, features, strict=True))
    typed = question.kind in TYPED_KINDS or asks_office(question) or asks_level(question)
    support = 0.0 if typed and (found is None or coverage.weakest < LEAST_NEAR) else _support(features)
    if found is None and question.kind in ("place", "name", "list"):
        support *= UNFOUND_FACTOR
    if found is not None and term_spelt_out(question, candidate.plain):
        rank, support = rank + SPELT_OUT_RANK, max(support, SPELT_OUT_SUPPORT)
    elif found is not None and coverage.weakest >= LEAST_NEAR and enumerated(question, candidate.plain):
        whole = question.noun in candidate.plain
        rank += ENUMERATED_RANK
        support = max(support, SPELT_OUT_SUPPORT if whole else ENUMERATED_SUPPORT)
    return Scored(candidate, coverage, found, rank, support)


def best_answer(question: Question, candidate: Candidate, scale: Scale) -> Found | None:
    """The stretch of the candidate that most likely answers, None where none is of the asked kind."""
    locality = Locality(candidate, scale)
    if question.kind in FIGURE_KINDS:
        options = find_quantities(question, candidate, locality)
    elif question.kind == "person":
        options = find_people(question, candidate, locality)
    elif question.kind == "time":
        options = find_moments(question, candidate, locality)
    elif question.kind in ("place", "name", "list", "thing"):
        options = find_named(question, candidate, locality)
    else:
        options = []
    least = LEAST_FIT if question.kind in TYPED_KINDS else 0.0
    fitting = [found for found in options if found.fit >= least]
    return max(fitting, key=lambda found: (found.worth, -found.start), default=None)


def measure(
    question: Question, candidate: Candidate, coverage: Coverage, found: Found | None, best_retrieval: float
) -> tuple[float, ...]:
    """The features of a candidate, each about in [0, 1]; order as in the weights."""
    typed = question.kind in TYPED_KINDS
    return (
        coverage.sentence,
        coverage.near,
        coverage.article,
        coverage.common,
        found.worth if found and typed else 0.0,
        found.fit if found and typed else 0.0,
        found.worth if found and not typed else 0.0,
        cue(question, candidate),
        min(coverage.missing, 6) / 6,
        coverage.weakest,
        candidate.score / best_retrieval if best_retrieval > 0 else 0.0,
        min(len(candidate.folded), 80) / 80,
        coverage.letters,
        coverage.opening,
        1.0 if candidate.is_lead else 0.0,
    )


def _support(features: tuple[float, ...]) -> float:
    total = SUPPORT_BIAS + sum(weight * feature for weight, feature in zip(SUPPORT_WEIGHTS, features, strict=True))
    return 1 / (1 + exp(-total))


RANK_WEIGHTS = (1.1, 0.55, 0.3, 0.2, 0.7, 0.5, 0.55, 0.35, -0.1, 0.4, 0.2, -0.2, 0.95, -0.1, 0.15)
SUPPORT_WEIGHTS = (1.4, 1.2, 0.65, 0.5, 0.9, 0.6, 0.45, 0.1, -0.5, 0.65, 0.0, 0.0, 1.2, 0.0, 0.0)
SUPPORT_BIAS = -3.3
