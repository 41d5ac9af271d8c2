"""A CrossEncoder made here, with random weights, read from its folder by the real library. No network."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters.sentence_transformers import load_reranker
from rag.build import build_pipeline
from rag.errors import ModelUnavailableError
from rag.settings import Settings

TEXTS = ["河水上涨三米", "市场关闭", "河" * 200]


def make_cross_encoder(folder: Path, outputs: int = 1, *, head: bool = True) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys("".join(TEXTS) + "多少")]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        num_labels=outputs,
        initializer_range=1.0,
    )
    model = BertForSequenceClassification(config) if head else BertModel(config)
    model.save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


def test_a_folder_scores_each_text_the_same_alone_or_together_and_cuts_what_is_too_long(tmp_path: Path) -> None:
    reranker = load_reranker(str(make_cross_encoder(tmp_path / "model")))
    together = reranker.score("河水多少", TEXTS)
    assert len({round(score, 4) for score in together}) == len(TEXTS)
    assert together == pytest.approx([reranker.score("河水多少", [text])[0] for text in TEXTS], abs=1e-4)
    assert reranker.score("河水多少", []) == []


@pytest.mark.parametrize(
    ("made", "problem"), [({"outputs": 3}, "has 3 outputs"), ({"head": False}, "no trained scoring head")]
)
def test_a_model_that_is_no_reranker_is_refused(tmp_path: Path, made: dict[str, int], problem: str) -> None:
    folder = make_cross_encoder(tmp_path / "model", **made)  # type: ignore[arg-type]
    with pytest.raises(ModelUnavailableError, match=problem):
        load_reranker(str(folder)).score("问", ["答"])


def test_a_name_that_is_not_on_this_machine_names_setting_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelUnavailableError, match=r"hf download somebody/ranks.*GAZETTE_RETRIEVE__RERANKER"):
        load_reranker("somebody/ranks")


async def test_a_search_through_the_whole_house_is_in_the_order_of_the_model(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "model")
    source = tmp_path / "source"
    source.mkdir()
    for number, text in enumerate(TEXTS[:2]):
        (source / f"{number}.txt").write_text(f"{text}。", "utf-8")
    pipeline = build_pipeline(Settings.load(store={"path": tmp_path / "store"}, retrieve={"reranker": str(folder)}))
    try:
        await pipeline.ingest([source])
        ranking = await pipeline.search("河水多少")
    finally:
        pipeline.close()
    scores = [found.reranked for found in ranking.evidence]
    assert len(scores) == 2
    assert None not in scores
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
