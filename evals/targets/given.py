"""Answers and summaries of texts that come with the sample: no corpus, no retrieval, the same
way from question to answer.

Each text is one article and one passage, shown in the order given; its score is the share of the question's terms that
it holds, for there is no retrieval to score it. Knows nothing of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from rag.answer import ExtractiveAnswerer
from rag.asking import Answered, Asked, Asking
from rag.ledger import Counts
from rag.models import Article, Document, Evidence, Filters, Ranking, SourceMetadata
from rag.pages import segment
from rag.protocols import Generator, SummaryRequest, Verifier
from rag.replies import checked_summary, whole_article
from rag.serialise import answer_json, summary_json
from rag.text.ngrams import terms

SENTENCES = 3
"""Ranked sentences kept in a reply."""

Text = dict[str, Any]


def article_of(text: Text) -> tuple[Article, str]:
    """A given text as one article, and the text as received."""
    name, content = str(text["name"]), str(text["text"])
    document = Document.from_bytes(
        f"{name}\0{content}".encode("utf-8", "surrogatepass"),
        content,
        document=name,
        source=name,
        media_type="text/plain",
        metadata=SourceMetadata(title=text.get("title")),
        is_record=True,
    )
    return segment(document)[0], content


def evidence_of(question: str, texts: Sequence[Text]) -> Ranking:
    """The texts as evidence for a question."""
    wanted = set(terms(question))
    shown: list[Evidence] = []
    for position, text in enumerate(texts, 1):
        article, content = article_of(text)
        held = wanted & set(terms(content))
        score = len(held) / len(wanted) if wanted else 0.0
        shown.append(replace(whole_article(article, str(text["name"]), content), score=score, rank=position))
    return Ranking(tuple(shown))


@dataclass(frozen=True, slots=True)
class Given:
    """The texts of one sample, as the corpus they are."""

    texts: int

    def corpus_fingerprint(self, collection: str) -> str:  # noqa: ARG002 - the texts are in no collection
        """A name that says so: given texts are no corpus to come back to."""
        return "given"

    def counts(self, collection: str) -> Counts:  # noqa: ARG002
        """Each text is one document, one article, one passage."""
        return Counts(self.texts, self.texts, self.texts)


async def answer_from(
    question: str, texts: Sequence[Text], generator: Generator, verifier: Verifier, pool: Executor
) -> dict[str, Any]:
    """The verified answer from the texts alone, in the shape of `gazette ask --json`."""
    ranking = evidence_of(question, texts)
    asking = Asking(lambda _: ranking, generator, verifier, Given(len(texts)), pool, lambda answer: answer)
    asked = Asked(question, (), Filters(), "given")
    events = [event async for event in asking.events(asked, streaming=False)]
    return next(answer_json(event.answer) for event in events if isinstance(event, Answered))


def ranked_sentences(question: str, texts: Sequence[Text], answerer: ExtractiveAnswerer) -> list[str]:
    """The sentences that the extractive model finds to answer best, best first, whether or not it would say them."""
    ranked = answerer.ranked(question, evidence_of(question, texts).evidence)
    return [one.candidate.text for one in ranked[:SENTENCES]]


async def summary_of(
    text: Text, max_chars: int, style: Any, generator: Generator, verifier: Verifier
) -> dict[str, Any]:
    """The verified summary of one text, in the shape of a row of `gazette summarise`."""
    article, content = article_of(text)
    request = SummaryRequest(article, str(text["name"]), max_chars, style)
    return summary_json(checked_summary(request, content, await generator.summarise(request), verifier))
