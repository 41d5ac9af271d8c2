"""Transformer layers over padded batches that can be trained; ``rag.adapters.unpadded`` runs the same weights to read.

Knows the names of a BERT folder's tensors; nothing of tokens, embeddings or what the states are used for. Attention is
written out: its backward pass takes a fifth of the time of torch's fused one for short texts on a CPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_INPUTS = ("attention.self.query", "attention.self.key", "attention.self.value")
_PARTS = (
    "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm",
)  # fmt: skip
_KINDS = ("weight", "bias")


class Layer:
    """One transformer layer (post-norm, Devlin et al. 2018); the three input projections run as one."""

    def __init__(self, read: Any, prefix: str) -> None:
        import torch

        self._functional = torch.nn.functional
        self._inputs = tuple(torch.cat([read(f"{prefix}{name}.{part}") for name in _INPUTS]) for part in _KINDS)
        self._mixed, self._mixed_norm, self._wide, self._narrow, self._narrow_norm = (
            (read(f"{prefix}{name}.weight"), read(f"{prefix}{name}.bias")) for name in _PARTS
        )

    def run(
        self, states: torch.Tensor, mask: torch.Tensor | None, heads: int, eps: float, dropout: float = 0.0
    ) -> torch.Tensor:
        """States ``(n, length, dim)`` to states; ``mask`` ``(n, 1, 1, length)`` is true at real tokens.

        ``dropout`` is for training: the share of each part's output that is dropped.
        """
        functional = self._functional
        count, length, dim = states.shape
        projected = functional.linear(states, *self._inputs).view(count, length, 3, heads, dim // heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4)
        weights = (query * (dim // heads) ** -0.5) @ key.transpose(2, 3)
        mixed = (weights if mask is None else weights.masked_fill(~mask, float("-inf"))).softmax(-1) @ value
        mixed = functional.linear(mixed.transpose(1, 2).reshape(count, length, dim), *self._mixed)
        mixed = functional.dropout(mixed, dropout) if dropout else mixed
        states = functional.layer_norm(states + mixed, (dim,), *self._mixed_norm, eps)
        wide = functional.gelu(functional.linear(states, *self._wide))
        narrow = functional.linear(wide, *self._narrow)
        states = states + (functional.dropout(narrow, dropout) if dropout else narrow)
        normed: torch.Tensor = functional.layer_norm(states, (dim,), *self._narrow_norm, eps)
        return normed

    def tensors(self) -> list[torch.Tensor]:
        """Every weight, to be trained in place."""
        pairs = (self._inputs, self._mixed, self._mixed_norm, self._wide, self._narrow, self._narrow_norm)
        return [tensor for pair in pairs for tensor in pair]

    def named(self) -> dict[str, torch.Tensor]:
        """Every weight under its name in a BERT folder, the three input projections apart."""
        pairs = zip(_PARTS, (self._mixed, self._mixed_norm, self._wide, self._narrow, self._narrow_norm), strict=True)
        named = {f"{name}.{part}": tensor for name, pair in pairs for part, tensor in zip(_KINDS, pair, strict=True)}
        for part, joined in zip(_KINDS, self._inputs, strict=True):
            named |= {f"{name}.{part}": piece for name, piece in zip(_INPUTS, joined.chunk(3), strict=True)}
        return named
