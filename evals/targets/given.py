"""Answers and summaries of texts that come with the sample: no corpus, no retrieval, the same generator and gate.

Each text is one article and one passage, shown in the order given; its score is the share of the question's terms that
it holds, for there is no retrieval to score it. Knows nothing of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rag.answer import ExtractiveAnswerer
from rag.models import Article, Document, Draft, Evidence, Query, Ranking, SourceMetadata
from rag.pages import segment
from rag.protocols import Generator, SummaryRequest, Verifier
from rag.replies import checked_answer, checked_summary, whole_article
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


async def answer_from(question: str, texts: Sequence[Text], generator: Generator, verifier: Verifier) -> dict[str, Any]:
    """The verified answer from the texts alone, in the shape of `gazette ask --json`."""
    query, ranking = Query(question, question), evidence_of(question, texts)
    draft = await generator.answer(query, ranking.evidence) if texts else Draft((), generator.model, "no_evidence")
    return answer_json(checked_answer(query, ranking, draft, verifier, corpus="given"))


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
