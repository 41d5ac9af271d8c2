"""Reads answers out of texts with the trained reader: start and end of the likeliest spans, against "nowhere".

The base model's frozen embeddings, the trained layers of ``rag/weights/`` on top. Knows windows, batches and how spans
are read off scores; nothing of sentences, questions' kinds or refusals. Nothing is loaded before the first question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.adapters.embedder import batches
from rag.adapters.pairs import SPECIAL, Pair, PairTokenizer, Tokens, pair, plain
from rag.adapters.processor import share_out, usable_threads
from rag.adapters.unpadded import UnpaddedLayer, equal_lengths, precision_of
from rag.errors import ModelUnavailableError
from rag.mapping import Span
from rag.protocols import Reading

if TYPE_CHECKING:
    import torch

MAX_QUESTION, MAX_INPUT, STRIDE = 72, 440, 160
"""Tokens: of a question, of an input, and from the start of one window of a long text to that of the next."""

MAX_ANSWER = 40
"""Tokens of an answer; the longest one in fifty of the training questions' is longer."""

READINGS = 8
"""Spans given for a text, none overlapping a better one."""

BATCH_TOKENS = 2000


class BertReader:
    """A ``Reader`` over a BERT base folder and trained layers. Safe to share: one question is read at a time.

    Args:
        base: gives the base model's folder; called once, at the first question.
        weights: the trained layers.
        precision: ``auto`` (bfloat16 where the CPU multiplies it in hardware), ``bfloat16`` or ``float32``.
    """

    def __init__(self, base: Callable[[], Path], weights: Path, precision: str = "auto") -> None:
        self._base, self._weights, self._precision = base, weights, precision
        self._lock = Lock()
        self._network: Network | None = None

    def read(self, question: str, texts: Sequence[str]) -> list[list[Reading]]:
        """The likeliest answers in each text, best first; empty for a text without a character to read.

        Raises:
            ModelUnavailableError: the base model or the weights cannot be loaded.
        """
        with self._lock:
            network = self._network = self._network or load_network(
                self._base(), self._weights, precision_of(self._precision)
            )
            asked_text, shown = plain(question), [plain(text) for text in texts]
            asked, *told = network.tokens([asked_text, *shown])
            asked = Tokens(asked.ids[:MAX_QUESTION], asked.spans[:MAX_QUESTION])
            inputs = [
                (index, pair(asked_text, asked, shown[index], tokens, window, network.ends))
                for index, tokens in enumerate(told)
                for window in windows(len(tokens.ids), MAX_INPUT - SPECIAL - len(asked.ids))
            ]
            found: list[list[Reading]] = [[] for _ in texts]
            for batch in batches([len(one.ids) for _, one in inputs], BATCH_TOKENS):
                for at, scores in zip(batch, network.scores([inputs[at][1] for at in batch]), strict=True):
                    index, one = inputs[at]
                    found[index] += readings(scores, one, told[index].spans, texts[index])
        return [apart(readings) for readings in found]


def windows(length: int, room: int) -> list[Span]:
    """Windows over a text's tokens, each at most ``room`` long and ``STRIDE`` after the one before; none for none."""
    if length == 0:
        return []
    starts = [0, *range(STRIDE, length - room + STRIDE, STRIDE)] if length > room else [0]
    return [(start, min(start + room, length)) for start in starts]


def readings(scores: NDArray[np.float32], one: Pair, spans: Sequence[Span], text: str) -> list[Reading]:
    """The likeliest spans of one window, as code points of the text, none empty.

    Args:
        scores: ``(2, length)``, start and end score of each token of the input.
        one: the input.
        spans: where each token of the whole text stands in it.
        text: the text.
    """
    inside = slice(one.opening, one.opening + one.last - one.first)
    starts, ends = scores[0, inside], scores[1, inside]
    nowhere = float(scores[0, 0] + scores[1, 0])
    table = starts[:, None] + ends[None, :]
    reach = np.arange(len(ends))[None, :] - np.arange(len(starts))[:, None]
    table[(reach < 0) | (reach >= MAX_ANSWER)] = -np.inf
    order = np.argsort(table, axis=None)[::-1][: READINGS * 25]
    found: list[Reading] = []
    for low, high in zip(*np.unravel_index(order, table.shape), strict=True):
        start, end = spans[one.first + low][0], spans[one.first + high][1]
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end = start + len(text[start:end].rstrip())
        if start < end and np.isfinite(table[low, high]):
            found.append(Reading(start, end, float(table[low, high]) - nowhere))
    return apart(found)


