"""The layers of a BERT encoder over texts laid end to end: nothing is padded, so nothing is computed for padding.

Knows no files and no tokens. What was measured (AMD EPYC with AVX-512 bf16, one thread, passages of about 420 tokens):
torch's fused attention does 47 Gflop/s in bf16 there, plain products per text 114; oneDNN's float32 product does 240
where torch's default does 100, and with the activation in it nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rag.adapters.processor import chosen_precision, settle_onednn

if TYPE_CHECKING:
    import torch

ATTENDED_TOKENS = 512
"""Texts of equal length attend together up to so many tokens: their scores then stay in the processor's cache."""

_ROWS = 2048  # about the tokens of a batch: weights are laid out for this many, and work for any

Read = Callable[[str], "torch.Tensor"]


class PlainLinear:
    """``x @ weight.T + bias``, in torch's own way."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, states: torch.Tensor, *, gelu: bool = False) -> torch.Tensor:
        """States ``(tokens, in)`` to ``(tokens, out)``, activated where asked."""
        from torch.nn import functional

        product = functional.linear(states, self._weight, self._bias)
        return functional.gelu(product) if gelu else product


class PackedLinear:
    """The same with weights laid out once for oneDNN."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        import torch

        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), _ROWS)
        self._bias = bias
        self._product = torch.ops.mkldnn._linear_pointwise

    def __call__(self, states: torch.Tensor, *, gelu: bool = False) -> torch.Tensor:
        """As ``PlainLinear``."""
        activation, algorithm = ("gelu", "none") if gelu else ("none", "")  # gelu "none": exact, not by tanh
        product: torch.Tensor = self._product(states, self._weight, self._bias, activation, [], algorithm)
        return product


def linear_kind(dtype: torch.dtype) -> type[PlainLinear] | type[PackedLinear]:
    """The faster of both that this machine has for a precision."""
    import torch

    settle_onednn()
    if not torch._C._has_mkldnn:
        return PlainLinear
    native = dtype == torch.float32 or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return PackedLinear if native else PlainLinear


def precision_of(precision: str) -> torch.dtype:
    """``rag.adapters.processor.chosen_precision`` as torch names it."""
    import torch

    return torch.bfloat16 if chosen_precision(precision).name == "bfloat16" else torch.float32


class UnpaddedLayer:
    """One transformer layer (post-norm, Devlin et al. 2018)."""

    def __init__(self, read: Read, prefix: str, heads: int, eps: float, dtype: torch.dtype) -> None:
        """Read its weights.

        Args:
            read: a tensor of the model by name, float32.
            prefix: of the names.
            heads: of attention.
            eps: of the normalisations.
            dtype: precision to run in.
        """
        import torch

        kind = linear_kind(dtype)
        inputs = {
            part: [read(f"{prefix}attention.self.{name}.{part}") for name in ("query", "key", "value")]
            for part in ("weight", "bias")
        }
        size = inputs["bias"][0].shape[0] // heads
        for tensors in inputs.values():
            tensors[0] = tensors[0] * size**-0.5  # attention's scale, here for free
        self._inputs = kind(torch.cat(inputs["weight"]).to(dtype), torch.cat(inputs["bias"]).to(dtype))
        self._mixed, self._wide, self._narrow = (
            kind(read(f"{prefix}{name}.weight").to(dtype), read(f"{prefix}{name}.bias").to(dtype))
            for name in ("attention.output.dense", "intermediate.dense", "output.dense")
        )
        self._mixed_norm, self._narrow_norm = (
            (read(f"{prefix}{name}.LayerNorm.weight").to(dtype), read(f"{prefix}{name}.LayerNorm.bias").to(dtype))
            for name in ("attention.output", "output")
        )
        self._heads, self._eps = heads, eps

    def run(self, states: torch.Tensor, groups: Sequence[tuple[int, int]]) -> torch.Tensor:
        """States ``(tokens, dim)`` to states; ``groups`` as ``equal_lengths`` gives them."""
        from torch.nn import functional

        dim = (states.shape[1],)
        mixed = self._mixed(self._attended(self._inputs(states), groups))
        states = functional.layer_norm(states + mixed, dim, *self._mixed_norm, self._eps)
        narrow = self._narrow(self._wide(states, gelu=True))
        return functional.layer_norm(states + narrow, dim, *self._narrow_norm, self._eps)

    def _attended(self, projected: torch.Tensor, groups: Sequence[tuple[int, int]]) -> torch.Tensor:
        import torch

        heads, size = self._heads, projected.shape[1] // 3 // self._heads
        result = projected.new_empty(projected.shape[0], heads * size)
        at = 0
        for count, length in groups:
            rows = slice(at, at + count * length)
            at = rows.stop
            parts = projected[rows].view(count, length, 3, heads, size).permute(2, 0, 3, 1, 4)
            query, key, value = parts.reshape(3, count * heads, length, size)
            weights = torch.bmm(query, key.transpose(1, 2)).softmax(-1)
            mixed = torch.bmm(weights, value).view(count, heads, length, size)
            result[rows].view(count, length, heads, size).copy_(mixed.transpose(1, 2))
        result[at:].zero_()  # what fills a batch up belongs to no text
        return result


def equal_lengths(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours of equal length, as ``(how many, length)``, at most ``ATTENDED_TOKENS`` together (or one text)."""
    for length, same in groupby(lengths):
        left, most = len(list(same)), max(1, ATTENDED_TOKENS // length)
        while left:
            count = min(left, most)
            left -= count
            yield count, length
