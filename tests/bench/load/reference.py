"""What the machine does at this minute: the built-in model alone, which every search asks once. Beside it the processor
time of a search is a ratio, and two runs can be compared though one of them had a slower machine.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from rag.settings import Settings
from tests.bench.search import single_threaded, timed

Reference = Callable[[], float]
"""CPU milliseconds of something that is the same in every run."""

WARM_UP = 10


def model_alone(questions: Sequence[str]) -> Reference:
    """Loads the model; what is returned embeds the questions one by one on one thread and gives the median.

    Args:
        questions: of the kind the service is asked, and none of those.
    """
    embedder = single_threaded(Settings())

    def embed(question: str) -> object:
        return embedder.embed_queries([question])

    def measured() -> float:
        return statistics.median(timed(embed, questions))

    for question in questions[:WARM_UP]:
        embed(question)
    return measured