def apart(found: Sequence[Reading]) -> list[Reading]:
    """The best readings, none overlapping a better one."""
    kept: list[Reading] = []
    for one in sorted(found, key=lambda reading: (-reading.score, reading.start, reading.end)):
        if len(kept) < READINGS and not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return kept


@dataclass(frozen=True, slots=True)
class Network:
    """The loaded model: frozen embeddings, trained layers, two outputs a token."""

    tokenizer: PairTokenizer
    ends: tuple[int, int]
    words: torch.Tensor
    positions: torch.Tensor
    norm: tuple[torch.Tensor, torch.Tensor]
    marks: torch.Tensor
    layers: tuple[UnpaddedLayer, ...]
    outputs: tuple[torch.Tensor, torch.Tensor]
    eps: float
    dtype: torch.dtype

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokens of each text, special ones left out."""
        return self.tokenizer.tokens(texts)

    def scores(self, pairs: Sequence[Pair]) -> list[NDArray[np.float32]]:
        """Start and end scores of each input, ``(2, its length)``."""
        import torch

        functional = torch.nn.functional
        lengths = [len(one.ids) for one in pairs]
        groups = list(equal_lengths(lengths))
        share_out(sum(lengths), usable_threads(0))
        with torch.inference_mode():
            ids, marks = (torch.tensor([at for row in rows for at in row]) for rows in _sides(pairs))
            states = functional.embedding(ids, self.words).float()
            states += torch.cat([self.positions[:length] for length in lengths])
            states = functional.layer_norm(states, states.shape[-1:], *self.norm, self.eps)
            states = (states + functional.embedding(marks, self.marks)).to(self.dtype)
            for layer in self.layers:
                states = layer.run(states, groups)
            scores = functional.linear(states.float(), *self.outputs)
            texts = torch.split(scores, lengths)
            return [text.T.numpy() for text in texts]


def _sides(pairs: Sequence[Pair]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    return [one.ids for one in pairs], [one.marks for one in pairs]


def load_network(base: Path, weights: Path, dtype: torch.dtype) -> Network:
    """The network of a base model's folder under trained layers.

    Raises:
        ModelUnavailableError: either cannot be loaded.
    """
    from safetensors import SafetensorError, safe_open

    try:
        config = json.loads((base / "config.json").read_text("utf-8"))
        tokenizer = PairTokenizer(base / "tokenizer.json")
        with safe_open(base / "model.safetensors", "pt") as frozen, safe_open(weights, "pt") as trained:
            kind = frozen.get_tensor("embeddings.token_type_embeddings.weight")[0].float()
            layers = (
                UnpaddedLayer(
                    lambda name: trained.get_tensor(name).float(),
                    f"encoder.layer.{index}.",
                    config["num_attention_heads"],
                    config["layer_norm_eps"],
                    dtype,
                )
                for index in range(config["num_hidden_layers"])
            )
            return Network(
                tokenizer,
                tokenizer.ends,
                frozen.get_tensor("embeddings.word_embeddings.weight"),
                frozen.get_tensor("embeddings.position_embeddings.weight").float() + kind,
                (
                    frozen.get_tensor("embeddings.LayerNorm.weight").float(),
                    frozen.get_tensor("embeddings.LayerNorm.bias").float(),
                ),
                trained.get_tensor("marks").float(),
                tuple(layers),
                (trained.get_tensor("outputs.weight").float(), trained.get_tensor("outputs.bias").float()),
                config["layer_norm_eps"],
                dtype,
            )
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelUnavailableError(
            f"reader {weights}: cannot be loaded ({error}); set GAZETTE_ANSWER__READER=off to answer without it"
        ) from error
