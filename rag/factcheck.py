"""Checks any text, somebody's draft or another system's summary, claim by claim against the pages.

Knows nothing of where evidence comes from: it is handed a way to find some for a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.models import Citation, Claim, Evidence, Verification
from rag.protocols import Verifier
from rag.verify import cite, split_claims


def check_text(text: str, find: Callable[[str], Sequence[Evidence]], verifier: Verifier) -> Verification:
    """Judge every claim of a text; nothing is dropped, also not what is unsupported.

    Args:
        text: anything; it is split into claims at its sentences.
        find: evidence for one claim, best first.
        verifier: judges the claim against the passages found.

    Returns:
        Claims with verdict, reason and citations; their spans point into ``text``.
    """
    claims: list[Claim] = []
    citations: list[Citation] = []
    for start, end in split_claims(text):
        claim = text[start:end]
        evidence = find(claim)
        verdict = verifier.verify(claim, [found.passage.text for found in evidence])
        markers = []
        for quote in verdict.quotes:
            found = evidence[quote.evidence]
            citation = cite(found, quote.start, quote.end, marker=len(citations) + 1, score=found.score)
            citations.append(citation)
            markers.append(citation.marker)
        claims.append(Claim(claim, start, end, verdict.label, verdict.reason, tuple(markers)))
    return Verification(text, tuple(claims), tuple(citations))
