"""Turns drafts into replies: every claim verified, every quote located, or an abstention with the nearest evidence.

The one gate between what a generator wrote and what a user reads. Knows nothing of retrieval, models or storage.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import combinations

from rag.abstention import abstain, continued
from rag.answer.conflicts import dates_told, disagreement
from rag.mapping import Span
from rag.models import (
    Abstention,
    Answer,
    Article,
    Citation,
    Claim,
    Conflict,
    Draft,
    Evidence,
    Filters,
    Origin,
    Passage,
    Query,
    Ranking,
    Summary,
)
from rag.protocols import SummaryRequest, Verifier
from rag.text.ngrams import terms
from rag.text.sentences import split_sentences
from rag.verify import Checked, check_draft, cite

NEAREST = 3
"""Passages shown with an abstention: enough to judge by, few enough to read."""


def new_answer_id() -> str:
    """A name no other answer has."""
    return f"ans_{secrets.token_hex(8)}"


def verified_answer(
    answer_id: str,
    query: Query,
    ranking: Ranking,
    draft: Draft,
    checked: Checked,
    *,
    corpus: str,
    corpus_is_empty: bool = False,
) -> Answer:
    """The answer from a draft that was checked; an abstention when no claim of the draft survived.

    Args:
        answer_id: what it is called; see ``new_answer_id``.
        query: what was asked.
        ranking: the evidence the draft was written from.
        draft: its claims are not looked at.
        checked: what the check left of them.
        corpus: fingerprint of the corpus asked.
        corpus_is_empty: whether it holds no document at all; an abstention then says so.
    """
    return Answer(
        id=answer_id,
        question=query.text,
        standalone_question=query.standalone,
        answer=checked.text if checked.claims else None,
        abstention=None if checked.claims else _declined(draft, query, ranking, corpus_is_empty),
        claims=checked.claims,
        citations=checked.citations,
        model=draft.model,
        conflicts=_conflicts(checked.claims, checked.citations),
        dropped=checked.dropped,
        usage=draft.usage,
        corpus=corpus,
        degraded=ranking.degraded,
        undated_left_out=ranking.undated_left_out,
        soft_filters=ranking.soft_filters,
        overlong=ranking.overlong,
    )


def checked_summary(
    request: SummaryRequest,
    document_text: str,
    draft: Draft,
    verifier: Verifier,
    origins: tuple[Origin, ...] = (),
) -> Summary:
    """The verified summary of one article, as plain text without markers; an abstention when no claim survives."""
    article = request.article
    whole = whole_article(article, request.document, document_text, origins)
    checked = check_draft(draft, [whole], verifier, markers=False)
    about = Query(article.title or article.text[:40], article.title or article.text[:40], Filters())
    return Summary(
        article_id=article.article_id,
        document=request.document,
        kind=article.kind,
        title=article.title,
        style=request.style,
        summary=checked.text if checked.claims else None,
        abstention=None if checked.claims else _declined(draft, about, Ranking((whole,))),
        claims=checked.claims,
        citations=checked.citations,
        model=draft.model,
        dropped=checked.dropped,
        usage=draft.usage,
    )


def summary_with_head(request: SummaryRequest, head: Article, model: str) -> Summary:
    """The row of a continuation whose head's summary covers it: no summary of its own, and where to look."""
    article = request.article
    return Summary(
        article_id=article.article_id,
        document=request.document,
        kind=article.kind,
        title=head.title or article.title,
        style=request.style,
        summary=None,
        abstention=continued(head.title or head.article_id, article.text),
        claims=(),
        citations=(),
        model=model,
        summarised_with=head.article_id,
    )


def whole_article(article: Article, document: str, document_text: str, origins: tuple[Origin, ...] = ()) -> Evidence:
    """An article as evidence for itself: one passage that is all of its text.

    Args:
        article: whole, also where it goes on in other documents.
        document: name of the document it begins in.
        document_text: that document's text.
        origins: where its stretches stand, if it goes on elsewhere.
    """
    passage = Passage.of(article, 0, len(article.text))
    return Evidence(passage, article, document, document_text, 1.0, 1, origins=origins)


def _conflicts(claims: Sequence[Claim], citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """Claims of different articles that give one fact with different figures."""
    found = []
    for (first, one), (second, other) in combinations(enumerate(claims), 2):
        here, there = _cited(one, citations), _cited(other, citations)
        reason = contradiction(one.text, here, other.text, there)
        if reason is not None:
            found.append(Conflict((first, second), reason))
    return tuple(found)


def contradiction(one: str, here: Citation, other: str, there: Citation) -> str | None:
    """What two statements of different articles give with different figures, and why that may be; None where nothing.

    Args:
        one: a statement.
        here: where it is quoted from.
        other: another statement.
        there: where that is quoted from.
    """
    differing = disagreement(one, other) if here.article_id != there.article_id else None
    if differing is None:
        return None
    sides = f"{_named(here)}为“{differing.first}”,{_named(there)}为“{differing.second}”"
    return f"{sides};{_apart(_of_when(one, here), _of_when(other, there))}"


def _of_when(text: str, citation: Citation) -> str | None:
    """The day a statement's figure is of: as it says, else when its article was published; None if unknown."""
    told = dates_told(text)
    return told[-1] if told else citation.published


def _apart(one: str | None, other: str | None) -> str:
    """Whether the days differ, so that the figure may have changed, or the sources contradict each other."""
    if one is None or other is None:
        return "日期未全部注明,数字不一致,请核对原文"
    if one != other:
        return f"日期不同({one}与{other}),可能是前后变化"
    return f"日期相同({one}),说法互相矛盾"


def _cited(claim: Claim, citations: Sequence[Citation]) -> Citation:
    return citations[claim.citations[0] - 1]


def _named(citation: Citation) -> str:
    title = f"《{citation.title}》" if citation.title else citation.document
    return f"{title}({citation.published})" if citation.published else title


def _declined(draft: Draft, query: Query, ranking: Ranking, corpus_is_empty: bool = False) -> Abstention:
    nearest: list[Citation] = []
    best_of_article = {found.article.article_id: found for found in reversed(ranking.evidence)}
    for found in sorted(best_of_article.values(), key=lambda found: found.rank)[:NEAREST]:
        start, end = _nearest_sentence(query.standalone, found.passage.text)
        nearest.append(cite(found, start, end, marker=len(nearest) + 1, score=found.score))
    code = draft.abstention or "not_stated"
    return abstain(code, query, ranking, tuple(nearest), corpus_is_empty=corpus_is_empty)


def _nearest_sentence(question: str, text: str) -> Span:
    """The sentence that shares most of the question's terms; of equals the first."""
    asked = set(terms(question))
    sentences = split_sentences(text) or [(0, len(text))]
    return max(sentences, key=lambda span: len(asked & set(terms(text[span[0] : span[1]]))))
