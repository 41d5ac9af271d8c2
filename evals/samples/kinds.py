"""Kinds of data by name, and choosing among samples. Knows nothing of suites."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from evals.errors import DataError
from evals.samples.asking import corpus_questions
from evals.samples.claims import claims
from evals.samples.digests import digests, seed_digests
from evals.samples.headlines import headlines
from evals.samples.noise import noise
from evals.samples.pages import page_questions, pages
from evals.samples.reading import reading
from evals.samples.retrieval import retrieval
from evals.samples.sample import Dataset, Sample
from evals.samples.seeds import seed_conversation, seed_nuggets, seed_pages, seed_questions

GOLD_KINDS: Final[Mapping[str, Callable[[Path | None], Dataset]]] = {
    "seed_questions": seed_questions,
    "seed_claims": lambda folder: claims(None),  # noqa: ARG005
    "seed_nuggets": seed_nuggets,
    "seed_pages": seed_pages,
    "seed_conversation": seed_conversation,
    "seed_digests": seed_digests,
}
"""What comes with Gazette; the folder is where the sample pages are, None for the checkout's."""

GIVEN_KINDS: Final[Mapping[str, Callable[[Path], Dataset]]] = {
    "claims": claims,
    "corpus_questions": corpus_questions,
    "digests": digests,
    "headlines": headlines,
    "noise": noise,
    "pages": pages,
    "page_questions": page_questions,
    "reading": reading,
    "retrieval": retrieval,
}
"""What ``--data`` names."""


def load_gold(kind: str, folder: Path | None) -> Dataset:
    """Data that come with Gazette.

    Raises:
        DataError: no such kind, or the data are not right.
    """
    if kind not in GOLD_KINDS:
        raise DataError(f"no gold of kind {kind!r}; there are {', '.join(GOLD_KINDS)}")
    return GOLD_KINDS[kind](folder)


def load_given(kind: str, source: Path) -> Dataset:
    """Data from a file or folder.

    Raises:
        DataError: no such kind or path, or the data are not right.
    """
    if kind not in GIVEN_KINDS:
        raise DataError(f"no data of kind {kind!r}; there are {', '.join(GIVEN_KINDS)}")
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; --data names what the suite reads")
    return GIVEN_KINDS[kind](source)


def choose(samples: Sequence[Sample], *, where: Mapping[str, str], limit: int | None, seed: int) -> tuple[Sample, ...]:
    """The samples that meet every condition; of these a random ``limit``, in their order, the same for a seed.

    Raises:
        DataError: nothing is left.
    """
    kept = [sample for sample in samples if all(sample.has(key, value) for key, value in where.items())]
    if not kept:
        conditions = ", ".join(f"{key}={value}" for key, value in where.items()) or "none"
        types = ", ".join(sorted({sample.type for sample in samples}))
        raise DataError(f"no sample meets the conditions ({conditions}); types are {types}")
    if limit is None or limit >= len(kept):
        return tuple(kept)
    chosen = set(random.Random(seed).sample(range(len(kept)), limit))
    return tuple(sample for index, sample in enumerate(kept) if index in chosen)
