"""Checking statements against evidence: claims, quotes, figures, dates, names, negation, direction, content."""

from rag.verify.claims import split_claims
from rag.verify.draft import Checked, DraftCheck, Said, check_draft, cite
from rag.verify.rules import RuleVerifier

__all__ = ["Checked", "DraftCheck", "RuleVerifier", "Said", "check_draft", "cite", "split_claims"]
