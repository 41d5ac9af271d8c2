"""A model in 8-bit integers gives nearly what it gives in float32, and is written once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.adapters.bert import BertEncoder
from rag.adapters.bert_folder import WORDS, BertFolder, mapped
from rag.adapters.int8 import Int8Encoder
from rag.adapters.quantised import OUTLIERS, outliers, rounded, smoothing


def test_rounded_rows_times_their_steps_are_the_weights_within_half_a_step() -> None:
    weight = np.random.default_rng(0).normal(size=(6, 40)).astype(np.float32)
    weight[3] = 0
    values, steps = rounded(weight)
    assert values.dtype == np.int8
    assert (np.abs(values * steps[:, None] - weight) <= steps[:, None] * 0.5001).all()


def test_smoothing_evens_out_the_channels_and_leaves_out_those_apart() -> None:
    largest = np.array([100, 1, 1, 0.01, 5], np.float32)
    share = smoothing(largest, np.ones((3, 5), np.float32), np.array([4]))
    smooth = largest * share
    assert smooth[:4].max() / smooth[:4].min() < largest[:4].max() / largest[:4].min() / 10
    assert share[4] == 0
    np.testing.assert_allclose(np.log(share[:4]).mean(), 0, atol=1e-5)


def test_the_largest_channels_are_the_outliers() -> None:
    largest = np.arange(100, dtype=np.float32)[::-1].copy()
    assert outliers(largest).tolist() == list(range(OUTLIERS))


def test_an_encoder_in_integers_gives_nearly_the_vectors_of_one_in_float(tiny_model: Path, tmp_path: Path) -> None:
    import torch

    exact, integers = BertEncoder(tiny_model, torch.float32, 1), Int8Encoder(tiny_model, "tiny", tmp_path, 2)
    batch = exact.tokenise(["中国", "中国报纸中国报纸", "报"])
    assert integers.tokenise(["中国", "中国报纸中国报纸", "报"]) == batch
    found, right = integers.encode(batch), exact.encode(batch)
    cosines = (found * right).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(right, axis=1)
    assert cosines.min() > 0.99
    assert (integers.dim, integers.max_tokens) == (exact.dim, exact.max_tokens)


def test_the_graph_is_written_once_and_read_afterwards(tiny_model: Path, tmp_path: Path) -> None:
    first = Int8Encoder(tiny_model, "tiny", tmp_path, 1)
    (file,) = (tmp_path / "models").glob("tiny-int8-*.onnx")
    written = file.stat().st_mtime_ns
    again = Int8Encoder(tiny_model, "tiny", tmp_path, 1)
    assert file.stat().st_mtime_ns == written
    batch = first.tokenise(["中国报纸"])
    np.testing.assert_array_equal(first.encode(batch), again.encode(batch))


def test_a_mapped_table_holds_what_the_file_holds_and_another_precision_is_named(
    tiny_model: Path, tmp_path: Path
) -> None:
    import torch
    from safetensors.numpy import load_file
    from safetensors.torch import save_file

    weights = BertFolder.read(tiny_model).weights
    np.testing.assert_array_equal(mapped(weights, WORDS), load_file(weights)[WORDS])
    save_file({WORDS: torch.zeros(2, 2, dtype=torch.bfloat16)}, tmp_path / "half.safetensors")
    with pytest.raises(ValueError, match="stored as BF16, not as F16 or F32"):
        mapped(tmp_path / "half.safetensors", WORDS)
