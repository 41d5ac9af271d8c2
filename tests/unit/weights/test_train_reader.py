from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch

from rag.adapters.reader import BertReader, load_network
from rag.weights.examples import Example
from rag.weights.train_reader import BATCH_TOKENS, Model, batches, loss_of, tokenised

EXAMPLES = [Example("中国?", "报纸中国", ((2, 4),)), Example("报纸?", "国国国", ())]


def test_an_answer_is_aimed_at_by_its_tokens_and_no_answer_by_the_opening_one(tiny_model: Path) -> None:
    (answered, starts, ends), (_, nowhere, _) = tokenised(Model(tiny_model), EXAMPLES)
    assert answered.opening < starts[0] <= ends[0] < len(answered.ids)
    assert nowhere == (0,)


def test_batches_hold_every_input_once_within_their_size(tiny_model: Path) -> None:
    targets = tokenised(Model(tiny_model), EXAMPLES) * 200
    found = batches(targets, random.Random(0))
    assert sum(map(len, found)) == len(targets)
    assert all(len(batch) * max(len(one[0].ids) for one in batch) <= 2 * BATCH_TOKENS for batch in found)


def test_training_lowers_the_loss_and_what_is_saved_reads_the_answer(tiny_model: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Model(tiny_model)
    targets = tokenised(model, EXAMPLES)
    optimiser = torch.optim.Adam([*model.old, *model.new], lr=3e-3)
    first = loss_of(model, targets, 0.0).item()
    for _ in range(60):
        loss = loss_of(model, targets, 0.0)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        optimiser.zero_grad()
    assert loss.item() < first / 4

    model.save(tmp_path / "trained.safetensors")
    (answered,), (silent,) = (
        BertReader(lambda: tiny_model, tmp_path / "trained.safetensors", "float32").read(one.question, [one.text])
        for one in EXAMPLES
    )
    assert (answered[0].start, answered[0].end) == (2, 4)
    assert answered[0].score > 0 > silent[0].score


def test_what_reads_scores_as_what_was_trained(tiny_model: Path, tmp_path: Path) -> None:
    """The layers that are trained pad their batches, those that read do not; the weights are the same."""
    model = Model(tiny_model)
    texts = ["中国报纸", "国国国国国国", "中", "报纸国报纸中国"]
    pairs = [one[0] for one in tokenised(model, [Example("中国?", text, ()) for text in texts])]
    with torch.inference_mode():
        wanted = model.logits(pairs, 0.0)
    model.save(tmp_path / "saved.safetensors")

    found = load_network(tiny_model, tmp_path / "saved.safetensors", torch.float32).scores(pairs)

    for row, one, scores in zip(wanted, pairs, found, strict=True):
        shown = [0, *range(one.opening, one.opening + one.last - one.first)]
        np.testing.assert_allclose(scores[:, shown], row[:, shown], atol=2e-3)
