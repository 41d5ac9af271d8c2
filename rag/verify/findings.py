"""What a check found wrong with a claim, in words for a person, and how much it weighs. Knows no check by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.models import Quote, Verdict

Weight = Literal["partial", "unsupported"]
MAX_REASONS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: ``unsupported`` sinks the claim, ``partial`` leaves part of it standing."""

    weight: Weight
    reason: str


def verdict_of(findings: Sequence[Finding], quotes: tuple[Quote, ...]) -> Verdict:
    """The worst finding decides; its reasons, at most ``MAX_REASONS``, are told."""
    for weight in ("unsupported", "partial"):
        reasons = list(dict.fromkeys(finding.reason for finding in findings if finding.weight == weight))
        if reasons:
            return Verdict(weight, "；".join(reasons[:MAX_REASONS]), quotes)
    return Verdict("supported", None, quotes)
