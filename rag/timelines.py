"""What the pages say of a subject, in order of time: find its articles, quote and check their sentences, date them.

Always by quoting: a date is worth what the words beside it are. Knows nothing of who asks, of files or of HTTP.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from rag.copies import CopyAwareRetriever
from rag.digest import Dated, in_order, moment_of, write_timeline
from rag.duplicates import other_figures
from rag.models import Article, Citation, Claim, Conflict, Evidence, Filters, Timeline
from rag.protocols import Verifier
from rag.replies import contradiction, whole_article
from rag.sides import quoted
from rag.text.figures import find_figures
from rag.text.ngrams import terms
from rag.text.sentences import split_sentences
from rag.topics import Topics

HELD = 0.7
"""Share of a subject's pairs of characters that a sentence must print to be about it."""

MOST = 200
"""Statements of one timeline; more are no overview. The best articles' come first."""


class Timelines:
    """Makes timelines over one collection."""

    def __init__(self, collection: str, retriever: CopyAwareRetriever, verifier: Verifier) -> None:
        self._topics = Topics(retriever, collection)
        self._verifier = verifier

    def timeline(self, subject: str, filters: Filters) -> Timeline:
        """The dated statements about a subject, each cited; empty where no article is about it."""
        found = self._topics.evidence(subject, filters)
        dated = [one for evidence in found for one in self._statements(subject, evidence)][:MOST]
        written = write_timeline(in_order(dated))
        conflicts = _conflicts(written.claims, written.citations)
        entries = tuple(replace(one, conflicts=_against(one.claim, conflicts)) for one in written.entries)
        return Timeline(
            subject=subject,
            filters=filters,
            entries=entries,
            undated=written.undated,
            text=written.text or None,
            claims=written.claims,
            citations=written.citations,
            conflicts=conflicts,
            articles=tuple(dict.fromkeys(one.article_id for one in written.citations)),
        )

    def _statements(self, subject: str, evidence: Evidence) -> Iterator[Dated]:
        article = evidence.article
        whole = whole_article(article, evidence.document, evidence.document_text)
        for sentence in _about(subject, article):
            moment = moment_of(sentence, article)
            if moment is None and not _counts(sentence):
                continue
            statement = quoted(sentence, whole, self._verifier)
            if statement is not None and statement.verdict == "supported":
                yield Dated(statement, moment)


def _about(subject: str, article: Article) -> Iterator[str]:
    """Sentences about a subject: those that name it; of an article headed by it, the first and all with a figure."""
    wanted = {term for term in terms(subject) if len(term) > 1} or set(terms(subject))
    headed = _holds(article.title or "", wanted)
    spans = article.body_spans or ((0, len(article.text)),)
    sentences = [
        article.text[low + start : low + end]
        for low, high in spans
        for start, end in split_sentences(article.text[low:high])
    ]
    for at, sentence in enumerate(sentences):
        if _holds(sentence, wanted) or (headed and (at == 0 or find_figures(sentence))):
            yield sentence


def _counts(sentence: str) -> bool:
    """Whether an undated sentence gives a figure; the others are no events."""
    return any(figure.kind not in ("ordinal", "time") for figure in find_figures(sentence))


def _holds(text: str, wanted: Collection[str]) -> bool:
    return len(set(terms(text)) & set(wanted)) >= HELD * len(wanted)


def _conflicts(claims: Sequence[Claim], citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    found = []
    counted = [(at, claim) for at, claim in enumerate(claims) if find_figures(claim.text)]
    for (first, one), (second, other) in combinations(counted, 2):
        here, there = citations[one.citations[0] - 1], citations[other.citations[0] - 1]
        reason = contradiction(one.text, here, other.text, there)
        if reason is None and here.article_id != there.article_id and other_figures(one.text, other.text):
            reason = f"{here.document}与{there.document}的数字不同"
        if reason is not None:
            found.append(Conflict((first, second), reason))
    return tuple(found)


def _against(claim: int, conflicts: Sequence[Conflict]) -> tuple[int, ...]:
    return tuple(other for one in conflicts if claim in one.claims for other in one.claims if other != claim)
