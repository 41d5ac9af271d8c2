"""Samples and their loaders, one kind of data a file. Data errors name ``file:line``, the value and the remedy."""

from evals.samples.kinds import choose, load_given, load_gold
from evals.samples.sample import Corpus, Dataset, Sample, Task

__all__ = ["Corpus", "Dataset", "Sample", "Task", "choose", "load_given", "load_gold"]
