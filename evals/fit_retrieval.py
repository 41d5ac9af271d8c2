"""Fits the weights of ``rag/retrieve/weights.py`` again: ``python -m evals.fit_retrieval FOLDER… --cache DIR``.

Pairwise logistic regression of right over wrong passages, on the questions of the fitting half; every folder counts the
same. The other half is for reporting (``gazette eval run retrieval``). Knows nothing of how the weights are used.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.samples.retrieval import retrieval
from evals.samples.sample import Dataset
from evals.targets.corpora import CorpusCache
from rag.adapters.chroma import ChromaVectorIndex
from rag.adapters.sentence_transformers import load_embedder
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.ledger import Ledger
from rag.ledgers import ledger_url
from rag.retrieve import Features, Legs, folded_texts, looked_at
from rag.settings import Settings
from rag.text.ngrams import terms
from rag.text.script import to_simplified

DEPTH, WRONG_KEPT, STEPS, RIDGE = 100, 12, 200, 1e-3
NAMES = ("MEANING", "COVERAGE", "NEAR", "WIDE", "CHARACTERS")

Rows = NDArray[np.float64]


def is_fitting(question: str) -> bool:
    """Whether a question is in the fitting half; the same in both scripts."""
    return int(sha256(to_simplified(question).encode()).hexdigest(), 16) % 2 == 0


def _row(one: Features) -> tuple[float, ...]:
    return one.cosine, one.coverage, one.alignment.near, one.alignment.wide, one.alignment.characters


def _differences(dataset: Dataset, cache: CorpusCache, settings: Settings) -> Iterator[Rows]:
    """For each right passage of each question: its features less those of the wrong ones, ``(n, 5)``."""
    (corpus,) = dataset.corpora.values()
    pipeline, _ = asyncio.run(cache.open(corpus))
    pipeline.close()
    folder = cache.path(corpus)
    own = settings.model_copy(update={"store": settings.store.model_copy(update={"path": folder})})
    ledger = Ledger.open(ledger_url(own))
    vectors = ChromaVectorIndex.open(settings.chroma, folder / "chroma", "default")
    words = TantivyLexicalIndex.open(folder / "terms" / "default", terms)
    legs = Legs(vectors, words, load_embedder(settings.embedder, settings.cache_path))
    for sample in dataset.samples:
        question, judged = str(sample.input["question"]), sample.gold["qrels"]
        if not is_fitting(question):
            continue
        found = legs.search(question, DEPTH, None)
        if found.dense is None or found.lexical is None:
            raise SystemExit(f"a leg failed on {question!r}; nothing is fitted without it")
        looked = looked_at(found.dense, found.lexical, found.rarity, lambda ids: folded_texts(ledger, "default", ids))
        places = ledger.whereabouts("default", list(looked.closely))
        rows = {name: _row(features) for name, features in looked.closely.items()}
        right = [row for name, row in rows.items() if judged.get(places[name].document, 0) > 0]
        wrong = [row for name, row in rows.items() if judged.get(places[name].document, 0) <= 0][:WRONG_KEPT]
        yield from (np.array(one) - np.array(wrong) for one in right if wrong)
    vectors.close()
    words.close()
    ledger.close()


def fit(differences: Rows, counts: Rows) -> Rows:
    """Weights ``(5,)`` that put right before wrong: Newton's method on the logistic loss with a small ridge.

    Args:
        differences: right less wrong, ``(n, 5)``.
        counts: how much each row counts, ``(n,)``.
    """
    scale = differences.std(axis=0) + 1e-12
    rows, weights = differences / scale, np.zeros(differences.shape[1])
    for _ in range(STEPS):
        missed = 1.0 / (1.0 + np.exp(np.clip(rows @ weights, -50, 50)))
        slope = rows.T @ (counts * missed) - RIDGE * weights
        curve = (rows * (counts * missed * (1 - missed))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    fitted: Rows = weights / scale
    return fitted


def main() -> None:
    """Print the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="retrieval folders, one corpus each")
    parser.add_argument("--cache", required=True, type=Path, help="where the corpora are built and kept")
    options = parser.parse_args()
    settings = Settings()
    cache = CorpusCache(options.cache, settings)
    pairs: list[Rows] = []
    counts: list[Rows] = []
    for folder in options.folders:
        found = list(_differences(retrieval(folder), cache, settings))
        pairs += found
        counts += [np.full(len(rows), 1.0 / len(rows) / len(found)) for rows in found]
    for name, weight in zip(NAMES, fit(np.concatenate(pairs), np.concatenate(counts)), strict=True):
        print(f"{name} {weight:.2f}")


if __name__ == "__main__":
    main()
