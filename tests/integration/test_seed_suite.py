"""The regression gate: every gate of the `seeds` suite holds, and each turns red for a fault planted in the engine."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import evals.targets.pipeline as target_module
from evals.aggregate import figures
from evals.record import RunFolder, in_order
from evals.runner import Job, run
from evals.samples import Sample
from evals.session import Options, prepare
from evals.suite import Gate, load_suite
from evals.targets import PipelineTarget
from rag.answer import claims, extractive
from rag.choosing import ExtractiveGenerator
from rag.chunk import Chunker
from rag.mapping import MappedText
from rag.models import Article, Document, Draft, Part, Passage, Query, Ranking, Verdict
from rag.pages import segment
from rag.retrieve import Retriever
from rag.settings import AnswerSettings
from rag.summarise import ExtractiveSummariser

Patch = pytest.MonkeyPatch
GATES = {gate.label: gate for gate in load_suite("seeds").gates}


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """The whole suite over a corpus of its own."""
    folder = tmp_path_factory.mktemp("evals")
    found = prepare("seeds", Options(overrides={"eval": {"path": folder}}))
    yield found
    found.target.close()


def _run(job: Job, folder: Path, samples: Sequence[Sample] | None = None) -> dict[str, Any]:
    part = job if samples is None else dataclasses.replace(job, samples=samples, whole=False)
    return asyncio.run(run(part, RunFolder.create(folder, "seeds")))


@pytest.fixture(scope="module")
def clean(job: Job, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of the whole suite without a fault."""
    folder = RunFolder.create(tmp_path_factory.mktemp("runs"), "seeds")
    asyncio.run(run(job, folder))
    return folder


def test_every_gate_of_the_seed_suite_holds(job: Job, clean: RunFolder) -> None:
    summary = clean.summary()
    assert summary["failed"] == 0
    assert summary["n"] == len(job.samples) > 600
    assert [gate for gate in summary["gates"] if not gate["passed"]] == []


class _Yes:
    def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
        return Verdict("supported", None)


class _No:
    def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
        return Verdict("unsupported", "planted")


def _answerer(min_support: float) -> Callable[[Job, Patch], None]:
    def plant(job: Job, patch: Patch) -> None:
        shy = extractive.ExtractiveAnswerer(AnswerSettings(min_support=min_support))
        patch.setattr(ExtractiveGenerator, "answer", _answering(shy))

    return plant


def _answering(answerer: extractive.ExtractiveAnswerer) -> Any:
    async def answer(self: Any, query: Query, evidence: Any) -> Draft:
        return answerer.answer(query, evidence)

    return answer


def _verifier(fake: Any) -> Callable[[Job, Patch], None]:
    return lambda job, patch: patch.setattr(job.target, "_verifier", fake)


def _shifted_quotes(job: Job, patch: Patch) -> None:
    real = MappedText.quote

    def shifted(self: MappedText, *arguments: Any) -> Any:
        quote, spans = real(self, *arguments)
        return quote, tuple((start + 1, end + 1) for start, end in spans)

    patch.setattr(MappedText, "quote", shifted)


def _wrong_articles(job: Job, patch: Patch) -> None:
    """Retrieval upside down: what fits least is shown first."""
    real = Retriever.retrieve

    def upside_down(self: Retriever, query: Query, k: int, per_article: int | None = None) -> Ranking:
        return Ranking(tuple(reversed(real(self, query, 100, per_article).evidence))[:k])

    patch.setattr(Retriever, "retrieve", upside_down)


def _invented_figures_unverified(job: Job, patch: Patch) -> None:
    """A model that invents, with the verifier off."""
    real = claims.claim_of

    def invent(*arguments: Any) -> Any:
        claim = real(*arguments)
        return dataclasses.replace(claim, text=f"{claim.text.rstrip('。')},共计98765.4万元")

    patch.setattr(extractive, "claim_of", invent)
    assert isinstance(job.target, PipelineTarget)
    opened = job.target._open
    assert opened is not None
    patch.setattr(opened[1]._asking, "_verifier", _Yes())


def _cut(change: Callable[[Document, tuple[Article, ...]], tuple[Article, ...]]) -> Callable[[Job, Patch], None]:
    def spoiled(document: Document) -> tuple[Article, ...]:
        return change(document, segment(document))

    return lambda job, patch: patch.setattr(target_module, "segment", spoiled)


def _whole_page(document: Document, articles: tuple[Article, ...]) -> tuple[Article, ...]:
    text = MappedText.from_pieces(document.text, [[(0, len(document.text))]])
    part = Part("body", 0, len(text.text))
    return (dataclasses.replace(articles[0], mapped=text, parts=(part,), kind="article"),)


