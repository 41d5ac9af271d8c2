"""Many articles to one verified digest: choose, gather, summarise, compare, put together, account for every one.

The only place where a digest's summaries, copies and conflicts meet. Knows nothing of who asks, of files or of HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rag.candidates import Asked, Candidates, Chosen
from rag.copies import CopyAwareRetriever
from rag.digest import Composed, Gathered, Item, account, compose, gather
from rag.errors import ModelOutputError
from rag.issue import Issue, Whole
from rag.ledger import Ledger
from rag.models import (
    Conflict,
    Copies,
    Coverage,
    Digest,
    DigestRequest,
    Evidence,
    LeftOutReason,
    Statement,
    Summary,
)
from rag.openings import Opening, Openings
from rag.paid import PaidSummaries
from rag.protocols import Generator, Verifier
from rag.replies import whole_article
from rag.sides import Clash, other_sides, quoted
from rag.topics import Topics

T = TypeVar("T")

LINE_CHARS = 120
"""Longest summary a story's line is chosen from. In 80 characters statements lose the clause that says who and when."""

AT_ONCE = 4
"""Summaries made side by side: a remote model waits most of the time, and providers bound parallel calls."""


@dataclass(frozen=True, slots=True)
class Digested:
    """A digest, and what to remember of it when it has reached its reader."""

    digest: Digest
    chosen: Chosen


@dataclass(slots=True)
class _Material:
    """What one digest is made from, as it comes together."""

    request: DigestRequest
    chosen: Chosen
    gathered: Gathered
    wholes: dict[str, Whole]
    texts: dict[str, str]
    summaries: dict[str, Summary] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def evidence(self) -> dict[str, Evidence]:
        """Every article of the digest, whole, as evidence for itself."""
        return {one.article.article_id: self._evidence(one) for one in self.chosen.articles}

    def _evidence(self, asked: Asked) -> Evidence:
        article = asked.article
        whole = self.wholes.get(article.article_id)
        text = self.texts[article.document_id]
        if whole is None or whole.article.article_id != article.article_id:
            return whole_article(article, asked.document, text)
        return whole_article(whole.article, asked.document, text, whole.origins)


