"""What a check found wrong with a claim, in words for a person, and how much it weighs. Knows no check by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.models import Quote, Verdict

Weight = Literal["shown", "partial", "unsupported"]
FAULTS: tuple[Literal["unsupported", "partial"], ...] = ("unsupported", "partial")
MAX_REASONS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: ``unsupported`` sinks the claim, ``partial`` leaves part of it standing.

    ``shown`` is no fault: how the claim follows from the evidence, to be shown with the verdict.
    """

    weight: Weight
    reason: str


def verdict_of(findings: Sequence[Finding], quotes: tuple[Quote, ...]) -> Verdict:
    """The worst finding decides; its reasons, at most ``MAX_REASONS``, are told, and what was worked out is shown."""
    shown = list(dict.fromkeys(finding.reason for finding in findings if finding.weight == "shown"))
    for weight in FAULTS:
        reasons = list(dict.fromkeys(finding.reason for finding in findings if finding.weight == weight))
        if reasons:
            return Verdict(weight, "；".join([*reasons[:MAX_REASONS], *shown]), quotes)
    return Verdict("supported", "；".join(shown) or None, quotes)
