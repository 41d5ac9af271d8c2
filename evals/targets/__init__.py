"""Systems under test: our own pipeline, or a peer over HTTP."""

from evals.targets.http import HttpTarget
from evals.targets.pipeline import PipelineTarget
from evals.targets.target import Target

__all__ = ["HttpTarget", "PipelineTarget", "Target"]
