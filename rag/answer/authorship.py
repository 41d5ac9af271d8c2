"""Who wrote a report or took a picture: the byline of the article that is asked about.

Knows nothing of other kinds of question.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.bylines import signature
from rag.answer.candidates import Candidate, Setting
from rag.answer.coverage import Scale
from rag.answer.people import topic_of
from rag.answer.question import Question, analyse
from rag.models import AbstentionCode, DraftClaim, Evidence, Pointer
from rag.text.normalise import fold


def authored(
    question: Question, candidates: Sequence[Candidate], evidence: Sequence[Evidence], min_support: float
) -> DraftClaim | AbstentionCode:
    """The byline of the article that is asked about, or why there is none.

    A writer whom the question names (某人和谁一起写了…) must be among those who sign it, and others beside them.
    """
    scale = Scale(analyse(topic_of(question.text)), candidates)
    asked = fold(question.text)
    fellows = _fellows(asked, candidates)
    ranked = sorted(candidates, key=lambda one: -scale.share(one.near) - 0.5 * scale.share(one.setting.whole))
    for candidate in ranked:
        if scale.share(candidate.setting.whole) < min_support or not fellows <= _writers(candidate.setting):
            continue
        if fellows and not _writers(candidate.setting) - fellows:
            return "not_stated"
        for index, item in enumerate(evidence):
            if item.article is not evidence[candidate.evidence].article:
                continue
            if signed := signature(question, item):
                text = item.passage.text
                quote = text[slice(*signed.span)]
                return DraftClaim(quote, (Pointer(index, quote),), text[slice(*signed.names)])
        return "not_stated"
    return "not_stated" if fellows else "no_evidence"


def _writers(setting: Setting) -> set[str]:
    return {fold(name) for name in setting.writers}


def _fellows(asked: str, candidates: Sequence[Candidate]) -> set[str]:
    """The writers of the articles found whom the question names, those it sets aside (除了…) too."""
    known = {name for one in candidates for name in _writers(one.setting)}
    return {name for name in known if len(name) > 1 and name in asked}
