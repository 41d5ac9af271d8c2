"""Measures, one noun a file, each with its source. ``registry`` finds them by name."""

from evals.measures.measure import Bench, Measure, Score, Unscored
from evals.measures.registry import build_measures, known_measures

__all__ = ["Bench", "Measure", "Score", "Unscored", "build_measures", "known_measures"]
