"""The verifier that needs no model: word for word first, then figures, names, negation, direction and wording.

Knows nothing of articles, citations or how evidence was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.mapping import Span
from rag.models import Verdict
from rag.verify.agents import check_agents
from rag.verify.content import Content, wording_of
from rag.verify.events import check_events
from rag.verify.evidence import find_sentences, find_verbatim, sentences_of
from rag.verify.figures import check_figures
from rag.verify.findings import Finding, verdict_of
from rag.verify.items import check_items
from rag.verify.meeting import check_meeting
from rag.verify.names import check_names
from rag.verify.offices import check_offices
from rag.verify.order import check_order, told_from_other_side
from rag.verify.polarity import check_negation, check_opposites
from rag.verify.regions import check_regions
from rag.verify.replaced import check_replaced

SUPPORTED_COVERAGE = 0.75
"""Share of a claim's content its evidence must hold for the claim to stand whole."""
PARTIAL_COVERAGE = 0.45
"""Below this share the evidence is about something else."""


class RuleVerifier:
    """Judges one claim against texts it may rest on, by rules alone; the same input always gives the same verdict."""

    def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
        """Judge a claim.

        Args:
            claim: one statement; markers and a final full stop do not matter.
            evidence: texts it may rest on, in any script.

        Returns:
            supported, partial or unsupported, with a reason in Chinese unless supported, and the sentences it rests
            on (spans into ``evidence``), best first. Quotes are given for an unsupported claim too: what was compared.
        """
        content = Content.of(claim)
        if not any(character.isalnum() for character in claim):
            return Verdict("unsupported", "没有可以核对的内容")
        verbatim = find_verbatim(claim, evidence)
        if verbatim is not None:
            return Verdict("supported", None, (verbatim,))
        sentences = find_sentences(claim, content, sentences_of(evidence))
        if not sentences:
            return Verdict("unsupported", "证据中没有与此相关的内容")
        quoted = [sentence.text for sentence in sentences]
        facing = told_from_other_side(claim, quoted)
        findings = [
            *check_figures(claim, quoted, evidence, turned=bool(facing)),
            *check_names(claim, evidence),
            *check_regions(claim, evidence),
            *check_offices(claim, evidence),
            *check_negation(claim, quoted),
            *check_opposites(claim, quoted, facing),
            *check_order(claim, quoted),
            *check_events(claim, quoted),
            *check_meeting(claim, evidence),
            *check_agents(claim, evidence),
            *check_replaced(claim, quoted, facing.values()),
            *check_items(claim, evidence),
            *_check_content(_retold(claim, facing), quoted, evidence),
        ]
        return verdict_of(findings, tuple(sentence.quote for sentence in sentences))


def _retold(claim: str, facing: Mapping[Span, str]) -> Content:
    """The content of the claim with the evidence's verbs where only the side they are told from differs."""
    for (start, end), verb in sorted(facing.items(), reverse=True):
        claim = claim[:start] + verb + claim[end:]
    return Content.of(claim)


def _check_content(content: Content, quoted: Sequence[str], evidence: Sequence[str]) -> list[Finding]:
    near = content.coverage(wording_of("\n".join(quoted)))
    far = content.coverage(wording_of("\n".join(evidence)))
    if far >= SUPPORTED_COVERAGE and near >= PARTIAL_COVERAGE:
        return []
    missing = "、".join(f"“{word}”" for word in content.missing_words(wording_of("\n".join(evidence)))[:2])
    told = f"：{missing}" if missing else ""
    if far < PARTIAL_COVERAGE or near < PARTIAL_COVERAGE:
        return [Finding("unsupported", f"大部分内容在证据中没有依据{told}")]
    return [Finding("partial", f"部分内容在证据中没有依据{told}")]
