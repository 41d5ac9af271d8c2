"""Layers without padding: every text comes out as it would alone, and as the textbook says."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from rag.adapters.unpadded import (
    ATTENDED_TOKENS,
    PackedLinear,
    PlainLinear,
    UnpaddedLayer,
    equal_lengths,
    linear_kind,
)

DIM, HEADS, WIDE, EPS = 16, 4, 32, 1e-12
SHAPES = {
    "attention.self.query": (DIM, DIM),
    "attention.self.key": (DIM, DIM),
    "attention.self.value": (DIM, DIM),
    "attention.output.dense": (DIM, DIM),
    "attention.output.LayerNorm": (DIM,),
    "intermediate.dense": (WIDE, DIM),
    "output.dense": (DIM, WIDE),
    "output.LayerNorm": (DIM,),
}


def weights() -> dict[str, torch.Tensor]:
    drawn = torch.Generator().manual_seed(3)
    tensors = {}
    for name, shape in SHAPES.items():
        tensors[f"{name}.weight"] = torch.randn(shape, generator=drawn) * 0.3
        tensors[f"{name}.bias"] = torch.randn(shape[:1], generator=drawn) * 0.3
    return tensors


def textbook(states: torch.Tensor, held: dict[str, torch.Tensor]) -> torch.Tensor:
    """One text through one layer, written as in the paper."""

    def linear(name: str, given: torch.Tensor) -> torch.Tensor:
        return functional.linear(given, held[f"{name}.weight"], held[f"{name}.bias"])

    def norm(name: str, given: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(given, (DIM,), held[f"{name}.weight"], held[f"{name}.bias"], EPS)

    query, key, value = (
        linear(f"attention.self.{name}", states).view(-1, HEADS, DIM // HEADS).transpose(0, 1)
        for name in ("query", "key", "value")
    )
    scores = query @ key.transpose(1, 2) / (DIM // HEADS) ** 0.5
    mixed = (scores.softmax(-1) @ value).transpose(0, 1).reshape(-1, DIM)
    states = norm("attention.output.LayerNorm", states + linear("attention.output.dense", mixed))
    wide = functional.gelu(linear("intermediate.dense", states))
    return norm("output.LayerNorm", states + linear("output.dense", wide))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_texts_laid_end_to_end_come_out_as_each_alone(lengths: list[int]) -> None:
    held = weights()
    layer = UnpaddedLayer(held.__getitem__, "", HEADS, EPS, torch.float32)
    states = torch.randn(sum(lengths), DIM, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        found = layer.run(states, list(equal_lengths(lengths)))
        wanted = torch.cat([textbook(text, held) for text in torch.split(states, lengths)])
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-5)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 9))
def test_rows_that_fill_a_batch_up_change_nothing_and_stay_finite(lengths: list[int], filling: int) -> None:
    layer = UnpaddedLayer(weights().__getitem__, "", HEADS, EPS, torch.float32)
    states = torch.randn(sum(lengths), DIM, generator=torch.Generator().manual_seed(4))
    groups = list(equal_lengths(lengths))
    with torch.inference_mode():
        found = layer.run(torch.cat([states, torch.zeros(filling, DIM)]), groups)
        wanted = layer.run(states, groups)
    assert torch.isfinite(found).all()
    torch.testing.assert_close(found[: sum(lengths)], wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("gelu", [False, True])
def test_both_kinds_of_product_agree(gelu: bool) -> None:
    drawn = torch.Generator().manual_seed(5)
    weight, bias, states = (torch.randn(shape, generator=drawn) for shape in ((WIDE, DIM), (WIDE,), (7, DIM)))
    with torch.inference_mode():
        found, wanted = (kind(weight, bias)(states, gelu=gelu) for kind in (linear_kind(torch.float32), PlainLinear))
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-5)


def test_without_onednn_torch_s_own_product_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch._C, "_has_mkldnn", False)
    assert linear_kind(torch.float32) is PlainLinear
    monkeypatch.setattr(torch._C, "_has_mkldnn", True)
    assert linear_kind(torch.float32) is PackedLinear


@given(st.lists(st.integers(1, 600), max_size=30))
def test_groups_hold_every_text_in_order_and_few_tokens(lengths: list[int]) -> None:
    groups = list(equal_lengths(lengths))
    assert [length for count, length in groups for _ in range(count)] == lengths
    assert all(count == 1 or count * length <= ATTENDED_TOKENS for count, length in groups)
