from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.adapters.embedder import BatchingEmbedder, batches


class LetterEncoder:
    """One token a character between two special tokens; the vector counts the tokens by their code."""

    dim = 7
    max_tokens = 10
    closing_tokens = 1

    def __init__(self) -> None:
        self.batches: list[list[list[int]]] = []

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        return [[0, *map(ord, text), 1] for text in texts]

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        self.batches.append([list(ids) for ids in batch])
        return np.array([np.bincount([i % self.dim for i in ids], minlength=self.dim) for ids in batch], np.float32)


def embedder(encoder: LetterEncoder, batch_tokens: int = 30) -> BatchingEmbedder:
    return BatchingEmbedder(encoder, fingerprint="f", query_prefix="q:", passage_prefix="p:", batch_tokens=batch_tokens)


@given(st.lists(st.text("abcdefgh", max_size=6)))
def test_vectors_come_back_in_the_order_of_the_texts_as_unit_rows(texts: list[str]) -> None:
    vectors = embedder(LetterEncoder()).embed_passages(texts)

    assert vectors.shape == (len(texts), 7)
    assert vectors.dtype == np.float32
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(vector, embedder(LetterEncoder()).embed_passages([text])[0])
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


@given(st.lists(st.integers(1, 50)), st.integers(1, 120))
def test_batches_hold_every_text_once_and_keep_to_the_limit(lengths: list[int], limit: int) -> None:
    found = list(batches(lengths, limit))

    assert sorted(index for batch in found for index in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= limit


def test_no_texts_give_an_empty_matrix_of_the_right_width() -> None:
    vectors = embedder(LetterEncoder()).embed_queries([])

    assert vectors.shape == (0, 7)
    assert vectors.dtype == np.float32


def test_questions_and_passages_get_their_own_prefix() -> None:
    encoder = LetterEncoder()
    embedder(encoder).embed_queries(["x"])
    embedder(encoder).embed_passages(["x"])

    assert [encoder.batches[0][0], encoder.batches[1][0]] == encoder.tokenise(["q:x", "p:x"])


def test_a_text_that_is_too_long_is_cut_before_its_closing_token_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    encoder = LetterEncoder()
    with caplog.at_level(logging.WARNING):
        embedder(encoder).embed_passages(["a" * 20, "b"])

    longest = encoder.batches[0][0]
    assert len(longest) == encoder.max_tokens
    assert longest[-1] == 1
    assert "1 of 2 passages cut to 10 tokens (longest: 24)" in caplog.text


def test_a_text_that_just_fits_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        embedder(LetterEncoder()).embed_passages(["a" * 6])

    assert not caplog.records


def test_tokens_of_questions_are_counted_with_their_own_prefix() -> None:
    encoder = LetterEncoder()
    made = BatchingEmbedder(encoder, fingerprint="f", query_prefix="query:", passage_prefix="p:", batch_tokens=30)
    assert made.count_question_tokens(["", "abcdefghijkl"]) == [8, 20]
    assert made.count_question_tokens([]) == []


def test_tokens_are_counted_with_prefix_and_special_tokens_and_never_cut() -> None:
    assert embedder(LetterEncoder()).count_tokens(["", "a" * 20]) == [4, 24]
    assert embedder(LetterEncoder()).count_tokens([]) == []


def test_a_text_without_a_vector_stays_finite() -> None:
    class Silent(LetterEncoder):
        def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
            return np.zeros((len(batch), self.dim), np.float32)

    assert np.isfinite(embedder(Silent()).embed_queries(["x"])).all()


def test_a_question_waits_for_no_batch_of_an_ingest() -> None:
    asked = Event()

    class Slow(LetterEncoder):
        def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
            if len(batch[0]) > 7:  # the passage; the question must come through meanwhile
                assert asked.wait(60)
            return super().encode(batch)

    shared = embedder(Slow())
    with ThreadPoolExecutor(1) as ingest:
        passages = ingest.submit(shared.embed_passages, ["a" * 6])
        shared.embed_queries(["b"])
        asked.set()
        assert passages.result().shape == (1, 7)
