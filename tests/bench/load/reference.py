"""What the machine does at this minute: the built-in model alone, which every search asks once. Beside it the processor
time of a search is a ratio, and two runs can be compared though one of them had a slower machine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from rag.adapters.sentence_transformers import load_embedder
from rag.settings import Settings

Reference = Callable[[], float]
"""CPU milliseconds of something that is the same in every run."""

WARM_UP = 10


def model_alone(questions: Sequence[str]) -> Reference:
    """Loads the model; what is returned embeds the questions one by one on one thread and gives the median.

    Args:
        questions: of the kind the service is asked, and none of those.
    """
    settings = Settings()
    one_thread = settings.embedder.model_copy(update={"threads": 1})
    embedder = load_embedder(one_thread, settings.cache_path)

    def embed(question: str) -> float:
        began = time.process_time()
        embedder.embed_queries([question])
        return (time.process_time() - began) * 1000

    def measured() -> float:
        return statistics.median(embed(question) for question in questions)

    for question in questions[:WARM_UP]:
        embed(question)
    return measured
