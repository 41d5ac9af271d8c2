"""From a suite's name and the options of a run to a job: data loaded, samples chosen, target built.

Knows nothing of command lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.errors import DataError
from evals.measures import Bench, build_measures
from evals.record import CORPORA
from evals.runner import Job
from evals.samples import Dataset, choose, load_given, load_gold
from evals.suite import Suite, load_suite
from evals.targets import HttpTarget, PipelineTarget, Target, TrecTarget
from rag.protocols import Progress, Verifier
from rag.settings import Settings
from rag.verify import RuleVerifier


@dataclass(frozen=True, slots=True)
class Options:
    """How a suite is run. ``overrides`` are settings groups on top of the suite's own."""

    data: Path | None = None
    limit: int | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    repeat: int = 1
    target: str | None = None
    model: str | None = None
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    budget_usd: float | None = None


def load_data(suite: Suite, data: Path | None) -> Dataset:
    """What the suite asks: the given data where there are some and it takes them, else what comes with Gazette.

    Raises:
        DataError: it needs ``--data``, or the data are not right.
    """
    given = [part for part in suite.parts if part.data == "given"]
    gold = [part for part in suite.parts if part.data == "gold"]
    if data is not None and given:
        return Dataset.join([load_given(part.kind, data) for part in given])
    if gold:
        return Dataset.join([load_gold(part.kind, data) for part in gold])
    raise DataError(f"suite {suite.name} needs --data DIR ({', '.join(part.kind for part in given)})")


def suite_settings(suite: Suite, overrides: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The settings of the system under test: the suite's on top of the environment's, the overrides on top of both."""
    groups = {
        name: {**suite.settings.get(name, {}), **overrides.get(name, {})} for name in {*suite.settings, *overrides}
    }
    return Settings.load(**groups)


def prepare(name: str, options: Options, *, verifier: Verifier | None = None, progress: Progress | None = None) -> Job:
    """A job ready to run. The caller closes its target.

    Args:
        name: of a suite, or a YAML file.
        options: how to run it.
        verifier: of the system under test, for claims and given texts; ours by default.
        progress: told while a corpus is built.
    """
    suite = load_suite(name)
    dataset = load_data(suite, options.data)
    samples = choose(dataset.samples, where=options.where, limit=options.limit, seed=options.seed)
    settings = suite_settings(suite, options.overrides)
    texts = {key: corpus.texts() for key, corpus in dataset.corpora.items()}
    measures = build_measures(suite.measures, Bench(texts, RuleVerifier()))
    target: Target
    if options.target:
        target = _peer(options.target, options.model, settings)
    else:
        folder = settings.eval.path / CORPORA
        target = PipelineTarget(settings, dataset.corpora, folder, verifier=verifier, progress=progress)
    return Job(
        suite,
        dataset,
        samples,
        measures,
        target,
        settings,
        options.seed,
        repeat=options.repeat,
        whole=len(samples) == len(dataset.samples),
        budget_usd=options.budget_usd,
        given=options.data,
    )


def _peer(address: str, model: str | None, settings: Settings) -> Target:
    """Another system: an endpoint, or a TREC run that it wrote."""
    if not address.startswith(("http://", "https://")):
        return TrecTarget(Path(address))
    secret = settings.eval.target_key  # never the key of the user's own provider
    return HttpTarget(address, model or "default", secret.get_secret_value() if secret else None)
