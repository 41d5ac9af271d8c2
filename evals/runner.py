"""Runs a suite: asks every sample, scores each as it comes, writes the record; goes on where it was stopped.

Knows nothing of terminals or of what is asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from evals.aggregate import REPEATS, figures, figures_by_label, figures_by_type, judge_gates, latency, usage
from evals.errors import BudgetError, RunError
from evals.measures import Measure, Score, Unscored
from evals.provenance import changed_settings, commit, data_hashes, settings_record, versions
from evals.record import RunFolder, in_order
from evals.samples import Dataset, Sample
from evals.suite import Suite
from evals.targets import Target
from evals.trec import write_trec
from rag.errors import GazetteError
from rag.protocols import Progress
from rag.settings import Settings

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one run needs. ``whole``: all samples of the suite are in it. ``given``: the data the user named."""

    suite: Suite
    dataset: Dataset
    samples: Sequence[Sample]
    measures: Sequence[Measure]
    target: Target
    settings: Settings
    seed: int
    repeat: int = 1
    whole: bool = True
    budget_usd: float | None = None
    given: Path | None = None

    def asked(self) -> list[Sample]:
        """Samples as asked: each as often as repeated, the second time under ``id#2``, tagged with what it repeats."""
        if self.repeat == 1:
            return list(self.samples)
        return [
            replace(one, id=f"{one.id}#{turn}", tags={**one.tags, REPEATS: one.id})
            for turn in range(1, self.repeat + 1)
            for one in self.samples
        ]

    def plan(self) -> Json:
        """What makes two runs the same run."""
        return {
            "suite": self.suite.name,
            "target": self.target.name,
            "model": self.target.model,
            "seed": self.seed,
            "settings": settings_record(self.settings)["fingerprint"],
            "data": data_hashes(self.dataset.files),
            "corpora": {name: corpus.sha256 for name, corpus in self.dataset.corpora.items()},
            "ids": [sample.id for sample in self.asked()],
        }


async def run(job: Job, folder: RunFolder, progress: Progress | None = None) -> Json:
    """Ask what the folder does not hold yet, and write the summary.

    Args:
        job: what to run.
        folder: new, or of a run that was stopped.
        progress: told after every sample.

    Returns:
        The summary, as in ``run.json``.

    Raises:
        RunError: the folder is of another run.
        BudgetError: the budget is spent; what was asked is kept.
    """
    started = time.perf_counter()
    begun = _begin(job, folder)
    done = {row["id"]: row for row in folder.rows()}
    folder.write_rows(done.values())
    asked = job.asked()
    asking = _Asking(job, folder, progress, len(asked), done)
    corpora: Json = {}
    left = sorted((one for one in asked if one.id not in done), key=lambda one: one.corpus or "")
    for corpus, samples in groupby(left, key=lambda one: one.corpus):
        report = await job.target.prepare(corpus)
        if corpus and report:
            corpora[corpus] = report
        await asking.ask_all(list(samples))
    rows = in_order(list(done.values()), [sample.id for sample in asked])
    folder.write_rows(rows)
    summary = _summary(job, folder, rows, begun) | {"corpora": corpora}
    summary["seconds"] = round(time.perf_counter() - started, 2)
    write_trec(folder, rows)
    folder.write_summary(summary)
    return summary


def _begin(job: Job, folder: RunFolder) -> str:
    """Write the plan, or check that the folder's own is the same; returns when the run began."""
    plan = job.plan()
    if not (folder.path / "plan.json").is_file():
        begun = datetime.now(UTC).isoformat(timespec="seconds")
        folder.write_plan({**plan, "started": begun})
        return begun
    before = folder.plan()
    begun = str(before.pop("started"))
    changed = [name for name in plan if before.get(name) != plan[name]]
    if changed:
        raise RunError(f"{folder.name} was begun with other {', '.join(changed)}; resume it as it was, or start anew")
    return begun


class _Asking:
    """Asks samples side by side and keeps each as soon as it is there."""

    def __init__(
        self, job: Job, folder: RunFolder, progress: Progress | None, total: int, done: dict[str, Json]
    ) -> None:
        self._job = job
        self._folder = folder
        self._progress = progress
        self._total = total
        self._done = done
        self._slots = asyncio.Semaphore(job.suite.parallel)

    async def ask_all(self, samples: Sequence[Sample]) -> None:
        tasks = [asyncio.create_task(self._ask(sample)) for sample in samples]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, sample: Sample) -> None:
        async with self._slots:
            self._check_budget()
            started = time.perf_counter()
            try:
                reply = await self._job.target.answer(sample)
            except GazetteError as error:
                # A sample the system fails on is a finding: kept with its error, counted as unscored.
                reply = {"error": f"{type(error).__name__}: {error}"}
            seconds = time.perf_counter() - started
        row = judged(sample, reply, seconds, self._job.measures)
        self._done[sample.id] = row
        self._folder.append(row)
        if self._progress:
            self._progress("eval", len(self._done), self._total)

    def _check_budget(self) -> None:
        limit = self._job.budget_usd
        spent = usage(list(self._done.values()))["cost_usd"] if limit is not None else 0.0
        if limit is not None and spent >= limit:
            raise BudgetError(
                f"{spent:.4f} of {limit:.4f} USD spent after {len(self._done)} of {self._total} samples; "
                f"go on with --resume {self._folder.name} and a larger --budget-usd"
            )


def judged(sample: Sample, reply: Json, seconds: float, measures: Sequence[Measure]) -> Json:
    """The record of one sample with every measure's outcome."""
    scores: dict[str, float] = {}
    parts: dict[str, list[float]] = {}
    by_label: dict[str, dict[str, list[float]]] = {}
    unscored: dict[str, str] = {}
    timed = {**reply, "seconds": seconds}
    for measure in measures:
        outcome = measure.score(sample, timed)
        if isinstance(outcome, Score):
            scores[measure.name] = round(outcome.value, 6)
            if outcome.parts:
                parts[measure.name] = list(outcome.parts)
            if outcome.by_label:
                by_label[measure.name] = {label: list(row) for label, row in outcome.by_label.items()}
        elif isinstance(outcome, Unscored):
            unscored[measure.name] = outcome.reason
    return {
        "id": sample.id,
        "type": sample.type,
        "lang": sample.lang,
        "task": sample.task,
        "tags": dict(sample.tags),
        "input": sample.input,
        "gold": sample.gold,
        "reply": reply,
        "seconds": round(seconds, 4),
        "scores": scores,
        "parts": parts,
        "by_label": by_label,
        "unscored": unscored,
    }


def _summary(job: Job, folder: RunFolder, rows: Sequence[Json], begun: str) -> Json:
    overall, by_type = figures(rows, job.measures, job.seed), figures_by_type(rows, job.measures, job.seed)
    return {
        "run": folder.name,
        "suite": job.suite.name,
        "n": len(rows),
        "seconds": 0.0,
        "started": begun,
        "target": job.target.name,
        "model": job.target.model,
        "measures": overall,
        "gates": judge_gates(job.suite.gates, overall, by_type, whole=job.whole),
        "by_type": by_type,
        "by_label": figures_by_label(rows, job.measures, job.seed),
        "failed": sum("error" in row["reply"] for row in rows),
        "whole": job.whole,
        "repeat": job.repeat,
        "settings": settings_record(job.settings),
        "changed": changed_settings(job.settings),
        "versions": versions(),
        **commit(),
        "seed": job.seed,
        "given": str(job.given) if job.given else None,
        "data": data_hashes(job.dataset.files),
        "usage": usage(rows),
        "latency_ms": latency(rows),
    }
