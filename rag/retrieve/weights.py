"""What a passage's closeness in meaning counts against its words, decided for each question. Numbers and two rules.

Knows nothing of stores or texts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.models import Weighing
from rag.retrieve.agreement import agreement
from rag.retrieve.alignment import Alignment

MEANING, COVERAGE, NEAR, WIDE, CHARACTERS = 60.9, 7.4, 5.4, 4.7, 4.25
"""Weights of the cosine, of BM25 as a share of what the question could reach, and of the three alignments.

Pairwise logistic regression of right over wrong passages on the fitting half (sha256 of the question) of CMRC 2018
(CC BY-SA 4.0) and DRCD (CC BY-SA 3.0), a question of the first counting twice; ``evals/fit_retrieval.py`` repeats the
method.
"""

CROWD_LOW, CROWD_HIGH, CROWD_DEPTH = 0.65, 0.80, 10
CALM_FACTOR, CROWDED_FACTOR = 1.3, 6.0
"""When the ten best by words hold on average this share of the best one's score, words no longer tell passages apart:
many report the same event, or none says it in the question's words. Then the cosine counts ``CROWDED_FACTOR`` times,
not ``CALM_FACTOR`` times. Chosen on the fitting halves among seven settings; figures in ``evals/README.md``.
"""

HELD = 6.0
"""What holding all the question's words, wherever they stand, adds where words tell passages apart; nothing is added at
``CROWD_HIGH``. Chosen on the fitting halves among four weights; figures in ``evals/README.md``.
"""

AGREEMENT, AGREED_LOW, AGREED_HIGH = 8.0, 0.70, 0.85
"""What full agreement with the other candidates adds (``rag.retrieve.agreement``) where words hardly tell passages
apart: of many that tell of the same event, those rise that say what others say too. Chosen on the fitting halves among
four weights and six ramps; figures in ``evals/README.md``.
"""


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one candidate: ``cosine``, BM25 as a share of the most the question could get, alignment."""

    cosine: float
    coverage: float
    alignment: Alignment

    @property
    def words(self) -> float:
        """All that words say."""
        near = NEAR * self.alignment.near + WIDE * self.alignment.wide
        return COVERAGE * self.coverage + near + CHARACTERS * self.alignment.characters


def crowding(scores: Sequence[float]) -> float:
    """Mean of the ten best scores as a share of the best; 0 where nothing scores, 1 where all score alike."""
    best = sorted(scores, reverse=True)[:CROWD_DEPTH]
    return sum(best) / CROWD_DEPTH / best[0] if best and best[0] > 0 else 0.0


def weigh(candidates: Sequence[Features], asked: Collection[str] = ()) -> tuple[list[float], Weighing]:
    """A score for each candidate, higher is better, and how meaning was weighed against words.

    Args:
        candidates: their features.
        asked: the question's terms.
    """
    words = [one.words for one in candidates]
    crowded = crowding(words)
    crowd = _ramp(crowded, CROWD_LOW, CROWD_HIGH)
    factor, held = CALM_FACTOR + (CROWDED_FACTOR - CALM_FACTOR) * crowd, HELD * (1.0 - crowd)
    scores = [
        factor * MEANING * one.cosine + word + held * one.alignment.held
        for one, word in zip(candidates, words, strict=True)
    ]
    if agreed := AGREEMENT * _ramp(crowded, AGREED_LOW, AGREED_HIGH):
        scores = _agreed(scores, candidates, asked, agreed)
    return scores, Weighing("follows the question", factor, crowded, agreed, held)


def _ramp(value: float, low: float, high: float) -> float:
    """0 up to ``low``, 1 from ``high`` on."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _agreed(
    scores: Sequence[float], candidates: Sequence[Features], asked: Collection[str], weight: float
) -> list[float]:
    """The scores, and ``weight`` for what the best of them say alike."""
    ordered = sorted(range(len(scores)), key=lambda at: -scores[at])
    agreed = agreement([candidates[at].alignment.beside for at in ordered], asked)
    raised = dict(zip(ordered, agreed, strict=True))
    return [score + weight * raised[at] for at, score in enumerate(scores)]
