"""Systems under test: our own pipeline, a peer over HTTP, or the run a peer wrote."""

from evals.targets.http import HttpTarget
from evals.targets.pipeline import PipelineTarget
from evals.targets.target import Target
from evals.targets.trec import TrecTarget

__all__ = ["HttpTarget", "PipelineTarget", "Target", "TrecTarget"]
