from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.pairs import Pair
from rag.adapters.reader import MAX_INPUT, READINGS, STRIDE, BertReader, apart, readings, windows
from rag.errors import ModelUnavailableError
from rag.protocols import Reading
from rag.weights.train_reader import Model


@pytest.fixture
def weights(tiny_model: Path, tmp_path: Path) -> Path:
    path = tmp_path / "reader.safetensors"
    Model(tiny_model).save(path)
    return path


def test_readings_lie_inside_their_texts_best_first_and_apart(tiny_model: Path, weights: Path) -> None:
    texts = ["中国中国", "", "国"]
    found = BertReader(lambda: tiny_model, weights, "float32").read("中国?", texts)

    assert found[1] == []
    for text, spans in zip(texts, found, strict=True):
        assert [one.score for one in spans] == sorted((one.score for one in spans), reverse=True)
        assert all(0 <= one.start < one.end <= len(text) for one in spans)
        ordered = sorted(spans, key=lambda one: one.start)
        assert all(one.end <= other.start for one, other in pairwise(ordered))


def test_a_text_is_read_the_same_alone_and_beside_others(tiny_model: Path, weights: Path) -> None:
    reader = BertReader(lambda: tiny_model, weights, "float32")
    (alone,) = reader.read("中国?", ["中国"])
    beside = reader.read("中国?", ["国国国国国国", "中国"])[1]
    assert [(one.start, one.end) for one in alone] == [(one.start, one.end) for one in beside]
    np.testing.assert_allclose([one.score for one in alone], [one.score for one in beside], atol=1e-4)


def test_nothing_is_loaded_before_the_first_question(tmp_path: Path) -> None:
    def never() -> Path:
        raise AssertionError("loaded")

    reader = BertReader(never, tmp_path / "none")
    with pytest.raises(AssertionError, match="loaded"):
        reader.read("问?", ["答"])


def test_weights_that_cannot_be_loaded_are_named_with_the_way_out(tiny_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"no weights")
    for path in (broken, tmp_path / "missing.safetensors"):
        with pytest.raises(ModelUnavailableError, match=f"{path.name}.*GAZETTE_ANSWER__READER"):
            BertReader(lambda: tiny_model, path).read("问?", ["答"])


@given(st.integers(0, 3000), st.integers(STRIDE, MAX_INPUT))
def test_windows_cover_every_token_within_the_room(length: int, room: int) -> None:
    found = windows(length, room)
    assert {at for low, high in found for at in range(low, high)} == set(range(length))
    assert all(0 < high - low <= room for low, high in found)


def test_the_span_with_the_best_start_and_end_is_read_against_nowhere() -> None:
    one = Pair((0, 5, 2, 2, 6, 7, 8, 2), (0,) * 8, 4, 0, 3)
    scores = np.full((2, 8), -9.0, np.float32)
    scores[:, 0] = 1.0
    scores[0, 5], scores[1, 6], scores[1, 4] = 4.0, 3.0, 9.0

    best = readings(scores, one, [(0, 1), (1, 2), (2, 3)], "甲乙丙")[0]

    assert (best.start, best.end) == (1, 3)
    assert best.score == pytest.approx(4.0 + 3.0 - 2.0)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.floats(-9, 9)), max_size=40))
def test_readings_kept_apart_are_few_and_none_overlaps_a_better_one(raw: list[tuple[int, int, float]]) -> None:
    kept = apart([Reading(start, start + length, score) for start, length, score in raw])
    assert len(kept) <= READINGS
    assert bool(kept) == bool(raw)
    for at, one in enumerate(kept):
        assert not any(one.start < other.end and other.start < one.end for other in kept[:at])
