"""Why a question is declined: nothing on its subject, the subject without the asked fact, another time, another place.

Knows nothing of how the best sentence was found, and not whether declining was right.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from rag.answer.constraints import Constraints, contradiction, places_are_known
from rag.answer.coverage import Scale
from rag.answer.scoring import Scored
from rag.models import AbstentionCode, Evidence

TOPIC = 0.35
"""Share of the question the nearest article must say for the topic to count as found (not_stated, not no_evidence)."""

DISTINCT = 3
"""Characters of a subject whose name alone shows that the topic was found; a shorter one may be any word."""

SAME_TOPIC = 0.8
"""Share of the best article's coverage from which another is about the same thing, and not one that happens to name the
place asked about. Set on refusals over the sample pages."""


def refusal(
    constraints: Constraints,
    scale: Scale,
    ranked: Sequence[Scored],
    evidence: Sequence[Evidence],
    against: AbstentionCode | None,
) -> AbstentionCode:
    """The reason to give.

    Args:
        constraints: the fixed points of the question.
        scale: its content.
        ranked: every sentence judged, best first; at least one.
        evidence: what the sentences stand in.
        against: what spoke against the best sentences that said enough, if anything did.
    """
    nearest = max(scored.coverage.article for scored in ranked)
    is_found = _is_found(scale.subject, nearest, {scored.candidate.setting.whole for scored in ranked})
    if against is None and is_found:
        # A reader rates a sentence about another place or time so low that it is no near miss any more.
        best = ranked[0].candidate
        against = contradiction(constraints, best, evidence[best.evidence])
    on_topic = [scored.candidate for scored in ranked if scored.coverage.article >= nearest * SAME_TOPIC]
    if against == "other_place" and places_are_known(constraints, on_topic):
        against = "not_stated"
    return against or ("not_stated" if is_found else "no_evidence")


def _is_found(subject: str, nearest: float, articles: Collection[str]) -> bool:
    """Whether the topic is there: an article names the subject whole, or says enough and something of the subject."""
    pairs = [first + second for first, second in pairwise(subject)]
    if len(subject) >= DISTINCT and any(all(pair in article for pair in pairs) for article in articles):
        return True
    return nearest >= TOPIC and (not pairs or any(pair in article for article in articles for pair in pairs))