class Digesting:
    """Makes digests of one collection; ``pool`` does the CPU work."""

    def __init__(
        self,
        ledger: Ledger,
        collection: str,
        summaries: PaidSummaries,
        retriever: CopyAwareRetriever,
        generator: Generator,
        verifier: Verifier,
        pool: Executor,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._summaries = summaries
        self._candidates = Candidates(ledger, collection, Topics(retriever, collection).articles)
        self._copies = retriever.copies
        self._opening = Openings(generator, verifier, pool)
        self._verifier = verifier
        self._pool = pool

    async def digest(self, request: DigestRequest) -> Digested:
        """The digest of what a request asks for; nothing is recorded yet, see ``remember``.

        Raises:
            ModelUnavailableError: the model cannot be reached; no digest is better than half of one.
            CoverageError: an article is not accounted for.
        """
        material = await self._run(lambda: self._gathered(request))
        await self._summarise(material)
        items, clashes = await self._run(lambda: self._items(material))
        opening = await self._opening.write(items, material.evidence(), request.max_chars)
        return Digested(await self._run(lambda: self._composed(material, items, clashes, opening)), material.chosen)

    def remember(self, digested: Digested) -> None:
        """Record that a digest reached its reader: its articles are no news to the next one of the same request.

        An article whose model failed is tried again next time.
        """
        again = {one.article_id for one in digested.digest.coverage.left_out if one.reason == "model_failed"}
        asked = (*digested.chosen.articles, *digested.chosen.undated)
        marks = [one.mark for one in asked if one.article.article_id not in again]
        self._candidates.record(digested.digest.request, marks)

    def _gathered(self, request: DigestRequest) -> _Material:
        chosen = self._candidates.choose(request)
        articles = [one.article for one in chosen.articles]
        issue = Issue.of(self._ledger, self._collection, articles)
        found = {article.article_id: issue.whole(article.article_id) for article in articles}
        wholes = {name: whole for name, whole in found.items() if whole is not None}
        heads = {name: whole.article.article_id for name, whole in wholes.items()}
        copies = self._copies.copies([article.article_id for article in articles])
        gathered = gather(articles, heads, copies, chosen.told_before)
        documents = dict.fromkeys(article.document_id for article in articles)
        texts = {name: self._ledger.document(self._collection, name).text for name in documents}
        return _Material(request, chosen, gathered, wholes, texts)

    async def _summarise(self, material: _Material) -> None:
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(article_id: str) -> None:
            async with turns:
                try:
                    summary = await self._summaries.summary(article_id, max_chars=LINE_CHARS, style="brief")
                except ModelOutputError:
                    material.failed.add(article_id)
                else:
                    material.summaries[article_id] = summary

        try:
            async with asyncio.TaskGroup() as group:
                for article_id in material.gathered.stories:
                    group.create_task(one(article_id))
        except ExceptionGroup as failures:
            # The group has cancelled the rest; the first failure is the reply.
            raise failures.exceptions[0] from failures

    def _items(self, material: _Material) -> tuple[list[Item], list[Clash]]:
        evidence = material.evidence()
        copies = self._copies.copies(list(material.gathered.stories))
        items = [
            self._item(evidence[name], material.summaries[name], others, copies.get(name))
            for name, others in material.gathered.stories.items()
            if name in material.summaries and material.summaries[name].claims
        ]
        return other_sides(items, evidence, self._verifier)

    def _composed(
        self, material: _Material, items: Sequence[Item], clashes: Sequence[Clash], opening: Opening
    ) -> Digest:
        composed = compose(items, material.request.max_chars, opening.statements)
        return Digest(
            request=material.request,
            text=composed.text or None,
            opening=composed.opening,
            groups=composed.groups,
            stories=composed.stories,
            claims=composed.claims,
            citations=composed.citations,
            conflicts=_conflicts(clashes, composed),
            coverage=_coverage(material, composed),
            model=self._opening.model,
            dropped=opening.dropped,
            usage=sum((summary.usage for summary in material.summaries.values()), opening.usage),
            nothing_new=material.request.since_last and not material.chosen.ids,
        )

    def _item(self, evidence: Evidence, summary: Summary, others: Sequence[str], copies: Copies | None) -> Item:
        article = evidence.article
        headline = quoted(article.title, evidence, self._verifier) if article.title else None
        return Item(
            article=article,
            document=evidence.document,
            statements=_statements(summary),
            headline=headline,
            merged=tuple(others),
            carried_by=copies.carried_by if copies else 1,
            independent_sources=copies.independent_sources if copies else 1,
        )

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _statements(summary: Summary) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            claim.text, claim.verdict, claim.reason, tuple(summary.citations[marker - 1] for marker in claim.citations)
        )
        for claim in summary.claims
    )


def _conflicts(clashes: Sequence[Clash], composed: Composed) -> tuple[Conflict, ...]:
    """The clashes both sides of which are said."""
    found = []
    for clash in clashes:
        first, second = composed.index_of(clash.first), composed.index_of(clash.second)
        if first is not None and second is not None:
            found.append(Conflict((first, second), clash.reason))
    return tuple(found)


def _coverage(material: _Material, composed: Composed) -> Coverage:
    told = {story.article_id for story in composed.stories}
    why: dict[str, LeftOutReason] = {one.article.article_id: "undated" for one in material.chosen.undated}
    why |= material.gathered.left_out
    for name, others in material.gathered.stories.items():
        if name not in told:
            why |= dict.fromkeys((name, *others), _reason(name, material, composed))
    coverage = account(
        material.chosen.ids,
        {citation.article_id for citation in composed.citations},
        {other for name in told for other in material.gathered.stories[name]},
        why,
    )
    known = {one.article.article_id: one for one in (*material.chosen.articles, *material.chosen.undated)}
    named = (
        replace(one, document=known[one.article_id].document, title=known[one.article_id].article.title)
        for one in coverage.left_out
    )
    return replace(coverage, left_out=tuple(named))


def _reason(name: str, material: _Material, composed: Composed) -> LeftOutReason:
    if name in material.failed:
        return "model_failed"
    return "over_length" if name in composed.over_length else "not_supported"
