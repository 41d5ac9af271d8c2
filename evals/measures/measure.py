"""What a measure is: a printable name, its source, a judgement of one sample, and how judgements make one figure.

Knows nothing of any particular measure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from evals.samples.sample import Sample
from evals.statistics import Parts, column_mean, ratio
from rag.protocols import Verifier

Reply = dict[str, Any]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Score:
    """What one sample got. ``parts`` is its row where the figure is no mean of scores; empty: the score alone.

    ``by_label``: rows of the same kind for what is inside a sample and of several sorts (the pieces of a page).
    """

    value: float
    parts: tuple[float, ...] = ()
    by_label: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unscored:
    """The sample should have been judged and could not be; counted and shown, never a zero."""

    reason: str


Outcome = Score | Unscored | None
"""None: the measure does not speak of this sample (an answer's overlap where declining is right)."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What measures may look at beside the reply: documents read without the system, and a verifier of our own.

    ``texts``: corpus name → document name → text as received.
    """

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    verifier: Verifier | None = None

    def documents(self, sample: Sample) -> Mapping[str, str]:
        """The texts a sample's citations may point into."""
        given = {one["name"]: one["text"] for one in sample.input.get("texts", ())}
        return given or self.texts.get(sample.corpus or "", {})


class Measure(Protocol):
    """A measure of single samples."""

    @property
    def name(self) -> str:
        """As printed and as named in suites."""
        ...

    @property
    def source(self) -> str:
        """Paper or definition."""
        ...

    @property
    def better(self) -> Better:
        """Which way is good."""
        ...

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Judge one reply."""
        ...

    def combine(self, parts: Parts) -> float:
        """All rows to one figure."""
        ...


@dataclass(frozen=True)
class MeanMeasure(ABC):
    """Base of measures that are a mean over samples."""

    bench: Bench = field(default_factory=Bench, repr=False)
    name: ClassVar[str]
    source: ClassVar[str]
    better: ClassVar[Better] = "higher"

    @abstractmethod
    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Judge one reply."""

    @staticmethod
    def combine(parts: Parts) -> float:
        """The mean."""
        return column_mean(parts)


@dataclass(frozen=True)
class RatioMeasure(MeanMeasure):
    """Base of measures that are a sum over a sum; rows are (part, whole)."""

    @staticmethod
    def combine(parts: Parts) -> float:
        """Sum over sum."""
        return ratio(parts)

    @staticmethod
    def share(part: float, whole: float, by_label: Mapping[str, tuple[float, float]] | None = None) -> Outcome:
        """A sample's row; a sample with nothing to count has no say."""
        return Score(part / whole, (part, whole), dict(by_label or {})) if whole else None


def replied(sample: Sample) -> bool:
    """Whether the sample asks for an answer."""
    return sample.task in ("ask", "read")


def answerable(sample: Sample) -> bool:
    """Whether an answer is wanted rather than an abstention."""
    return replied(sample) and bool(sample.gold.get("answerable", True))


def missing(reply: Reply) -> Unscored | None:
    """Why nothing in the reply can be judged, if so."""
    return Unscored(f"no reply: {reply['error']}") if "error" in reply else None
