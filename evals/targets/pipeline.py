"""Our own system under test, inside this process, over corpora of the harness's own.

Knows nothing of measures or records.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from evals.errors import TargetError
from evals.samples.sample import Corpus, Sample
from evals.targets.cached import CachedGenerator
from evals.targets.corpora import CorpusCache
from evals.targets.given import answer_from, ranked_sentences, summary_of
from evals.targets.target import Reply
from rag.choosing import EXTRACTIVE, build_answerer, build_generator
from rag.intake import Intake
from rag.models import Article, DigestRequest, Failure, Filters, Turn
from rag.pages import segment
from rag.pipeline import Pipeline
from rag.protocols import Generator, Progress, Verifier
from rag.revisions import revision
from rag.serialise import answer_json, piece_json, summary_json
from rag.settings import Settings
from rag.telling import digest_json
from rag.verify import RuleVerifier

T = TypeVar("T")

DEPTH = 100
"""Documents a search brings back: the deepest cutoff that measures ask for."""
CALLS = "calls"
"""Folder beside the corpora, where drafts of remote models are kept."""
SAME_PIECE = 0.5
"""IoU of characters from which a piece of ours is taken to be the gold's."""


class PipelineTarget:
    """Asks pipelines built from the settings given.

    Args:
        settings: of the system under test; where it stores is replaced.
        corpora: by name.
        folder: where built corpora are kept.
        verifier: for claims and given texts; ours by default.
        progress: told while a corpus is built.
    """

    name = "pipeline"

    def __init__(
        self,
        settings: Settings,
        corpora: Mapping[str, Corpus],
        folder: Path,
        *,
        verifier: Verifier | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.settings = settings
        self._corpora = corpora
        self._cache = CorpusCache(folder, settings, progress)
        self._verifier: Verifier = verifier or RuleVerifier()
        self._pool = ThreadPoolExecutor(settings.serve.workers, thread_name_prefix="eval")
        self._calls = folder.parent / CALLS
        self._generator = self._cached(build_generator(settings, self._pool))
        self._answerer = build_answerer(settings)
        self._open: tuple[str, Pipeline] | None = None

    @property
    def model(self) -> str:
        """The model the settings name."""
        return self.settings.model.name

    async def prepare(self, corpus: str | None) -> dict[str, Any]:
        """Open the corpus, and build it where that was not done before; one is open at a time."""
        if corpus is None or (self._open and self._open[0] == corpus):
            return {}
        self._close_corpus()
        pipeline, report = await self._cache.open(self._corpora[corpus], self._generator)
        self._open = corpus, pipeline
        return report

    async def answer(self, sample: Sample) -> Reply:
        """The reply in the shape its command would print."""
        if sample.task == "ask":
            return await self._ask(sample)
        if sample.task == "read":
            return await self._read(sample)
        if sample.task == "search":
            found = await self._pipeline(sample).search_documents(sample.input["question"], k=DEPTH)
            return {"ranking": [[name, score] for name, score in found]}
        if sample.task == "verify":
            return await self._run(lambda: self._verify(sample))
        if sample.task == "segment":
            return await self._run(lambda: _cut(Path(sample.input["path"]), self.settings.ingest.max_file_bytes))
        return await (self._digest(sample) if sample.task == "digest" else self._summarise(sample))

    def _cached(self, generator: Generator) -> Generator:
        """Calls of a remote model are kept; the extractive one is as quick as looking them up."""
        if generator.model == EXTRACTIVE:
            return generator
        salt = f"{self.settings.model.model_dump_json()} {revision()}"
        return CachedGenerator(generator, self._calls, salt)

    def close(self) -> None:
        """Release the open corpus and the threads."""
        self._close_corpus()
        self._pool.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _pipeline(self, sample: Sample) -> Pipeline:
        if self._open is None or self._open[0] != sample.corpus:
            raise TargetError(f"{sample.id}: corpus {sample.corpus!r} is not open; call prepare first")
        return self._open[1]

    def _close_corpus(self) -> None:
        if self._open:
            self._open[1].close()
        self._open = None

    async def _ask(self, sample: Sample) -> Reply:
        history = [Turn(turn["role"], turn["content"]) for turn in sample.input.get("history", ())]
        return answer_json(await self._pipeline(sample).ask(sample.input["question"], history=history))

    async def _read(self, sample: Sample) -> Reply:
        question, texts = sample.input["question"], sample.input["texts"]
        reply = await answer_from(question, texts, self._generator, self._verifier, self._pool)
        if sample.input.get("rank_sentences"):
            reply["sentences"] = await self._run(lambda: ranked_sentences(question, texts, self._answerer))
        return reply

    def _verify(self, sample: Sample) -> Reply:
        verdict = self._verifier.verify(sample.input["claim"], sample.input["evidence"])
        quotes = [{"evidence": one.evidence, "start": one.start, "end": one.end} for one in verdict.quotes]
        return {"verdict": verdict.label, "reason": verdict.reason, "quotes": quotes}

    async def _summarise(self, sample: Sample) -> Reply:
        wanted = sample.input
        if "texts" in wanted:
            limit = wanted["max_chars"]
            return await summary_of(wanted["texts"][0], limit, wanted["style"], self._generator, self._verifier)
        pipeline = self._pipeline(sample)
        article = _same_piece(pipeline, wanted["document"], wanted["spans"])
        if article is None:
            raise TargetError(f"{sample.id}: no piece of {wanted['document']} shares half its characters with the gold")
        kept = article.duplicate_of or article.article_id
        return summary_json(await pipeline.summarise(kept, max_chars=wanted["max_chars"], style=wanted["style"]))

    async def _digest(self, sample: Sample) -> Reply:
        """A digest, and where the articles it may tell stand, for whoever looks for one in it."""
        asked = dict(sample.input["request"])
        topic = asked.pop("topic", None)
        names = {"from": "date_from", "to": "date_to"}
        filters = Filters(**{names.get(name, name): value for name, value in asked.items()})
        pipeline = self._pipeline(sample)
        made = await pipeline.digest(DigestRequest(filters, topic))
        held = [
            {"article_id": article.article_id, "document": name, "source_spans": article.source_spans}
            for article, name in pipeline.articles(limit=10_000)
            if article.kind != "furniture"
        ]
        return {**digest_json(made.digest), "articles": held}


def _cut(path: Path, max_bytes: int) -> Reply:
    intake = Intake([path], "default", max_bytes)
    pieces: list[Any] = []
    for document in intake.documents(intake.walk()):
        if isinstance(document, Failure):
            raise TargetError(f"{document.source}: {document.error}")
        pieces += [piece_json(piece) for piece in segment(document)]
    return {"articles": pieces}


def _same_piece(pipeline: Pipeline, document: str, spans: list[list[int]]) -> Article | None:
    """The piece of ours that shares most characters with the gold's; None below ``SAME_PIECE``."""
    wanted = {at for start, end in spans for at in range(start, end)}
    best, found = 0.0, None
    for article, name in pipeline.articles(limit=10_000):
        if name != document or article.kind == "furniture":
            continue
        held = {at for start, end in article.source_spans for at in range(start, end)}
        iou = len(held & wanted) / len(held | wanted)
        if iou > best:
            best, found = iou, article
    return found if best >= SAME_PIECE else None
