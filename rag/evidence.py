"""What a question is answered from: the passages found, each read on into its neighbours and across a turn.

Knows nothing of how passages are found or of what is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer import split_question
from rag.copies import CopyAwareRetriever
from rag.issue import Issue, Whole
from rag.ledger import Ledger
from rag.mapping import Span
from rag.models import Evidence, Passage, Query, Ranking
from rag.retrieve import interleaved
from rag.settings import RetrieveSettings
from rag.text.sentences import split_sentences

ACROSS = 300
"""Characters of the other half that a passage at a turn brings along, to the end of a sentence."""


def gather_evidence(retriever: CopyAwareRetriever, ledger: Ledger, query: Query, limits: RetrieveSettings) -> Ranking:
    """Passages for the whole question and, where it has parts, for each part: no part starves another.

    A passage at a turn is read on into the other half, unless the query is limited to a document or a kind of piece.
    """
    parts = split_question(query.standalone)
    asked = [query.standalone, *parts] if len(parts) > 1 else [query.standalone]
    rankings = [
        retriever.retrieve(replace(query, standalone=part), limits.evidence, limits.per_article) for part in asked
    ]
    found = rankings[0]
    if len(rankings) > 1:
        found = retriever.without_copies(interleaved(rankings, limits.evidence * len(parts)))
    limited = query.filters.document or query.filters.kind
    joined = (titled if limited else across_turns)(ledger, query.collection, found)
    return with_neighbours(joined, limits.neighbours)


def with_neighbours(ranking: Ranking, chars: int) -> Ranking:
    """Each passage with the whole sentences of its article that stand within ``chars`` characters before and behind it.

    Passages of one article that then meet become one, at the rank of the better one.
    """
    if not chars:
        return ranking
    sentences: dict[str, list[Span]] = {}
    widened: list[Evidence] = []
    for found in ranking.evidence:
        text = found.article.text
        if text not in sentences:
            sentences[text] = split_sentences(text)
        widened.append(_spanning(found, *_widened(found.passage, sentences[text], chars)))
    return _joined(ranking, widened)


def _widened(passage: Passage, sentences: Sequence[Span], chars: int) -> Span:
    """Where the passage begins and ends with its neighbouring sentences; a sentence that does not fit stays out."""
    low, high = passage.start - chars, passage.end + chars
    start = min([passage.start, *(begin for begin, _ in sentences if low <= begin)])
    return start, max([passage.end, *(end for _, end in sentences if end <= high)])


def titled(ledger: Ledger, collection: str, ranking: Ranking) -> Ranking:
    """Continuations under the title of the article they belong to."""
    issue = Issue.of(ledger, collection, (found.article for found in ranking.evidence))
    return replace(ranking, evidence=tuple(_titled(issue, found) for found in ranking.evidence))


def _titled(issue: Issue, found: Evidence) -> Evidence:
    halves = issue.halves(found.article.article_id)
    title = halves[0].article.title if halves else None
    return replace(found, article=replace(found.article, title=title)) if title else found


def across_turns(ledger: Ledger, collection: str, ranking: Ranking) -> Ranking:
    """Passages of joined articles as passages of the whole article; those that meet at a turn become one."""
    issue = Issue.of(ledger, collection, (found.article for found in ranking.evidence))
    if not issue.states:
        return ranking
    wholes: dict[str, Whole] = {}
    kept: list[Evidence] = []
    for found in ranking.evidence:
        whole = issue.whole(found.article.article_id)
        if whole is not None:
            whole = wholes.setdefault(whole.article.article_id, whole)
            span = _place(found, whole)
            found = _titled(issue, found) if span is None else _of_whole(found, whole, _reading_on(whole, span))
        kept.append(found)
    return _joined(ranking, kept)


def _joined(ranking: Ranking, evidence: Sequence[Evidence]) -> Ranking:
    """The ranking of these passages, those that share text as one."""
    kept: list[Evidence] = []
    for found in evidence:
        # One that closes the gap between two others joins all three.
        meeting = [at for at, other in enumerate(kept) if _overlap(found, other)]
        for at in reversed(meeting):
            found = _merged(kept.pop(at), found)
        kept.insert(meeting[0] if meeting else len(kept), found)
    return replace(ranking, evidence=tuple(replace(one, rank=rank) for rank, one in enumerate(kept, 1)))


def _place(found: Evidence, whole: Whole) -> Span | None:
    """Where a passage stands in the whole article; None where it holds only what the whole leaves out."""
    passage = found.passage
    spans = [
        (origin.start + low - origin.at, origin.start + high - origin.at)
        for origin in whole.origins
        if origin.article.article_id == passage.article_id
        and (low := max(passage.start, origin.at)) < (high := min(passage.end, origin.at + origin.end - origin.start))
    ]
    return (spans[0][0], spans[-1][1]) if spans else None


def _reading_on(whole: Whole, span: Span) -> Span:
    """The span, and where it touches a turn, the sentences of the other half that stand next to it."""
    start, end = span
    turns = [
        (before.end, after.start)
        for before, after in zip(whole.origins, whole.origins[1:], strict=False)
        if before.article is not after.article
    ]
    sentences = split_sentences(whole.article.text)
    for low, high in turns:
        if start <= low <= end < high + ACROSS:
            end = max([end, *(stop for begin, stop in sentences if begin <= high or stop <= high + ACROSS)])
        if low - ACROSS < start <= high <= end:
            start = min([start, *(begin for begin, stop in sentences if stop >= low or begin >= low - ACROSS)])
    return start, end


def _of_whole(found: Evidence, whole: Whole, span: Span) -> Evidence:
    article, head = whole.article, whole.halves[0]
    start, end = span
    passage = Passage(
        found.passage.passage_id, article.article_id, article.document_id, start, end, article.text[start:end]
    )
    return replace(
        found,
        passage=passage,
        article=article,
        document=head.document,
        document_text=head.document_text,
        origins=whole.origins,
    )


def _overlap(one: Evidence, other: Evidence) -> bool:
    # A correction may have changed the text of an article between the searches for two parts of a question.
    return (
        one.article.article_id == other.article.article_id
        and one.article.text == other.article.text
        and one.passage.start < other.passage.end
        and other.passage.start < one.passage.end
    )


def _merged(first: Evidence, second: Evidence) -> Evidence:
    """The better ranked of two passages that share text, as long as both."""
    start, end = min(first.passage.start, second.passage.start), max(first.passage.end, second.passage.end)
    return _spanning(first, start, end)


def _spanning(found: Evidence, start: int, end: int) -> Evidence:
    text = found.article.text[start:end]
    return replace(found, passage=replace(found.passage, start=start, end=end, text=text))