def _backwards(document: Document, articles: tuple[Article, ...]) -> tuple[Article, ...]:
    def turned(article: Article) -> Article:
        single = [(at, at + 1) for start, end in reversed(article.source_spans) for at in reversed(range(start, end))]
        return dataclasses.replace(article, mapped=MappedText.from_pieces(document.text, [single]))

    return tuple(map(turned, articles))


def _untitled(document: Document, articles: tuple[Article, ...]) -> tuple[Article, ...]:
    return tuple(dataclasses.replace(article, title=None) for article in articles)


def _all_articles(document: Document, articles: tuple[Article, ...]) -> tuple[Article, ...]:
    return tuple(dataclasses.replace(article, kind="article") for article in articles)


def _last_words(job: Job, patch: Patch) -> None:
    """A summariser that keeps the end of the article."""
    real = ExtractiveSummariser.summarise

    def last(self: ExtractiveSummariser, request: Any) -> Draft:
        draft = real(self, request)
        tail = request.article.text[-12:]
        claim = dataclasses.replace(
            draft.claims[0], text=tail, pointers=(dataclasses.replace(draft.claims[0].pointers[0], quote=tail),)
        )
        return dataclasses.replace(draft, claims=(claim,))

    patch.setattr(ExtractiveSummariser, "summarise", last)


def _no_summary(job: Job, patch: Patch) -> None:
    patch.setattr(ExtractiveSummariser, "summarise", lambda self, request: Draft((), "extractive", "no_evidence"))


FAULTS: dict[str, tuple[Callable[[Job, Patch], None], str, int]] = {
    "accuracy": (_answerer(1.0), "single_fact", 20),
    "answer_match": (_answerer(1.0), "single_fact", 20),
    "wrong_abstention_rate": (_answerer(1.0), "single_fact", 20),
    "abstention_recall": (_answerer(0.0), "unanswerable", 20),
    "support_recall": (_wrong_articles, "single_fact", 20),
    "pointer_validity": (_shifted_quotes, "single_fact", 6),
    "unsupported_claim_rate": (_invented_figures_unverified, "single_fact", 10),
    "false_claims_caught": (_verifier(_Yes()), "figure", 30),
    "true_claims_kept": (_verifier(_No()), "verbatim", 30),
    "vital_nugget_recall": (_last_words, "article", 28),
    "summary_rate": (_no_summary, "article", 3),
    "bcubed_f": (_cut(_whole_page), "page", 5),
    "art_f80": (_cut(_whole_page), "page", 5),
    "cross_leak": (_cut(_whole_page), "page", 5),
    "title_read": (_cut(_untitled), "page", 5),
    "order": (_cut(_backwards), "page", 5),
    "furniture_leak": (_cut(_all_articles), "page", 5),
}
"""Gate → the fault, the type of samples that show it, and how many are asked."""


def _samples(job: Job, kind: str, count: int) -> list[Sample]:
    found = [one for one in job.samples if (one.task == "segment" if kind == "page" else one.type == kind)]
    return found[:count]


def _value(summary: dict[str, Any], gate: Gate) -> tuple[float, bool]:
    found = next(one for one in summary["gates"] if one["measure"] == gate.label)
    return found["value"], found["passed"]


def test_every_gate_has_its_planted_fault() -> None:
    assert set(FAULTS) == set(GATES)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_turns_its_gate_red(
    name: str, job: Job, clean: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, kind, count = FAULTS[name]
    samples = _samples(job, kind, count)
    rows = in_order(clean.rows(), [sample.id for sample in samples])
    without = figures(rows, [one for one in job.measures if one.name == GATES[name].measure], seed=0)
    assert GATES[name].passes(without[GATES[name].measure]["mean"]), "these samples would be red without a fault"
    asyncio.run(job.target.prepare("seeds"))
    plant(job, monkeypatch)
    value, passed = _value(_run(job, tmp_path, samples), GATES[name])
    assert passed is False, f"{name} is {value} with the fault planted"


def test_a_chunker_that_keeps_half_of_every_article_turns_the_gate_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Chunker.chunk

    def half(self: Chunker, article: Article) -> tuple[Passage, ...]:
        return tuple(
            Passage.of(article, one.start, one.start + max(1, (one.end - one.start) // 2))
            for one in real(self, article)
        )

    monkeypatch.setattr(Chunker, "chunk", half)
    job = prepare("seeds", Options(where={"type": "single_fact"}, limit=40, overrides={"eval": {"path": tmp_path}}))
    try:
        summary = _run(job, tmp_path, job.samples)
    finally:
        job.target.close()
    assert {gate["measure"] for gate in summary["gates"] if gate["passed"] is False} >= {
        "answer_match",
        "support_recall",
    }
